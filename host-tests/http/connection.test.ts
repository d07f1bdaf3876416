import { describe, expect, test } from "vitest";
import type { HttpResponse } from "../../src/http/message.js";
import { ECHO, HELLO, httpHarness, parseResponses } from "../support/http-harness.js";
import type { HandledRoute } from "../support/routes.js";

const GET_HELLO = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";

function post(body: string, headers = ""): string {
	return `POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n${headers}\r\n${body}`;
}

function statuses(text: string, methods?: readonly string[]): number[] {
	return parseResponses(text, methods).map((response) => response.status);
}

describe("persistence", () => {
	test("HTTP/1.1 stays open, and says for how long it may be idle", () => {
		const { tcp } = httpHarness({ limits: { idleMs: 15_500 } });
		const peer = tcp.connect();
		peer.send(GET_HELLO);
		const [response] = parseResponses(peer.takeReceived());
		expect(response).toMatchObject({ status: 200, body: "hello" });
		expect(response?.headers.get("keep-alive")).toBe("timeout=15");
		expect(response?.headers.has("connection")).toBe(false);
		peer.send(GET_HELLO);
		expect(statuses(peer.received)).toEqual([200]);
		expect(peer.state).toBe("open");
	});

	test.each<[name: string, request: string, connection: string | undefined]>([
		["HTTP/1.1 with Connection: close", "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "close"],
		["HTTP/1.0", "GET /hello HTTP/1.0\r\n\r\n", "close"],
		["HTTP/1.0 that asks for it", "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "keep-alive"],
	])("%s", (_name, request, connection) => {
		const { tcp } = httpHarness();
		const peer = tcp.connect();
		peer.send(request);
		const [response] = parseResponses(peer.received);
		expect(response).toMatchObject({ status: 200, body: "hello" });
		expect(response?.headers.get("connection")).toBe(connection);
		expect(peer.state).toBe(connection === "close" ? "closed" : "open");
	});

	test("pipelined requests are answered in order, bodies included", () => {
		const { tcp } = httpHarness();
		const peer = tcp.connect();
		peer.send(post("one") + GET_HELLO + post("three"));
		expect(parseResponses(peer.received).map(({ body }) => body)).toEqual(["one", "hello", "three"]);
	});

	test("a late answer holds back the pipelined requests behind it", () => {
		const late: HttpResponse[] = [];
		const route: HandledRoute = { method: "GET", path: "/late", handle: (_request, response) => late.push(response) };
		const { tcp } = httpHarness({ routes: [route, HELLO] });
		const peer = tcp.connect();
		peer.send(`GET /late HTTP/1.1\r\nHost: a\r\n\r\n${GET_HELLO.repeat(1000)}`);
		expect(peer.received).toBe("");
		expect(peer.unreadBytes).toBeGreaterThan(25_000);
		late[0]?.respondText(200, "text/plain", "at last");
		expect(parseResponses(peer.received)[0]?.body).toBe("at last");
	});

	test("a peer that pipelines without end gives way to the others, then goes on", () => {
		const { tcp, clock } = httpHarness();
		const greedy = tcp.connect();
		greedy.send(GET_HELLO.repeat(500));
		const first = statuses(greedy.takeReceived()).length;
		expect(first).toBeGreaterThan(0);
		expect(first).toBeLessThan(50);
		const modest = tcp.connect();
		modest.send(GET_HELLO);
		expect(statuses(modest.received)).toEqual([200]);
		clock.advance(0);
		expect(statuses(greedy.received).length).toBe(500 - first);
	});

	test("a request that comes after the last answer is not served", () => {
		const { tcp, server } = httpHarness();
		const peer = tcp.connect();
		peer.send(`GET /hello HTTP/1.0\r\n\r\n${GET_HELLO}`);
		expect(statuses(peer.received)).toEqual([200]);
		expect(peer.state).toBe("closed");
		expect(server.statistics.requests).toBe(1);
	});
});

describe("errors", () => {
	test.each<[status: number, code: string, request: string]>([
		[400, "malformed-request-line", "GET\r\n\r\n"],
		[400, "malformed-line", "GET / HTTP/1.1\n"],
		[400, "malformed-header", "GET / HTTP/1.1\r\nHost : a\r\n\r\n"],
		[400, "malformed-host", "GET / HTTP/1.1\r\n\r\n"],
		[400, "ambiguous-length", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n"],
		[400, "malformed-chunk", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
		[413, "body-too-large", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 65\r\n\r\n"],
		[413, "body-too-large", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n41\r\n"],
		[413, "body-too-large", "GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n"],
		[413, "body-too-large", "GET /hello HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"],
		[414, "uri-too-long", `GET /${"a".repeat(2000)} HTTP/1.1\r\n\r\n`],
		[417, "expectation-failed", "GET / HTTP/1.1\r\nHost: a\r\nExpect: magic\r\n\r\n"],
		[431, "headers-too-large", `GET / HTTP/1.1\r\nHost: a\r\nCookie: ${"a".repeat(3000)}\r\n\r\n`],
		[431, "headers-too-large", `GET / HTTP/1.1\r\nHost: a\r\n${"A: b\r\n".repeat(40)}\r\n`],
		[501, "unknown-coding", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"],
		[505, "unknown-version", "GET / HTTP/3.0\r\n\r\n"],
	])("%i %s is JSON that says what to do, and the last answer", (status, code, request) => {
		const { tcp, clock, server } = httpHarness();
		const peer = tcp.connect();
		peer.send(`${request}${GET_HELLO}`);
		const responses = parseResponses(peer.received);
		expect(responses).toHaveLength(1);
		const [response] = responses;
		expect(response?.status).toBe(status);
		expect(JSON.parse(response?.body ?? "")).toEqual({
			error: { code, message: expect.stringMatching(/^[A-Z].*\.$/) },
		});
		expect(Object.fromEntries(response?.headers ?? [])).toMatchObject({
			"content-type": "application/json",
			"x-content-type-options": "nosniff",
			"cache-control": "no-store",
			connection: "close",
		});
		expect(server.statistics.errorsByStatus.get(status)).toBe(1);
		expect(peer.state).toBe("open");
		clock.advance(2_000);
		expect(peer.state).toBe("closed");
		expect(server.openConnections).toBe(0);
	});

	test("after an error the peer's bytes are read over, so far as it is worth while", () => {
		const { tcp } = httpHarness({ limits: { lingerMs: 60_000 } });
		const peer = tcp.connect();
		peer.send(`${GET_HELLO}nonsense\r\n\r\n`);
		expect(statuses(peer.received)).toEqual([200, 400]);
		peer.send("x".repeat(10_000));
		expect([peer.state, peer.unreadBytes]).toEqual(["open", 0]);
		for (let sent = 0; sent < 60_000; sent += 5_000) peer.send("x".repeat(5_000));
		expect(peer.state).toBe("closed");
	});

	test("an error answer to HEAD has no body", () => {
		const { tcp } = httpHarness();
		const peer = tcp.connect();
		peer.send("HEAD /hello HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n");
		const [response] = parseResponses(peer.received, ["HEAD"]);
		expect(response?.status).toBe(400);
		expect(Number(response?.headers.get("content-length"))).toBeGreaterThan(0);
	});

	test("a handler that throws is answered with 500, and reported", () => {
		const route: HandledRoute = {
			method: "GET",
			path: "/broken",
			handle: () => {
				throw new Error("sensor on fire");
			},
		};
		const { tcp, faults, server } = httpHarness({ routes: [route] });
		const peer = tcp.connect();
		peer.send("GET /broken HTTP/1.1\r\nHost: a\r\n\r\n");
		const [response] = parseResponses(peer.received);
		expect(response?.status).toBe(500);
		expect(response?.body).toContain("internal-error");
		expect(peer.received).not.toContain("on fire");
		expect(faults).toEqual(["http handler: sensor on fire"]);
		expect(server.statistics.faults).toBe(1);
	});

	test("an answer that was given before its handler threw is sent as it was", () => {
		const route: HandledRoute = {
			method: "GET",
			path: "/",
			handle: (_request, response) => {
				response.respondText(200, "text/plain", "fine");
				response.respondText(200, "text/plain", "again");
			},
		};
		const { tcp, faults } = httpHarness({ routes: [route] });
		const peer = tcp.connect();
		peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
		expect(parseResponses(peer.received).map(({ body }) => body)).toEqual(["fine"]);
		expect(faults).toEqual(["http handler: this request was answered before"]);
		expect(peer.state).toBe("open");
	});

	test.each(["onBytes", "onEnd"] as const)("a body reader that throws in %s is answered with 500", (where) => {
		const calls: string[] = [];
		const act = (name: string): void => {
			calls.push(name);
			if (name === where) throw new Error(name);
		};
		const route: HandledRoute = {
			method: "POST",
			path: "/",
			maxBodyBytes: 10,
			handle: (request) =>
				request.readBody({
					onBytes: () => act("onBytes"),
					onEnd: () => act("onEnd"),
					onAborted: () => act("onAborted"),
				}),
		};
		const { tcp, faults } = httpHarness({ routes: [route] });
		const peer = tcp.connect();
		peer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
		expect(statuses(peer.received)).toEqual([500]);
		expect(faults).toEqual([`http handler: ${where}`]);
		expect(calls).toEqual(where === "onBytes" ? ["onBytes", "onAborted"] : ["onBytes", "onEnd"]);
	});
});

describe("request bodies", () => {
	test.each([1, 5, 1000])("by length and in chunks (pieces of %i bytes)", (pieceBytes) => {
		const { tcp } = httpHarness();
		const peer = tcp.connect();
		const head = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
		peer.send(`${post("by length")}${head}3\r\nin \r\n6\r\nchunks\r\n0\r\n\r\n${post("")}${GET_HELLO}`, pieceBytes);
		expect(parseResponses(peer.received).map(({ body }) => body)).toEqual(["by length", "in chunks", "", "hello"]);
	});

	test("100 Continue comes when the handler wants the body, before it is sent", () => {
		const { tcp } = httpHarness();
		const peer = tcp.connect();
		peer.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
		expect(peer.received).toBe("HTTP/1.1 100 Continue\r\n\r\n");
		peer.send("body");
		expect(statuses(peer.received)).toEqual([100, 200]);
	});

	test("100 Continue is left out when the body is there already, and for HTTP/1.0", () => {
		const { tcp } = httpHarness();
		const eager = tcp.connect();
		eager.send(post("body", "Expect: 100-continue\r\n"));
		expect(statuses(eager.received)).toEqual([200]);
		const old = tcp.connect();
		old.send("POST /echo HTTP/1.0\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
		expect(old.received).toBe("");
	});

	test("a body that is refused is not asked for", () => {
		const { tcp } = httpHarness();
		const peer = tcp.connect();
		peer.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 65\r\nExpect: 100-continue\r\n\r\n");
		expect(statuses(peer.received)).toEqual([413]);
	});

	test("an answer without the body being read closes the connection, and none of the body is taken for a request", () => {
		const route: HandledRoute = {
			method: "POST",
			path: "/",
			maxBodyBytes: 1000,
			handle: (_request, response) => response.respondError(401, "password-needed", "Log in first."),
		};
		const { tcp, server } = httpHarness({ routes: [route, HELLO] });
		const peer = tcp.connect();
		peer.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${GET_HELLO.length}\r\n\r\n${GET_HELLO}`);
		const [response, ...others] = parseResponses(peer.received);
		expect([response?.status, response?.headers.get("connection"), others]).toEqual([401, "close", []]);
		expect(server.statistics.requests).toBe(1);
	});

	test("an answer in the midst of a body ends it", () => {
		const calls: string[] = [];
		const route: HandledRoute = {
			method: "POST",
			path: "/",
			maxBodyBytes: 1000,
			handle: (request, response) =>
				request.readBody({
					onBytes: () => {
						calls.push("onBytes");
						response.respondError(422, "bad-image", "Send another.");
					},
					onEnd: () => calls.push("onEnd"),
					onAborted: () => calls.push("onAborted"),
				}),
		};
		const { tcp } = httpHarness({ routes: [route] });
		const peer = tcp.connect();
		peer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");
		peer.send("def");
		expect(statuses(peer.received)).toEqual([422]);
		expect(calls).toEqual(["onBytes"]);
	});

	test.each<[name: string, end: (peer: ReturnType<ReturnType<typeof httpHarness>["tcp"]["connect"]>) => void]>([
		["the peer goes", (peer) => peer.end()],
		["the body is malformed", (peer) => peer.send("zz\r\n")],
		["the body grows too large", (peer) => peer.send("ff\r\n")],
	])("tells the reader when %s", (_name, end) => {
		const calls: string[] = [];
		const route: HandledRoute = {
			method: "POST",
			path: "/",
			maxBodyBytes: 100,
			handle: (request) =>
				request.readBody({
					onBytes: () => calls.push("onBytes"),
					onEnd: () => calls.push("onEnd"),
					onAborted: () => calls.push("onAborted"),
				}),
		};
		const { tcp } = httpHarness({ routes: [route] });
		const peer = tcp.connect();
		peer.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
		end(peer);
		expect(calls).toEqual(["onBytes", "onAborted"]);
	});

	test("a body may be asked for later", () => {
		const later: (() => void)[] = [];
		const route: HandledRoute = {
			...ECHO,
			handle: (request, response) => later.push(() => ECHO.handle(request, response)),
		};
		const { tcp } = httpHarness({ routes: [route] });
		const peer = tcp.connect();
		peer.send(post("patience"));
		expect(peer.received).toBe("");
		later[0]?.();
		expect(parseResponses(peer.received)[0]?.body).toBe("patience");
	});

	test("a body is read once", () => {
		const route: HandledRoute = {
			...ECHO,
			handle: (request, response) => {
				ECHO.handle(request, response);
				ECHO.handle(request, response);
			},
		};
		const { tcp, faults } = httpHarness({ routes: [route] });
		const peer = tcp.connect();
		peer.send(post("x"));
		expect(statuses(peer.received)).toEqual([500]);
		expect(faults).toEqual(["http handler: read a body once, before the answer"]);
	});
});

describe("what the handler sees", () => {
	test("the request as it was sent, until the answer is finished", () => {
		let late: (() => unknown[]) | undefined;
		let seen: unknown[] = [];
		const route: HandledRoute = {
			method: "PUT",
			path: "/thing",
			maxBodyBytes: 5,
			handle: (request, response) => {
				late = () => [
					request.method,
					request.path,
					request.host,
					request.remoteAddress,
					request.hasBody,
					request.contentLengthBytes,
					request.header("x-one"),
					request.headerHasToken("x-list", "b"),
					request.query("q"),
					request.pathIs("/thing"),
				];
				seen = late();
				request.readBody({ onBytes() {}, onAborted() {}, onEnd: () => response.respondEmpty(204) });
			},
		};
		const { tcp } = httpHarness({ routes: [route] });
		const peer = tcp.connect();
		const lines = ["PUT /thing?q=1 HTTP/1.1", "Host: P1.local:80", "X-One: Two", "X-List: A, B", "Content-Length: 1"];
		peer.send(`${lines.join("\r\n")}\r\n\r\nx`);
		expect(seen).toEqual(["PUT", "/thing", "p1.local:80", "192.0.2.7", true, 1, "Two", true, "1", true]);
		expect(statuses(peer.received)).toEqual([204]);
		expect(late?.()).toEqual(["", "", undefined, "192.0.2.7", false, undefined, undefined, false, undefined, false]);
	});
});
