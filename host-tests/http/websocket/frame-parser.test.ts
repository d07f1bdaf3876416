import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CONTROL_OFFSET, FrameParser, type FrameResult, OPCODE } from "../../../src/http/websocket/frame-parser.js";
import { type ClientFrame, clientFrame, closePayload } from "../../support/client-frames.js";

const MAX_MESSAGE_BYTES = 1000;

/** Everything but "more" that comes of `bytes`, fed as the parser wants them and in pieces of at most `pieceBytes`. */
function parse(bytes: Uint8Array, pieceBytes = Number.POSITIVE_INFINITY): string[] {
	const parser = new FrameParser(MAX_MESSAGE_BYTES);
	const results: string[] = [];
	for (let at = 0; at < bytes.length; ) {
		const count = Math.min(parser.wantedBytes, pieceBytes, bytes.length - at);
		expect(count).toBeGreaterThan(0);
		const result = parser.push(bytes, at, at + count);
		at += count;
		if (result !== "more") results.push(describeResult(parser, result));
		if (result === "protocol-error" || result === "message-too-big") break;
	}
	return results;
}

function describeResult(parser: FrameParser, result: FrameResult): string {
	if (result === "close") return `close ${parser.closeCode}`;
	if (result !== "ping" && result !== "pong") return result;
	const payload = parser.control.subarray(CONTROL_OFFSET, CONTROL_OFFSET + parser.controlLength);
	return `${result} ${Buffer.from(payload).toString("latin1")}`;
}

const { continuation, text, binary, close, ping, pong } = OPCODE;

describe("frame parser", () => {
	test.each<[string, readonly ClientFrame[], readonly string[]]>([
		["an empty ping", [{ opcode: ping }], ["ping "]],
		["a ping with a payload", [{ opcode: ping, payload: "hello" }], ["ping hello"]],
		["the longest ping", [{ opcode: ping, payload: "x".repeat(125) }], [`ping ${"x".repeat(125)}`]],
		["a pong that nobody asked for", [{ opcode: pong, payload: "a" }], ["pong a"]],
		["close without a code", [{ opcode: close }], ["close 1005"]],
		["close with a code", [{ opcode: close, payload: closePayload(1001) }], ["close 1001"]],
		["close with a reason", [{ opcode: close, payload: closePayload(4999, "bye") }], ["close 4999"]],
		[
			"data, read over",
			[{ opcode: text, payload: "x" }, { opcode: binary, payload: "y" }, { opcode: ping }],
			["ping "],
		],
		["empty data", [{ opcode: text }, { opcode: ping }], ["ping "]],
		["data of 126 bytes", [{ opcode: text, payload: "x".repeat(126) }, { opcode: ping }], ["ping "]],
		["the longest message", [{ opcode: text, payload: "x".repeat(1000) }, { opcode: ping }], ["ping "]],
		[
			"a message in frames, with a ping between",
			[
				{ opcode: text, payload: "x".repeat(500), isFinal: false },
				{ opcode: ping, payload: "1" },
				{ opcode: continuation, payload: "x".repeat(499), isFinal: false },
				{ opcode: continuation, payload: "x" },
				{ opcode: binary, payload: "x".repeat(1000) },
				{ opcode: ping, payload: "2" },
			],
			["ping 1", "ping 2"],
		],
	])("takes %s", (_what, frames, results) => {
		const bytes = Buffer.concat(frames.map(clientFrame));
		for (const pieceBytes of [1, 3, 100_000]) expect(parse(bytes, pieceBytes)).toEqual(results);
	});

	const unmasked = Uint8Array.of(0x89, 0);
	test.each<[string, Uint8Array, string]>([
		["an unmasked frame", unmasked, "protocol-error"],
		["reserved bit 1", Uint8Array.of(0xc9, 0x80), "protocol-error"],
		["reserved bit 2", Uint8Array.of(0xa9, 0x80), "protocol-error"],
		["reserved bit 3", Uint8Array.of(0x99, 0x80), "protocol-error"],
		...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): [string, Uint8Array, string] => [
			`opcode ${opcode}`,
			clientFrame({ opcode }),
			"protocol-error",
		]),
		["a control frame in parts", clientFrame({ opcode: ping, isFinal: false }), "protocol-error"],
		["a ping of 126 bytes", clientFrame({ opcode: ping, payload: "x".repeat(126) }), "protocol-error"],
		["close with half a code", clientFrame({ opcode: close, payload: "x" }), "protocol-error"],
		...[0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65_535].map((code): [string, Uint8Array, string] => [
			`close with code ${code}`,
			clientFrame({ opcode: close, payload: closePayload(code) }),
			"protocol-error",
		]),
		["a continuation of nothing", clientFrame({ opcode: continuation }), "protocol-error"],
		[
			"a message within a message",
			Buffer.concat([clientFrame({ opcode: text, isFinal: false }), clientFrame({ opcode: text })]),
			"protocol-error",
		],
		[
			"a continuation after the end",
			Buffer.concat([clientFrame({ opcode: text }), clientFrame({ opcode: continuation })]),
			"protocol-error",
		],
		[
			"a short length in 16 bits",
			clientFrame({ opcode: text, payload: "x".repeat(125), lengthForm: 16 }),
			"protocol-error",
		],
		[
			"a length of 16 bits in 64",
			clientFrame({ opcode: text, payload: "x".repeat(126), lengthForm: 64 }),
			"protocol-error",
		],
		[
			"a length with its highest bit",
			Uint8Array.of(0x81, 0xff, 0x80, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4),
			"protocol-error",
		],
		["a message that is too long", clientFrame({ opcode: text, payload: "x".repeat(1001) }), "message-too-big"],
		["one of 2^62 bytes", Uint8Array.of(0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4), "message-too-big"],
		[
			"one that is too long in frames",
			Buffer.concat([
				clientFrame({ opcode: binary, payload: "x".repeat(1000), isFinal: false }),
				clientFrame({ opcode: continuation, payload: "x" }),
			]),
			"message-too-big",
		],
	])("refuses %s", (_what, bytes, result) => {
		for (const pieceBytes of [1, 100_000]) expect(parse(bytes, pieceBytes)).toEqual([result]);
	});

	const payload = fc.uint8Array({ maxLength: 125 });
	const mask = fc.tuple(...([0, 0, 0, 0] as const).map(() => fc.nat(255))) as fc.Arbitrary<
		[number, number, number, number]
	>;
	const frame = fc.record({ opcode: fc.constantFrom(text, binary, ping, pong), payload, mask });

	test("gives back any control payload whatever the mask and however it is cut", () => {
		fc.assert(
			fc.property(fc.array(frame), fc.integer({ min: 1, max: 200 }), (frames, pieceBytes) => {
				const expected = frames
					.filter(({ opcode }) => opcode >= ping)
					.map(
						({ opcode, payload }) => `${opcode === ping ? "ping" : "pong"} ${Buffer.from(payload).toString("latin1")}`,
					);
				expect(parse(Buffer.concat(frames.map(clientFrame)), pieceBytes)).toEqual(expected);
			}),
		);
	});

	test("comes to the same end with any bytes, however they are cut, and wants some until then", () => {
		const anything = fc.oneof(
			fc.uint8Array({ maxLength: 300 }),
			fc
				.array(fc.oneof(frame.map(clientFrame), fc.uint8Array({ maxLength: 20 })), { maxLength: 6 })
				.map((all) => Buffer.concat(all)),
		);
		fc.assert(
			fc.property(anything, fc.integer({ min: 1, max: 30 }), (bytes, pieceBytes) => {
				expect(parse(bytes, pieceBytes)).toEqual(parse(bytes));
			}),
			{ numRuns: 500 },
		);
	});
});
