import { describe, expect, test } from "vitest";
import { type RouteMethod, Router } from "../../src/http/router.js";
import { HELLO, httpHarness, type ParsedResponse, parseResponses } from "../support/http-harness.js";
import { type HandledRoute, resourceOf } from "../support/routes.js";

function route(method: RouteMethod, path: string, text = `${method} ${path}`): HandledRoute {
	return { method, path, handle: (_request, response) => response.respondText(200, "text/plain", text) };
}

const ROUTES = [route("GET", "/"), route("GET", "/a"), route("PUT", "/a"), route("POST", "/a/b"), route("GET", "/%61")];

function ask(requestLine: string, routes: readonly HandledRoute[] = ROUTES): ParsedResponse {
	const peer = httpHarness({ routes }).tcp.connect();
	peer.send(`${requestLine} HTTP/1.1\r\nHost: p1.local\r\n\r\n`);
	const [response] = parseResponses(peer.received, requestLine.split(" "));
	if (response === undefined) throw new Error("no answer");
	return response;
}

describe("Router", () => {
	test.each([
		["GET /", "GET /"],
		["GET /?x=/a", "GET /"],
		["GET http://p1.local", "GET /"],
		["GET http://p1.local?x", "GET /"],
		["GET http://p1.local/a?x", "GET /a"],
		["GET /a", "GET /a"],
		["PUT /a", "PUT /a"],
		["POST /a/b", "POST /a/b"],
		["GET /%61", "GET /%61"],
	])("%s goes to %s", (requestLine, expected) => {
		expect(ask(requestLine)).toMatchObject({ status: 200, body: expected });
	});

	test.each(["GET /b", "GET /A", "GET /a/", "GET //a", "GET /a/b/", "BREW /b", "GET /%2561", "HEAD /b", "OPTIONS /b"])(
		"%s is not found",
		(requestLine) => {
			const response = ask(requestLine);
			expect(response.status).toBe(404);
			expect(response.headers.get("content-type")).toBe("application/json");
			if (!requestLine.startsWith("HEAD"))
				expect(JSON.parse(response.body)).toMatchObject({ error: { code: "not-found" } });
		},
	);

	test.each([
		["PUT /", "OPTIONS, GET, HEAD"],
		["POST /a", "OPTIONS, GET, HEAD, PUT"],
		["GET /a/b", "OPTIONS, POST"],
		["HEAD /a/b", "OPTIONS, POST"],
		["BREW /a", "OPTIONS, GET, HEAD, PUT"],
		["get /a", "OPTIONS, GET, HEAD, PUT"],
		["TRACE /a", "OPTIONS, GET, HEAD, PUT"],
	])("%s is not allowed, %s are", (requestLine, allow) => {
		const response = ask(requestLine);
		expect([response.status, response.headers.get("allow")]).toEqual([405, allow]);
		expect(response.headers.get("content-type")).toBe("application/json");
	});

	test.each([
		["OPTIONS /a", "OPTIONS, GET, HEAD, PUT"],
		["OPTIONS *", "OPTIONS, GET, HEAD, PUT, POST"],
	])("%s names %s", (requestLine, allow) => {
		const response = ask(requestLine);
		expect([response.status, response.headers.get("allow"), response.body]).toEqual([204, allow, ""]);
	});

	test("HEAD is GET without the body", () => {
		const got = ask("GET /a");
		const headed = ask("HEAD /a");
		expect(headed).toEqual({ ...got, body: "" });
		expect(headed.headers.get("content-length")).toBe("6");
	});

	test("a route's answers are not stored where it says so, errors never", () => {
		const routes = [HELLO, { ...HELLO, path: "/fresh", noStore: true }];
		expect(ask("GET /hello", routes).headers.has("cache-control")).toBe(false);
		expect(ask("GET /fresh", routes).headers.get("cache-control")).toBe("no-store");
		expect(ask("GET /none", routes).headers.get("cache-control")).toBe("no-store");
	});

	test("a guard goes before every handler, and may answer", () => {
		const asked: string[] = [];
		const { tcp } = httpHarness({
			routes: ROUTES,
			before: (request, response, { method, path }) => {
				asked.push(`${method} ${path}`);
				if (request.header("authorization") !== undefined) return true;
				response.respondError(401, "password-needed", "Send the password.");
				return false;
			},
		});
		const peer = tcp.connect();
		peer.send(
			"PUT /a HTTP/1.1\r\nHost: a\r\n\r\nPUT /a HTTP/1.1\r\nHost: a\r\nAuthorization: x\r\n\r\nGET /x HTTP/1.0\r\n\r\n",
		);
		expect(parseResponses(peer.received).map(({ status }) => status)).toEqual([401, 200, 404]);
		expect(asked).toEqual(["PUT /a", "PUT /a"]);
	});

	test.each(["", "a", "/a?b", "/a#b", "/å", "/a b"])("refuses the path %j", (path) => {
		expect(() => new Router({ resources: [resourceOf(route("GET", path))] })).toThrow(RangeError);
	});

	test("refuses a route that is there twice", () => {
		const resources = [resourceOf(route("GET", "/a"), route("PUT", "/a")), resourceOf(route("GET", "/a"))];
		expect(() => new Router({ resources })).toThrow(/twice/);
	});
});
