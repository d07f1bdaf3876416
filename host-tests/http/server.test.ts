import { describe, expect, test } from "vitest";
import { httpLimits, inputBytes } from "../../src/http/limits.js";
import type { HttpResponse } from "../../src/http/message.js";
import type { FakePeer } from "../support/fake-tcp.js";
import { ECHO, HELLO, httpHarness, parseResponses } from "../support/http-harness.js";
import type { HandledRoute } from "../support/routes.js";

const GET_HELLO = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";

/** A route that never answers by itself. */
function silent(responses: HttpResponse[] = []): HandledRoute {
	return { method: "GET", path: "/silent", handle: (_request, response) => responses.push(response) };
}

function statuses(peer: FakePeer): number[] {
	return parseResponses(peer.received).map((response) => response.status);
}

describe("the pool of connections", () => {
	test("one above the limit gets 503 at once, and is closed when it has had time to read it", () => {
		const { tcp, clock, server } = httpHarness({ limits: { maxConnections: 2 } });
		const served = [tcp.connect(), tcp.connect()];
		const refused = tcp.connect();
		const [response] = parseResponses(refused.received);
		expect(response?.status).toBe(503);
		expect(JSON.parse(response?.body ?? "")).toMatchObject({ error: { code: "too-many-connections" } });
		expect(Object.fromEntries(response?.headers ?? [])).toMatchObject({
			"content-type": "application/json",
			"x-content-type-options": "nosniff",
			"retry-after": "2",
			connection: "close",
		});
		refused.send(GET_HELLO);
		expect([refused.unreadBytes, refused.state]).toEqual([0, "open"]);
		clock.advance(2_000);
		expect(refused.state).toBe("closed");
		for (const peer of served) peer.send(GET_HELLO);
		expect(served.map(statuses)).toEqual([[200], [200]]);
		expect(server.statistics).toMatchObject({ accepted: 2, refused: 1, evicted: 0 });
	});

	test("a refused peer that sends much, or that goes, is let go at once", () => {
		const { tcp } = httpHarness({ limits: { maxConnections: 1 } });
		const served = tcp.connect();
		served.send("GET /");
		const talkative = tcp.connect();
		talkative.send("x".repeat(10_000));
		expect(talkative.state).toBe("closed");
		const leaving = tcp.connect();
		leaving.end();
		expect(leaving.state).toBe("closed");
	});

	test("a flood of connections is reset, once a few wait to read their 503", () => {
		const { tcp, clock, server } = httpHarness({ limits: { maxConnections: 1 } });
		tcp.connect().send("GET /");
		const flood = Array.from({ length: 20 }, () => tcp.connect());
		expect(flood.filter(({ state }) => state === "reset")).toHaveLength(16);
		clock.advance(2_000);
		expect(flood.every(({ state }) => state !== "open")).toBe(true);
		expect(server.statistics.refused).toBe(20);
	});

	test("a place is free again when its connection ends, however it ends", () => {
		const { tcp, server, clock } = httpHarness({ limits: { maxConnections: 1 } });
		const ends: ((peer: FakePeer) => void)[] = [
			(peer) => peer.end(),
			(peer) => peer.send("GET /hello HTTP/1.0\r\n\r\n"),
			(peer) => {
				peer.send("nonsense\r\n");
				clock.advance(2_000);
			},
			() => clock.advance(16_000),
		];
		for (const end of ends) {
			const peer = tcp.connect();
			expect(server.openConnections).toBe(1);
			end(peer);
			expect(server.openConnections).toBe(0);
		}
		expect(server.statistics).toMatchObject({ accepted: ends.length, refused: 0 });
	});

	test("the connection that has been idle longest gives way, if it has been for a second", () => {
		const { tcp, clock, server } = httpHarness({ limits: { maxConnections: 3 } });
		const [a, b, c] = [tcp.connect(), tcp.connect(), tcp.connect()];
		clock.advance(500);
		a.send(GET_HELLO);
		clock.advance(400);
		expect(statuses(tcp.connect())).toEqual([503]);
		clock.advance(200);
		c.send("GET /h");
		const d = tcp.connect();
		expect([a, b, c, d].map(({ state }) => state)).toEqual(["open", "closed", "open", "open"]);
		d.send(GET_HELLO);
		expect(statuses(d)).toEqual([200]);
		expect(server.statistics).toMatchObject({ accepted: 4, refused: 1, evicted: 1 });
	});

	test("a reused place remembers nothing of its last connection", () => {
		const { tcp } = httpHarness({ limits: { maxConnections: 1 } });
		const first = tcp.connect(10);
		first.send(`${GET_HELLO}GET /left-over`);
		first.end();
		const second = tcp.connect();
		expect(second.received).toBe("");
		second.send(GET_HELLO);
		expect(statuses(second)).toEqual([200]);
	});

	test("a place that was used by a peer with an error serves the next one as any", () => {
		const { tcp, clock } = httpHarness({ limits: { maxConnections: 1 } });
		const first = tcp.connect();
		first.send("nonsense\r\n");
		clock.advance(2_000);
		const second = tcp.connect();
		second.send(GET_HELLO + GET_HELLO);
		expect(statuses(second)).toEqual([200, 200]);
		expect(second.state).toBe("open");
	});

	test("its memory is what the limits say", () => {
		const limits = httpLimits();
		const bytes = limits.maxConnections * inputBytes(limits) + limits.outputBuffers * limits.outputBytes;
		expect(bytes).toBeLessThan(41 * 1024);
	});

	test.each([
		{ maxConnections: 0 },
		{ headMs: -1 },
		{ outputBytes: 511 },
		{ maxHeaders: 1.5 },
		{ maxHeaderBytes: 70_000 },
	])("refuses limits that cannot be: %j", (limits) => {
		expect(() => httpHarness({ limits })).toThrow(RangeError);
	});
});

describe("time limits", () => {
	test("a connection without a request is closed without a word", () => {
		const { tcp, clock, server } = httpHarness();
		const fresh = tcp.connect();
		const used = tcp.connect();
		clock.advance(8_000);
		used.send(GET_HELLO);
		used.takeReceived();
		clock.advance(8_000);
		expect([fresh.state, fresh.received]).toEqual(["closed", ""]);
		expect(used.state).toBe("open");
		clock.advance(8_000);
		expect([used.state, used.received]).toEqual(["closed", ""]);
		expect(server.statistics.timeouts).toBe(0);
	});

	test("a head that comes a byte a second is cut off with 408", () => {
		const { tcp, clock, server } = httpHarness();
		const peer = tcp.connect();
		for (let second = 0; second < 12 && peer.received === ""; second++) {
			peer.send("G");
			clock.advance(1_000);
		}
		const [response] = parseResponses(peer.received);
		expect(response?.status).toBe(408);
		expect(response?.headers.get("connection")).toBe("close");
		expect(clock.monotonicMs()).toBeLessThanOrEqual(11_000);
		clock.advance(2_000);
		expect(peer.state).toBe("closed");
		expect(server.statistics.timeouts).toBe(1);
	});

	test("the limit of a head begins with its first byte, for a later request too", () => {
		const { tcp, clock } = httpHarness();
		const peer = tcp.connect();
		clock.advance(9_000);
		peer.send(`${GET_HELLO}GET /hel`);
		clock.advance(9_000);
		peer.send("lo HTTP/1.1\r\nHost: a\r\n\r\n");
		expect(statuses(peer)).toEqual([200, 200]);
	});

	test("a body that stops is cut off with 408", () => {
		const { tcp, clock, server } = httpHarness();
		const peer = tcp.connect();
		peer.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345");
		clock.advance(9_900);
		expect(peer.received).toBe("");
		clock.advance(700);
		expect(statuses(peer)).toEqual([408]);
		expect(server.statistics.timeouts).toBe(1);
	});

	test("a large body has as long as it needs at 1,000 bytes a second", () => {
		const route: HandledRoute = { ...ECHO, maxBodyBytes: 100_000 };
		const { tcp, clock } = httpHarness({ routes: [route], limits: { outputBytes: 100_000 } });
		const peer = tcp.connect();
		peer.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 30000\r\n\r\n");
		for (let second = 0; second < 30; second++) {
			expect(peer.received).toBe("");
			clock.advance(1_000);
			peer.send("x".repeat(1_000));
		}
		expect(statuses(peer)).toEqual([200]);
	});

	test("a peer that does not take its answer is reset", () => {
		const { tcp, clock, server } = httpHarness();
		const peer = tcp.connect(20);
		peer.send(GET_HELLO);
		clock.advance(9_900);
		expect(peer.state).toBe("open");
		clock.advance(700);
		expect(peer.state).toBe("reset");
		expect(server.statistics.timeouts).toBe(1);
		expect(server.openConnections).toBe(0);
	});

	test("what a peer took earlier gives it no more time", () => {
		const body = new Uint8Array(4_000);
		const route: HandledRoute = {
			method: "GET",
			path: "/",
			handle: (_request, response) => response.respond(200, "text/plain", body, 0, body.length),
		};
		const { tcp, clock } = httpHarness({ routes: [route] });
		const peer = tcp.connect(100);
		peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
		peer.take(7_000);
		peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
		clock.advance(10_600);
		expect(peer.state).toBe("reset");
	});

	test("a peer that takes its answer a byte a second is reset as well", () => {
		const { tcp, clock } = httpHarness();
		const peer = tcp.connect(20);
		peer.send(GET_HELLO);
		for (let second = 0; second < 11; second++) {
			clock.advance(1_000);
			peer.take(1);
		}
		expect(peer.state).toBe("reset");
	});

	test("a handler that never answers is answered for, and cannot answer later", () => {
		const responses: HttpResponse[] = [];
		const { tcp, clock, server } = httpHarness({ routes: [silent(responses)] });
		const peer = tcp.connect();
		peer.send("GET /silent HTTP/1.1\r\nHost: a\r\n\r\n");
		clock.advance(29_000);
		expect([peer.received, responses[0]?.isOpen]).toEqual(["", true]);
		clock.advance(2_000);
		const [response] = parseResponses(peer.received);
		expect([response?.status, response?.headers.get("retry-after")]).toEqual([503, "2"]);
		expect(responses[0]?.isOpen).toBe(false);
		responses[0]?.respondText(200, "text/plain", "too late");
		expect(statuses(peer)).toEqual([503]);
		expect(server.statistics.timeouts).toBe(1);
	});

	test("one timer serves all connections, none is left after close", () => {
		const { tcp, clock, server } = httpHarness({ limits: { maxConnections: 10 } });
		const peers = Array.from({ length: 10 }, () => tcp.connect());
		for (const peer of peers) peer.send("GET /");
		expect(clock.timerCount).toBe(1);
		server.close();
		expect(clock.timerCount).toBe(0);
	});
});

describe("close", () => {
	test("stops listening and closes every connection; handlers that answer later do no harm; idempotent", () => {
		const responses: HttpResponse[] = [];
		const { tcp, server, clock } = httpHarness({ routes: [silent(responses), HELLO], limits: { maxConnections: 3 } });
		const peers = [tcp.connect(), tcp.connect(), tcp.connect(), tcp.connect()];
		peers[0]?.send("GET /silent HTTP/1.1\r\nHost: a\r\n\r\n");
		peers[1]?.send(GET_HELLO.repeat(100));
		const { options } = tcp;
		server.close();
		server.close();
		expect(tcp.isListening).toBe(false);
		expect(peers.every(({ state }) => state !== "open")).toBe(true);
		expect(server.openConnections).toBe(0);
		responses[0]?.respondText(200, "text/plain", "late");
		clock.advance(60_000);
		expect(peers[0]?.received).toBe("");
		expect(options.onConnection({ remoteAddress: "", read: () => 0, write: () => 0, close() {} })).toBeUndefined();
	});

	test("an answer that is cut off by it is seen to be", () => {
		const { tcp, server } = httpHarness();
		const peer = tcp.connect(20);
		peer.send(GET_HELLO);
		server.close();
		expect(peer.state).toBe("reset");
	});

	test("from inside a handler", () => {
		let close = (): void => {};
		const route: HandledRoute = {
			method: "GET",
			path: "/bye",
			handle: (_request, response) => {
				response.respondText(200, "text/plain", "bye");
				close();
			},
		};
		const { tcp, server, faults } = httpHarness({ routes: [route] });
		close = () => server.close();
		const peer = tcp.connect();
		peer.send("GET /bye HTTP/1.1\r\nHost: a\r\n\r\n");
		expect(peer.state).not.toBe("open");
		expect(faults).toEqual([]);
	});

	test("a listener that fails says so", () => {
		const { tcp, faults } = httpHarness();
		tcp.options.onError("port-taken", "80 is taken");
		expect(faults).toEqual(["port-taken: 80 is taken"]);
	});
});

describe("statistics", () => {
	test("count connections, requests and errors by status", () => {
		const { tcp, server } = httpHarness();
		const peer = tcp.connect();
		peer.send(`${GET_HELLO}GET /x HTTP/1.1\r\nHost: a\r\n\r\nPUT /hello HTTP/1.1\r\nHost: a\r\n\r\n${GET_HELLO}zz\r\n`);
		tcp.connect().send("GET /y HTTP/1.0\r\n\r\n");
		expect(server.statistics).toMatchObject({ accepted: 2, requests: 5, timeouts: 0, faults: 0 });
		expect([...server.statistics.errorsByStatus].sort()).toEqual([
			[400, 1],
			[404, 2],
			[405, 1],
		]);
	});
});
