import { describe, expect, test } from "vitest";
import type { HttpResponse, ResponseStream } from "../../src/http/message.js";
import type { FakePeer } from "../support/fake-tcp.js";
import { HELLO, type HttpHarness, httpHarness, parseResponses } from "../support/http-harness.js";
import type { HandledRoute } from "../support/routes.js";

const GET_HELLO = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
const late: HttpResponse[] = [];
const LATE: HandledRoute = { method: "GET", path: "/late", handle: (_request, response) => late.push(response) };
const streams: ResponseStream[] = [];
const STREAM: HandledRoute = {
	method: "GET",
	path: "/stream",
	handle: (_request, response) => {
		streams.push(response.stream(200, "text/plain", { onWritable() {}, onClosed() {} }));
	},
};
const NEWS: HandledRoute = {
	method: "GET",
	path: "/news",
	handle: (_request, response) => {
		let calls = 0;
		streams.push(
			response.stream(200, "text/plain", {
				onWritable(stream) {
					if (calls++ === 1) stream.write(Uint8Array.of(0x6e), 0, 1);
				},
				onClosed() {},
			}),
		);
	},
};
const LONG: HandledRoute = {
	method: "GET",
	path: "/long",
	handle: (_request, response) =>
		response.respondSource(200, "text/plain", {
			lengthBytes: 10_000,
			read(into, offset, end, position) {
				const count = Math.min(end - offset, 10_000 - position);
				into.fill(0x61, offset, offset + count);
				return count;
			},
		}),
};
const LIMITS = { maxConnections: 8, outputBytes: 512 };

function shared(): HttpHarness {
	return httpHarness({ routes: [HELLO, LATE, STREAM, NEWS, LONG], limits: { ...LIMITS, outputBuffers: 2 } });
}

/** Peers that have asked and take nothing. */
function stalled(harness: HttpHarness, count: number): FakePeer[] {
	return Array.from({ length: count }, () => {
		const peer = harness.tcp.connect(0);
		peer.send(GET_HELLO);
		return peer;
	});
}

function bodies(peer: FakePeer): string[] {
	return parseResponses(peer.received).map(({ body }) => body);
}

describe("shared output buffers", () => {
	test("connections that only wait need none, whatever they wait for", () => {
		const harness = shared();
		const { tcp } = harness;
		const streaming = [tcp.connect(), tcp.connect()];
		for (const peer of streaming) peer.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
		tcp.connect().send("GET /half-a-hea");
		tcp.connect().send("GET /late HTTP/1.1\r\nHost: a\r\n\r\n");
		tcp.connect().send(GET_HELLO);
		stalled(harness, 1);
		const peer = tcp.connect();
		peer.send(GET_HELLO.repeat(3));
		expect(bodies(peer)).toEqual(["hello", "hello", "hello"]);
		expect(streams.at(-1)?.write(Uint8Array.of(0x61), 0, 1)).toBe(true);
		expect(streaming[1]?.received).toMatch(/\r\n\r\n1\r\na\r\n$/);
	});

	test("a request waits while all are in use, and is answered as soon as one is free", () => {
		const harness = shared();
		const [slow] = stalled(harness, 2);
		const peer = harness.tcp.connect();
		peer.send(GET_HELLO, 7);
		harness.clock.advance(0);
		expect(peer.received).toBe("");
		slow?.take(1_000);
		harness.clock.advance(0);
		expect(slow === undefined ? [] : bodies(slow)).toEqual(["hello"]);
		expect(bodies(peer)).toEqual(["hello"]);
		expect(harness.server.statistics.requests).toBe(3);
	});

	test("a peer that takes nothing for a second gives way to those that wait, the longest blocked first", () => {
		const harness = shared();
		const [first] = stalled(harness, 1);
		harness.clock.advance(300);
		const [second] = stalled(harness, 1);
		const peer = harness.tcp.connect();
		harness.clock.advance(300);
		peer.send(GET_HELLO);
		expect(peer.received).toBe("");
		harness.clock.advance(900);
		expect(bodies(peer)).toEqual(["hello"]);
		expect([first?.state, second?.state, peer.state]).toEqual(["reset", "open", "open"]);
		expect(harness.server.statistics.timeouts).toBe(1);
	});

	test("peers that take nothing are left alone while nobody waits", () => {
		const harness = shared();
		const peers = stalled(harness, 2);
		harness.clock.advance(5_000);
		expect(peers.map(({ state }) => state)).toEqual(["open", "open"]);
	});

	test("a late answer, which cannot wait, is given at the cost of the peer that is blocked longest", () => {
		const harness = shared();
		const patient = harness.tcp.connect();
		patient.send("GET /late HTTP/1.1\r\nHost: a\r\n\r\n");
		const peers = stalled(harness, 2);
		late.at(-1)?.respondText(200, "text/plain", "here");
		expect(bodies(patient)).toEqual(["here"]);
		expect(peers.map(({ state }) => state)).toEqual(["reset", "open"]);
	});

	test("a stream is told that there is no room, and finds some later", () => {
		const harness = shared();
		const listener = harness.tcp.connect();
		listener.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
		const stream = streams.at(-1);
		const [slow] = stalled(harness, 2);
		expect(stream?.roomBytes).toBe(0);
		expect(stream?.write(Uint8Array.of(0x61), 0, 1)).toBe(false);
		slow?.take(1_000);
		expect(stream?.roomBytes).toBeGreaterThan(0);
		expect(stream?.write(Uint8Array.of(0x61), 0, 1)).toBe(true);
	});

	test("a stream that is woken while there is no room has its say when there is", () => {
		const harness = shared();
		const listener = harness.tcp.connect();
		listener.send("GET /news HTTP/1.1\r\nHost: a\r\n\r\n");
		const [slow] = stalled(harness, 2);
		listener.takeReceived();
		streams.at(-1)?.wake();
		expect(listener.received).toBe("");
		slow?.take(1_000);
		harness.clock.advance(0);
		expect(listener.received).toMatch(/^1\r\nn\r\n/);
	});

	test("long bodies for many peers go through two buffers", () => {
		const { tcp, clock } = shared();
		const peers = Array.from({ length: 8 }, () => tcp.connect(0));
		for (const peer of peers) peer.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n");
		for (let turn = 0; turn < 200; turn++) {
			for (const peer of peers) peer.take(200);
			clock.advance(10);
		}
		expect(peers.map((peer) => bodies(peer).map((body) => body.length))).toEqual(peers.map(() => [10_000]));
	});

	test("close gives all of them back", () => {
		const harness = shared();
		const peers = stalled(harness, 2);
		const waiting = harness.tcp.connect();
		waiting.send(GET_HELLO);
		for (const peer of peers) peer.end();
		harness.clock.advance(0);
		expect(bodies(waiting)).toEqual(["hello"]);
		harness.server.close();
		expect(harness.clock.timerCount).toBe(0);
	});

	test("close leaves no timer behind for those that waited", () => {
		const harness = shared();
		stalled(harness, 2);
		harness.tcp.connect().send(GET_HELLO);
		harness.server.close();
		expect(harness.clock.timerCount).toBe(0);
	});

	test("fewer than two are refused", () => {
		expect(() => httpHarness({ limits: { outputBuffers: 1 } })).toThrow(RangeError);
	});
});

const TAKEN: HandledRoute = {
	method: "GET",
	path: "/taken",
	handle: (_request, response) =>
		response.takeOver(101, [], (connection) => {
			const echo = (): void => {
				const bytes = new Uint8Array(8);
				for (;;) {
					const count = connection.read(bytes, 0, bytes.length);
					if (count === 0) return;
					connection.write(bytes, 0, count);
				}
			};
			return { onReadable: echo, onWritable() {}, onClosed() {} };
		}),
};
const UPLOAD: HandledRoute = {
	method: "POST",
	path: "/upload",
	maxBodyBytes: 1_000_000,
	handle: (request, response) => {
		let countBytes = 0;
		request.readBody({
			onBytes: (_bytes, offset, end) => {
				countBytes += end - offset;
			},
			onEnd: () => response.respondText(200, "text/plain", `${countBytes}`),
			onAborted() {},
		});
	},
};

function sharedInputs(): HttpHarness {
	return httpHarness({ routes: [HELLO, LATE, STREAM, LONG, TAKEN, UPLOAD], limits: { ...LIMITS, inputBuffers: 2 } });
}

describe("shared input buffers", () => {
	test("streams, bodies under way, idle and given-away connections need none", () => {
		const harness = sharedInputs();
		const { tcp } = harness;
		for (let i = 0; i < 2; i++) tcp.connect().send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
		const [slow] = [tcp.connect(600)];
		slow?.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n");
		const taken = tcp.connect();
		taken.send("GET /taken HTTP/1.1\r\nHost: a\r\n\r\nrest");
		const idle = tcp.connect();
		idle.send(GET_HELLO);
		for (let i = 0; i < 3; i++) {
			const peer = tcp.connect();
			peer.send(GET_HELLO, 5);
			expect(bodies(peer)).toEqual(["hello"]);
			peer.end();
		}
		expect(taken.received).toMatch(/\r\n\r\nrest$/);
		idle.send(GET_HELLO);
		expect(bodies(idle)).toEqual(["hello", "hello"]);
	});

	test("a request waits in its window while all are in use, and is answered when one is free", () => {
		const harness = sharedInputs();
		const { tcp, clock } = harness;
		tcp.connect().send("GET /half-a-hea");
		tcp.connect().send("GET /late HTTP/1.1\r\nHost: a\r\n\r\n");
		const peer = tcp.connect();
		peer.send(GET_HELLO);
		expect([peer.received, peer.unreadBytes]).toEqual(["", GET_HELLO.length]);
		late.at(-1)?.respondText(200, "text/plain", "here");
		clock.advance(0);
		expect(bodies(peer)).toEqual(["hello"]);
		expect(harness.server.statistics.timeouts).toBe(0);
	});

	test("a peer that leaves its head unfinished for a second gives way, the one that began first", () => {
		const harness = sharedInputs();
		const { tcp, clock } = harness;
		const first = tcp.connect();
		first.send("GET /half-a-hea");
		clock.advance(300);
		const second = tcp.connect();
		second.send("GET /half-a-hea");
		clock.advance(300);
		const peer = tcp.connect();
		peer.send(GET_HELLO);
		expect(peer.received).toBe("");
		clock.advance(900);
		expect(bodies(peer)).toEqual(["hello"]);
		expect([first.state, second.state]).toEqual(["reset", "open"]);
		expect(harness.server.statistics.timeouts).toBe(1);
	});

	test("an upload of 1,000 bytes a second does not give way, a slower one does", () => {
		const { tcp, clock } = sharedInputs();
		const uploads = [tcp.connect(), tcp.connect()];
		for (const upload of uploads) upload.send("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n");
		const peer = tcp.connect();
		for (let second = 0; second < 4; second++) {
			uploads[0]?.send("x".repeat(1000));
			uploads[1]?.send("x".repeat(500));
			clock.advance(1000);
			if (second === 1) peer.send(GET_HELLO);
		}
		uploads[0]?.send("x".repeat(1000));
		expect(bodies(peer)).toEqual(["hello"]);
		expect(uploads.map(({ state }) => state)).toEqual(["open", "reset"]);
		expect(uploads[0]?.received).toMatch(/5000$/);
	});

	test("requests that came together are answered in order, though others wait", () => {
		const { tcp, clock } = sharedInputs();
		const peers = Array.from({ length: 6 }, () => tcp.connect());
		for (const peer of peers) peer.send(`GET /long HTTP/1.1\r\nHost: a\r\n\r\n${GET_HELLO.repeat(3)}`, 11);
		clock.advance(10);
		for (const peer of peers) expect(bodies(peer).map(({ length }) => length)).toEqual([10_000, 5, 5, 5]);
	});

	test("a handler that keeps its answer until the connection is gone changes nothing for the next request", () => {
		const { tcp } = sharedInputs();
		const gone = tcp.connect();
		gone.send("GET /late HTTP/1.1\r\nHost: a\r\n\r\n");
		gone.end();
		const peer = tcp.connect();
		peer.send("GET /late HTTP/1.1\r\nHost: a\r\n\r\n");
		late.at(-2)?.respondText(200, "text/plain", "too late");
		late.at(-1)?.respondText(200, "text/plain", "in time");
		expect(bodies(peer)).toEqual(["in time"]);
	});

	test("fewer than two are refused", () => {
		expect(() => httpHarness({ limits: { inputBuffers: 1 } })).toThrow(RangeError);
	});
});
