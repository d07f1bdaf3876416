import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_FRAME_BYTES } from "../../../src/publishers/modbus/frame.js";
import { MAP_END } from "../../../src/publishers/modbus/register-map.js";
import { readCorpus } from "../../support/corpus.js";
import { bytesOf } from "../../support/fake-tcp.js";
import { frameOf, ModbusBench, parseAnswers, readFrame } from "../../support/modbus-bench.js";

const TELEGRAMS = readCorpus().filter(({ folder, expected }) => folder !== "malformed" && expected.crc.ok !== false);

const word = fc.nat(0xffff);
const request = fc.oneof(
	fc
		.record({
			address: fc.oneof(fc.nat(MAP_END + 4), word),
			count: fc.oneof(fc.nat(130), word),
			code: fc.constantFrom(3, 4),
		})
		.map(({ address, count, code }) => readFrame(address, count, code)),
	fc.uint8Array({ minLength: 1, maxLength: 253 }).map((data) => frameOf([...data])),
);

function benchOf(telegram: number | undefined): ModbusBench {
	const bench = new ModbusBench();
	const bytes = telegram === undefined ? undefined : TELEGRAMS[telegram % TELEGRAMS.length]?.bytes;
	if (bytes !== undefined) bench.meter.receive(bytes);
	return bench;
}

describe("Modbus against anything", () => {
	test("whatever bytes come, in whatever pieces: complete answers or a closed connection, and it goes on", () => {
		fc.assert(
			fc.property(
				fc.option(fc.nat(), { nil: undefined }),
				fc.array(fc.oneof({ weight: 3, arbitrary: request }, fc.uint8Array({ maxLength: 600 })), { maxLength: 12 }),
				fc.integer({ min: 1, max: 400 }),
				(telegram, chunks, pieceBytes) => {
					const bench = benchOf(telegram);
					const peer = bench.tcp.connect();
					for (const chunk of chunks) {
						if (peer.state !== "open") break;
						peer.send(chunk, pieceBytes);
						bench.clock.advance(0);
					}
					parseAnswers(bytesOf(peer.received));
					expect(["open", "reset"]).toContain(peer.state);
					expect(bench.ask(readFrame(0xfc00, 2)).exception).toBeUndefined();
				},
			),
		);
	});

	test("each request has one answer: its own data, or a known exception", () => {
		fc.assert(
			fc.property(
				fc.option(fc.nat(), { nil: undefined }),
				fc.array(request, { minLength: 1, maxLength: 10 }),
				(telegram, requests) => {
					const bench = benchOf(telegram);
					const peer = bench.tcp.connect();
					for (const frame of requests) peer.send(frame);
					bench.clock.advance(0);
					const answers = bench.answersTo(peer);
					expect(answers).toHaveLength(requests.length);
					for (const [index, { code, exception, data, unit }] of answers.entries()) {
						const frame = requests[index] ?? new Uint8Array();
						expect(code).toBe((frame[7] ?? 0) & 0x7f);
						expect(unit).toBe(frame[6]);
						if (exception === undefined) expect(data.length).toBe(2 * (frame[11] ?? 0));
						else expect([1, 2, 3, 0x0b]).toContain(exception);
						expect(9 + data.length).toBeLessThanOrEqual(MAX_FRAME_BYTES);
					}
				},
			),
		);
	});

	test("an answer's values are those of single reads of the same reading", () => {
		fc.assert(
			fc.property(fc.nat(), fc.nat(MAP_END / 2 - 1), fc.integer({ min: 1, max: 62 }), (telegram, index, values) => {
				const bench = benchOf(telegram);
				const address = 2 * index;
				const { data, exception } = bench.ask(readFrame(address, 2 * values));
				const alone = Array.from({ length: values }, (_, i) => bench.value(address + 2 * i));
				if (exception !== undefined) {
					expect(address + 2 * values > MAP_END || alone.includes("0x02")).toBe(true);
					return;
				}
				const view = new DataView(data.buffer);
				expect(Array.from({ length: values }, (_, i) => view.getFloat32(4 * i))).toEqual(alone);
			}),
		);
	});
});
