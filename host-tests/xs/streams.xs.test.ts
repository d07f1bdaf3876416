import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { xsHost } from "./build-xs-host.js";
import { type Measured, runOnXs } from "./run.js";
import { streamsTranscript } from "./streams-session.js";
import { MEASURED_TELEGRAMS, telegramPath } from "./workloads.js";

const path = telegramPath(MEASURED_TELEGRAMS.SE);

beforeAll(async () => {
	await xsHost();
}, 300_000);

describe("streams and metrics on XS", () => {
	test("say what they say on Node, byte for byte, to quick and to slow clients", async () => {
		const { json } = await runOnXs(`
			import { streamsTranscript } from "./host-tests/xs/streams-session.js";
			print(JSON.stringify(streamsTranscript(new Uint8Array(readFile(${JSON.stringify(path)})))));
		`);
		const onNode = streamsTranscript(new Uint8Array(readFileSync(path)));
		expect(json).toEqual(onNode);
		// The comparison means something only if all of it is there.
		const [quick = "", slow = "", webSocket = "", slowWebSocket = "", events = "", slowEvents = ""] = onNode;
		const [scrape = "", lateScrape = "", faults] = onNode.slice(6);
		expect(quick.match(/!/g)).toHaveLength(4);
		expect([slow, slowWebSocket].map((text) => text.split("|").at(-1))).toEqual(["reset", "reset"]);
		expect(webSocket).toMatch(/Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/);
		expect(webSocket.endsWith("\x8a\x02hi\x88\x02\x03\xe8|closed")).toBe(true);
		expect(events.match(/^event: reading$/gm)).toHaveLength(5);
		expect(slowEvents.match(/^event: reading$/gm)?.length).toBeLessThan(5);
		expect(scrape).toContain('p1_energy_joules_total{direction="import"} ');
		expect(lateScrape).toContain("p1_reading_stale 1\n");
		expect(faults).toBe("");
	});

	test("a telegram for two raw clients, two WebSockets and two event streams makes little garbage", async () => {
		const { json } = await runOnXs(`
			import { EVENTS, StreamsSession, WEB_SOCKET } from "./host-tests/xs/streams-session.js";
			import { bytesOf } from "./host-tests/support/fake-tcp.js";
			const telegram = new Uint8Array(readFile(${JSON.stringify(path)}));
			const session = new StreamsSession();
			session.receive(telegram);
			const alone = measure(100, () => session.receive(telegram));
			let bytes = 0;
			function listen(options: any, request: Uint8Array) {
				let at = 0;
				const peer = options.onConnection({
					remoteAddress: "192.0.2.7",
					read(into: Uint8Array, offset: number, end: number) {
						const count = Math.min(end - offset, request.length - at);
						if (count > 0) into.set(request.subarray(at, at + count), offset);
						at += count;
						return count;
					},
					write(_bytes: Uint8Array, offset: number, end: number) { bytes += end - offset; return end - offset; },
					close() {},
				});
				peer.onReadable();
			}
			const nothing = new Uint8Array(0);
			for (let i = 0; i < 2; i++) {
				listen(session.raw.options, nothing);
				listen(session.http.options, bytesOf(WEB_SOCKET));
				listen(session.http.options, bytesOf(EVENTS));
			}
			session.receive(telegram);
			bytes = 0;
			const all = measure(100, () => session.receive(telegram));
			const alive = new Float64Array(4);
			for (let round = 0; round < 2; round++) {
				for (let i = 0; i < 300; i++) session.receive(telegram);
				gc();
				alive[2 * round] = slots();
				alive[2 * round + 1] = chunks();
			}
			print(JSON.stringify({ alone, all, bytes, alive: Array.from(alive), telegramBytes: telegram.length }));
		`);
		const { alone, all, bytes, alive, telegramBytes } = json as {
			alone: Measured;
			all: Measured;
			bytes: number;
			alive: [number, number, number, number];
			telegramBytes: number;
		};
		expect(alive.slice(2)).toEqual(alive.slice(0, 2));
		// Two raw, two in frames, two as JSON.
		expect(bytes / 101).toBeGreaterThan(4 * telegramBytes);
		const garbage = { slots: (all.slots - alone.slots) / 100, chunkBytes: (all.chunkBytes - alone.chunkBytes) / 100 };
		expect(garbage).toMatchInlineSnapshot(`
			{
			  "chunkBytes": 1504,
			  "slots": 108,
			}
		`);
		// The decoder takes 42,000 for it.
		expect((all.bytecodes - alone.bytecodes) / 100).toBeLessThan(40_000);
	});

	test("a scrape costs what it did, and leaves nothing", async () => {
		const { json } = await runOnXs(`
			import { METRICS, StreamsSession } from "./host-tests/xs/streams-session.js";
			import { bytesOf } from "./host-tests/support/fake-tcp.js";
			const telegram = new Uint8Array(readFile(${JSON.stringify(path)}));
			const session = new StreamsSession();
			session.receive(telegram);
			const request = bytesOf(METRICS);
			let at = request.length;
			let bytes = 0;
			const peer = session.http.options.onConnection({
				remoteAddress: "192.0.2.7",
				read(into: Uint8Array, offset: number, end: number) {
					const count = Math.min(end - offset, request.length - at);
					if (count > 0) into.set(request, offset);
					at += count;
					return count;
				},
				write(_bytes: Uint8Array, offset: number, end: number) { bytes += end - offset; return end - offset; },
				close() {},
			});
			function scrape() { at = 0; bytes = 0; peer.onReadable(); }
			const cost = measure(20, scrape);
			const alive = new Float64Array(4);
			for (let round = 0; round < 2; round++) {
				for (let i = 0; i < 100; i++) scrape();
				gc();
				alive[2 * round] = slots();
				alive[2 * round + 1] = chunks();
			}
			print(JSON.stringify({ cost, bytes, alive: Array.from(alive) }));
		`);
		const { cost, bytes, alive } = json as { cost: Measured; bytes: number; alive: [number, number, number, number] };
		expect(alive.slice(2)).toEqual(alive.slice(0, 2));
		expect({ bytes, slots: cost.slots / 20, chunkBytes: cost.chunkBytes / 20 }).toMatchInlineSnapshot(`
			{
			  "bytes": 7274,
			  "chunkBytes": 2816,
			  "slots": 194,
			}
		`);
		expect(cost.bytecodes / 20).toBeLessThan(200_000);
	});

	test("what streams and metrics take of the heap", async () => {
		const { json } = await runOnXs(`
			import { JsonWriter } from "./src/core/json-writer.js";
			import { DongleMetrics } from "./src/publishers/metrics/dongle-metrics.js";
			import { MeterSnapshot } from "./src/publishers/metrics/meter-snapshot.js";
			import { Metrics } from "./src/publishers/metrics/metrics.js";
			import { ReadingEvents } from "./src/publishers/api/events.js";
			import { TcpTelegrams } from "./src/publishers/telegram-stream/tcp-telegrams.js";
			import { TelegramFeed } from "./src/publishers/telegram-stream/telegram-feed.js";
			import { WebSocketClient } from "./src/publishers/telegram-stream/web-socket-client.js";
			import { WebSocketTelegrams } from "./src/publishers/telegram-stream/web-socket-telegrams.js";
			const timers = { every: () => ({ cancel() {} }), after: () => ({ cancel() {} }) };
			const meter = { reading: undefined } as any;
			const kept: unknown[] = new Array(16);
			let feed: any;
			const input = new Uint8Array(128);
			const writer = new JsonWriter(new Uint8Array(4096));
			const openListener = () => ({ close() {} });
			function cost(make: () => unknown, at: number) {
				kept[at] = make();
				gc();
				const slotsBefore = slots(), chunksBefore = chunks();
				kept[at + 1] = make();
				gc();
				return { slots: slots() - slotsBefore, chunkBytes: chunks() - chunksBefore };
			}
			feed = new TelegramFeed(() => undefined);
			print(JSON.stringify({
				feed: cost(() => new TelegramFeed(() => undefined), 0),
				tcp: cost(() => new TcpTelegrams({ openListener, port: 1, feed, onError() {} }), 2),
				webSocket: cost(() => new WebSocketTelegrams({ feed }), 4),
				webSocketClient: cost(() => new WebSocketClient({} as any, feed, input, () => {}), 6),
				events: cost(() => new ReadingEvents({ meter, document: {} as any, timers }), 8),
				metrics: cost(() => new Metrics({ meter, sources: [new DongleMetrics({} as any, { monotonicMs: () => 0 } as any)], writer }), 10),
				snapshot: cost(() => new MeterSnapshot(), 12),
			}));
		`);
		expect(json).toMatchInlineSnapshot(`
			{
			  "events": {
			    "chunkBytes": 168,
			    "slots": 47,
			  },
			  "feed": {
			    "chunkBytes": 112,
			    "slots": 46,
			  },
			  "metrics": {
			    "chunkBytes": 112,
			    "slots": 37,
			  },
			  "snapshot": {
			    "chunkBytes": 32,
			    "slots": 18,
			  },
			  "tcp": {
			    "chunkBytes": 224,
			    "slots": 35,
			  },
			  "webSocket": {
			    "chunkBytes": 200,
			    "slots": 26,
			  },
			  "webSocketClient": {
			    "chunkBytes": 240,
			    "slots": 62,
			  },
			}
		`);
	});
});
