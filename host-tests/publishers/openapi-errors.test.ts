import { afterEach, describe, expect, test } from "vitest";
import { requestText } from "../support/api-bench.js";
import type { ParsedResponse } from "../support/http-harness.js";
import { OPERATION_METHODS, type OperationMethod } from "../support/openapi.js";
import { OpenApiBench } from "../support/openapi-bench.js";
import { openConnection, rawRequest } from "../support/raw-http.js";
import { powerTelegram } from "../support/telegram.js";

// What docs/http-api.yaml says of errors, against the running server.

const KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
const HANDSHAKE = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"];

const bench = new OpenApiBench();
const { openApi } = bench;
/** The codes that were seen, with their statuses. */
const codes = new Map<string, number>();

afterEach(() => bench.close());

function noteError(response: ParsedResponse): string {
	const { code } = (JSON.parse(response.body) as { error: { code: string } }).error;
	codes.set(code, response.status);
	return code;
}

/** Sends text and gives the code of the error that comes, which has to be as the document says. */
async function errorFor(port: number, text: string, during?: () => void): Promise<string> {
	const response = await rawRequest(port, text, "GET", during);
	expect(openApi.check("/health", "get", response)).toEqual([]);
	return noteError(response);
}

describe("errors of the server", () => {
	test.each([
		["malformed-request-line", "GET  / HTTP/1.1\r\n\r\n"],
		["malformed-line", "GET / HTTP/1.1\r\nHost: p1\r\nA: b\u0001\r\n\r\n"],
		["malformed-header", "GET / HTTP/1.1\r\nHost: p1\r\nA : b\r\n\r\n"],
		["malformed-host", "GET / HTTP/1.1\r\n\r\n"],
		["ambiguous-length", requestText("/", { headers: ["Content-Length: 1", "Content-Length: 2"] })],
		["not-found", requestText("/favicon.ico")],
		["method-not-allowed", requestText("/health", { method: "DELETE" })],
		["body-too-large", `${requestText("/", { headers: ["Content-Length: 1"] })}x`],
		["uri-too-long", requestText(`/${"x".repeat(2000)}`)],
		["expectation-failed", requestText("/", { headers: ["Expect: a-pony"] })],
		["headers-too-large", requestText("/", { headers: [`Cookie: ${"x".repeat(3000)}`] })],
		["unknown-coding", requestText("/", { headers: ["Transfer-Encoding: gzip"] })],
		["unknown-version", "GET / HTTP/2.0\r\nHost: p1\r\n\r\n"],
	])("%s", async (code, text) => {
		const { port } = await bench.start();
		expect(await errorFor(port, text)).toBe(code);
	});

	test("request-timeout", async () => {
		const { api, port } = await bench.start();
		expect(await errorFor(port, "GET / HT", () => api.bench.clock.advance(11_000))).toBe("request-timeout");
	});

	test("too-many-connections", async () => {
		const { port } = await bench.start({ limits: { maxConnections: 1 } });
		const idle = await openConnection(port);
		expect(await errorFor(port, requestText("/"))).toBe("too-many-connections");
		idle.destroy();
	});

	test("internal-error", async () => {
		const writeStatus = () => {
			throw new Error("broken");
		};
		const { port } = await bench.start({ statusSources: [{ statusName: "broken", writeStatus }] });
		expect(noteError(await bench.ask(port, "/api/v1/status"))).toBe("internal-error");
	});
});

describe("errors of the API", () => {
	test("while it waits for the first telegram", async () => {
		const { api, port } = await bench.start();
		const seen: string[] = [];
		const ask = async () => {
			for (const path of ["/api/v1/reading", "/api/v1/telegram"]) seen.push(noteError(await bench.ask(port, path)));
		};
		await ask();
		api.bench.port.link(false, "away");
		await ask();
		api.bench.port.link(true, "there");
		api.bench.port.receive("noise");
		await ask();
		const expected = ["no-telegram", "p1-port-disconnected", "no-valid-telegram"];
		expect(seen).toEqual(expected.flatMap((code) => [code, code]));
	});

	test.each([
		["upgrade-required", []],
		["upgrade-required", ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 8"]],
		["malformed-upgrade", [...HANDSHAKE, "Sec-WebSocket-Key: no"]],
		["foreign-origin", [...HANDSHAKE, KEY, "Origin: http://evil.example"]],
	])("of the stream of telegrams: %s", async (code, headers) => {
		const { port } = await bench.start();
		const response = await bench.ask(port, "/api/v1/telegram/stream", "get", { headers });
		expect(noteError(response)).toBe(code);
	});

	test("when all streams are in use", async () => {
		const { port } = await bench.start({ maxStreams: 1 });
		for (const [path, headers] of [
			["/api/v1/events", []],
			["/api/v1/telegram/stream", [...HANDSHAKE, KEY]],
		] as const) {
			const first = await openConnection(port);
			const opened = new Promise((resolve) => first.once("data", resolve));
			first.write(requestText(path, { headers }));
			await opened;
			expect(noteError(await bench.ask(port, path, "get", { headers }))).toBe("too-many-streams");
			first.destroy();
		}
	});

	test("when buffers are too small", async () => {
		const { api, port } = await bench.start({ documentBytes: 64, scratchBytes: 256 });
		api.bench.port.receive(powerTelegram(1));
		expect(noteError(await bench.ask(port, "/api/v1/reading"))).toBe("reading-too-large");
		expect(noteError(await bench.ask(port, "/api/v1/status"))).toBe("status-too-large");
	});
});

describe("what is not in the document", () => {
	test("other methods of its addresses get 405", async () => {
		const { port } = await bench.start();
		for (const [path, item] of Object.entries(openApi.document.paths)) {
			// Not here: openapi-setup.test.ts, openapi-update.test.ts.
			if (path.startsWith("/api/v1/setup") || path.startsWith("/api/v1/update")) continue;
			for (const method of [...OPERATION_METHODS, "propfind"] as const) {
				if (method in item) continue;
				const verb = method.toUpperCase();
				const response = await rawRequest(port, requestText(path, { method: verb }), verb);
				expect([path, method, response.status]).toEqual([path, method, 405]);
				// An address without GET has no HEAD in the document, and an answer to it no body.
				if (method === "head") expect(response.body).toBe("");
				else {
					const known = (["get", "put", "post"] as const).find((each) => each in item) ?? expect.fail();
					expect(openApi.check(path, known, response)).toEqual([]);
				}
			}
		}
	});

	test.each([
		"/api/",
		"/api/v1",
		"/api/v1/reading/",
		"/api/v1/reading.json",
		"/api/v1//reading",
		"/api/v1/%72eading",
		"/api/v2/reading",
		"/health/",
		"/index.html",
		"/metrics/",
		"/api/v1/telegram/stream/",
		"/../health",
	])("%s gets 404", async (path) => {
		const { port } = await bench.start();
		const response = await rawRequest(port, requestText(path));
		expect(response.status).toBe(404);
		expect(openApi.check("/", "get", response)).toEqual([]);
	});
});

describe("the check itself sees what is not declared", () => {
	const json = { "content-type": "application/json", "cache-control": "no-store", "x-content-type-options": "nosniff" };
	const allow = { allow: "OPTIONS, GET, HEAD" };
	const ok = '{"status":"ok"}';

	test.each<[string, string, OperationMethod, number, Record<string, string>, string, RegExp]>([
		["an address", "/x", "get", 200, json, ok, /get \/x: not in the document/],
		["a header", "/health", "options", 204, { ...allow, "x-y": "z" }, "", /x-y is not in the document/],
		["a header that is missing", "/health", "options", 204, {}, "", /no Allow/],
		["a header's value", "/health", "get", 200, { ...json, "cache-control": "public" }, ok, /Cache-Control: public/],
		["a body", "/health", "options", 204, allow, "{}", /a body that is not/],
		["a type", "/health", "get", 200, { ...json, "content-type": "text/html" }, ok, /text\/html is not/],
		["a member", "/health", "get", 200, json, '{"status":"ok","more":1}', /additional properties/],
		["a value", "/health", "get", 200, json, '{"status":"fine"}', /equal to constant/],
		["a code", "/health", "get", 404, json, '{"error":{"code":"lost","message":"x"}}', /error\/code/],
	])("%s", (_what, path, method, status, headers, body, problem) => {
		const response = { status, headers: new Map(Object.entries(headers)), body };
		expect(openApi.check(path, method, response).join("\n")).toMatch(problem);
	});
});

// Last, after everything above has been asked.
test("every code of the document was seen with its status, and no other", () => {
	expect([...codes].sort()).toEqual([...openApi.errorCodes()].sort());
});
