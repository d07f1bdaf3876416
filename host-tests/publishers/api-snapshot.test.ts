import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { ApiBench, requestText } from "../support/api-bench.js";
import { parseResponses } from "../support/http-harness.js";
import { telegramOf } from "../support/telegram.js";

const READING = "/api/v1/reading";
const TELEGRAM = "/api/v1/telegram";
const BOTH = [[READING], [TELEGRAM]] as const;

describe("a client that takes one byte at a time", () => {
	/** Telegrams of many lengths, so that a mix would be told by length or by content. */
	const telegrams = Array.from({ length: 50 }, (_, i) =>
		telegramOf([`0-0:96.13.0(${"4".repeat(2 * i)})`, `1-0:1.7.0(${String(i).padStart(4, "0")}.000*kW)`]),
	);

	test.each(BOTH)("%s: gets one whole version, whatever comes meanwhile", (path) => {
		const api = new ApiBench();
		api.bench.port.receive(telegrams[30] ?? "");
		const expected = api.ask(path);
		const peer = api.tcp.connect(1);
		peer.send(requestText(path));
		for (let taken = 1; peer.received.length === taken; taken++) {
			if (taken % 7 === 0) api.bench.port.receive(telegrams[(taken / 7) % telegrams.length] ?? "");
			// Half of one, so that the buffer is in the middle of being filled as well.
			if (taken % 7 === 3) api.bench.port.receive("/HALF\r\n\r\n1-0:1.7.0(9999.999*kW)\r\n");
			peer.take(1);
		}
		expect(api.meter.counters.telegrams).toBeGreaterThan(30);
		const [response] = parseResponses(peer.received);
		expect(response?.body).toBe(expected.body);
		expect(response?.headers.get("etag")).toBe(expected.headers.get("etag"));
	});

	test("two of them get the version that was there when they asked", () => {
		const api = new ApiBench();
		api.bench.port.receive(telegrams[10] ?? "");
		const first = api.tcp.connect(1);
		first.send(requestText(TELEGRAM));
		api.bench.port.receive(telegrams[11] ?? "");
		const second = api.tcp.connect(1);
		second.send(requestText(TELEGRAM));
		for (let i = 0; i < 20; i++) api.bench.port.receive(telegrams[i] ?? "");
		for (const peer of [first, second]) peer.take(10_000);
		expect(parseResponses(first.received)[0]?.body).toBe(telegrams[10]);
		expect(parseResponses(second.received)[0]?.body).toBe(telegrams[11]);
	});
});

describe("requests", () => {
	test("leave nothing behind", () => {
		setFlagsFromString("--expose-gc");
		const gc: () => void = runInNewContext("gc");
		const api = new ApiBench();
		api.bench.read(5);
		const peer = api.tcp.connect();
		const etag = api.ask(READING).headers.get("etag");
		const paths = [READING, TELEGRAM, "/api/v1/status", "/health", "/", "/nothing"];
		const requests = [
			...paths.map((path) => requestText(path)),
			requestText(READING, { headers: [`If-None-Match: ${etag}`] }),
		];
		const heapAfter = (rounds: number): number => {
			for (let round = 0; round < rounds; round++) {
				for (const request of requests) {
					peer.send(request);
					if (peer.takeReceived() === "") throw new Error("no answer");
				}
			}
			gc();
			return process.memoryUsage().heapUsed;
		};
		heapAfter(300);
		const grownBytes: number[] = [];
		for (let batch = 0, before = heapAfter(300); batch < 4; batch++) {
			const after = heapAfter(300);
			grownBytes.push(after - before);
			before = after;
		}
		// 2,100 requests in a batch: an object of 16 bytes each would show in every one of them, the engine's own noise in some.
		expect(Math.min(...grownBytes)).toBeLessThan(30_000);
	});
});
