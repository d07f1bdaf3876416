import { beforeAll, describe, expect, test } from "vitest";
import { xsHost } from "./build-xs-host.js";
import { httpTranscript, REQUESTS } from "./http-session.js";
import { type Measured, runOnXs } from "./run.js";

/** What a poller such as Home Assistant's sends. */
const REQUEST =
	"GET /hello HTTP/1.1\r\nHost: p1-a1b2c3.local\r\nUser-Agent: HomeAssistant/2026.11 aiohttp/3.12 Python/3.13\r\n" +
	"Accept: application/json\r\nAccept-Encoding: gzip, deflate\r\nConnection: keep-alive\r\n\r\n";

const SERVER = `
	import { HttpServer } from "./src/http/server.js";
	import { Router } from "./src/http/router.js";
	import { resourceOf } from "./host-tests/support/routes.js";
	import { bytesOf } from "./host-tests/support/fake-tcp.js";
	const body = new Uint8Array(1500).fill(0x61);
	const routes = [{
		method: "GET", path: "/hello", noStore: true,
		handle: (_request: any, response: any) => response.respond(200, "application/json", body, 0, body.length),
	}];
	const resources = [resourceOf(...routes)];
	let listener: any;
	const timers = { every: () => ({ cancel() {} }), after: () => ({ cancel() {} }) };
	function open(limits = {}) {
		return new HttpServer({
			limits,
			openListener: (options: any) => { listener = options; return { close() {} }; },
			port: 80, router: new Router({ resources }), timers, clock: { monotonicMs: () => 0, utcMs: () => undefined },
			onError() {}, onFault(where: string, error: unknown) { throw new Error(where + String(error)); },
		});
	}
`;

beforeAll(async () => {
	await xsHost();
}, 300_000);

describe("HTTP server on XS", () => {
	test.each([1, 1_000])("says what it says on Node, byte for byte (pieces of %i)", async (pieceBytes) => {
		const { json } = await runOnXs(`
			import { httpTranscript } from "./host-tests/xs/http-session.js";
			print(JSON.stringify(httpTranscript(${pieceBytes})));
		`);
		const onNode = httpTranscript(pieceBytes);
		expect(json).toEqual(onNode);
		// The comparison means something only if every kind of answer is in it; 100 depends on the pieces.
		const statuses = new Set(onNode.flatMap((text) => text.match(/(?<=HTTP\/1\.1 )\d{3}/g) ?? []));
		statuses.delete("100");
		expect([...statuses].sort()).toEqual([101, 200, 204, 400, 404, 405, 408, 413, 417, 501, 505].map(String));
		expect(onNode).toHaveLength(REQUESTS.length);
	});

	test("a request of 200 bytes and an answer of 1,500 cost what they did, and leave nothing", async () => {
		const { json } = await runOnXs(`${SERVER}
			open();
			const request = bytesOf(${JSON.stringify(REQUEST)});
			let at = request.length;
			let sentBytes = 0;
			const peer = listener.onConnection({
				remoteAddress: "192.0.2.7",
				read(bytes: Uint8Array, offset: number, end: number) {
					const count = Math.min(end - offset, request.length - at);
					if (count > 0) bytes.set(request, offset);
					at += count;
					return count;
				},
				write(_bytes: Uint8Array, offset: number, end: number) { sentBytes += end - offset; return end - offset; },
				close() {},
			});
			function ask() { at = 0; peer.onReadable(); }
			const cost = measure(100, ask);
			const alive = new Float64Array(6);
			for (let round = 0; round < 3; round++) {
				for (let i = 0; i < 500; i++) ask();
				gc();
				alive[2 * round] = slots();
				alive[2 * round + 1] = chunks();
			}
			const slotsLeft = alive[4] - alive[2], chunksLeft = alive[5] - alive[3];
			print(JSON.stringify({ ...cost, sentBytes, slotsLeft, chunksLeft }));
		`);
		const { slotsLeft, chunksLeft, sentBytes, ...cost } = json as Measured & Record<string, number>;
		expect({ slotsLeft, chunksLeft }).toEqual({ slotsLeft: 0, chunksLeft: 0 });
		expect(sentBytes).toBe(1_601 * 1_655);
		const perRequest = { slots: cost.slots / 100, chunkBytes: cost.chunkBytes / 100, bytecodes: cost.bytecodes / 100 };
		expect(perRequest).toMatchInlineSnapshot(`
			{
			  "bytecodes": 27396,
			  "chunkBytes": 1720,
			  "slots": 14,
			}
		`);
	});

	test.each([
		["with the default limits", "{}", { slots: 676, chunkBytes: 1_896 }],
		[
			"of a device",
			"{ maxConnections: 6, inputBuffers: 3, outputBuffers: 2, outputBytes: 4608, maxRequestLineBytes: 512, maxHeaderBytes: 1536, bodyWindowBytes: 256 }",
			{ slots: 688, chunkBytes: 1_768 },
		],
	])("a server takes as much heap as ever, %s", async (_name, limits, heap) => {
		const { json } = await runOnXs(`${SERVER}
			const first = open(${limits});
			gc();
			const slotsBefore = slots(), chunksBefore = chunks();
			const second = open(${limits});
			gc();
			print(JSON.stringify({ slots: slots() - slotsBefore, chunkBytes: chunks() - chunksBefore }));
			if (first === second) throw new Error("kept");
		`);
		expect(json).toEqual(heap);
	});
});
