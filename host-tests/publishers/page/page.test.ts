import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { parsePageFile } from "../../../src/publishers/page/page-file.js";
import { respondPage } from "../../../src/publishers/page/page-handler.js";
import { httpHarness, type ParsedResponse, parseResponses } from "../../support/http-harness.js";
import type { Handler } from "../../support/routes.js";

const HTML = `<!doctype html>${"<p>Elmätaren</p>".repeat(2000)}`;
const GZIP = gzipSync(HTML);
const HEAD = 'Content-Type: text/html; charset=utf-8\nContent-Encoding: gzip\nETag: "1"\nCache-Control: no-cache\n\n';
const PAGE = parsePageFile(Buffer.concat([Buffer.from(HEAD), GZIP]));

const BROWSER = [
	"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
	"Accept-Encoding: gzip, deflate",
];

function ask(headers: readonly string[], method = "GET", page = PAGE): ParsedResponse {
	const handle: Handler = (request, response) => {
		if (!respondPage(page, request, response)) response.respondText(200, "application/json", '"index"');
	};
	const { tcp, clock, server, faults } = httpHarness({
		routes: [{ method: "GET", path: "/", handle }],
		limits: { outputBytes: 600 },
	});
	const peer = tcp.connect();
	peer.send([`${method} / HTTP/1.1`, "Host: p1", ...headers, "", ""].join("\r\n"));
	// The server takes turns.
	clock.advance(100);
	peer.end();
	const [response, ...more] = parseResponses(peer.received, [method], true);
	server.close();
	expect({ more, faults }).toEqual({ more: [], faults: [] });
	if (response === undefined) throw new Error("no answer");
	return response;
}

describe("the page at /", () => {
	test("a browser gets it as it is: compressed, to be asked for again, and never the wrong one from a cache", () => {
		const { status, headers, body } = ask(BROWSER);
		expect(status).toBe(200);
		expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
		expect(headers.get("content-encoding")).toBe("gzip");
		expect(headers.get("cache-control")).toBe("no-cache");
		expect(headers.get("vary")).toBe("Accept, Accept-Encoding");
		expect(headers.get("x-content-type-options")).toBe("nosniff");
		expect(headers.has("set-cookie")).toBe(false);
		expect(gunzipSync(Buffer.from(body, "latin1")).toString()).toBe(HTML);
	});

	test("one that has it already gets 304 without a body", () => {
		const { status, headers, body } = ask([...BROWSER, 'If-None-Match: "1"']);
		expect({ status, body }).toEqual({ status: 304, body: "" });
		expect(headers.get("etag")).toBe('"1"');
		expect(headers.get("vary")).toBe("Accept, Accept-Encoding");
		expect(headers.has("content-encoding")).toBe(false);
	});

	test("one that has another one gets this one", () => {
		expect(ask([...BROWSER, 'If-None-Match: "0"']).status).toBe(200);
	});

	test("HEAD has its length and no body", () => {
		const { status, headers, body } = ask(BROWSER, "HEAD");
		expect({ status, body }).toEqual({ status: 200, body: "" });
		expect(headers.get("content-length")).toBe(String(GZIP.length));
	});

	test.each([
		["no word of compression", [] as string[]],
		["another compression only", ["Accept-Encoding: br"]],
		["gzip refused", ["Accept-Encoding: gzip;q=0, deflate"]],
	])("406 says what to do: %s", (_name, encoding) => {
		const { status, headers, body } = ask(["Accept: text/html", ...encoding]);
		expect(status).toBe(406);
		expect(headers.get("vary")).toBe("Accept, Accept-Encoding");
		expect(headers.get("cache-control")).toBe("no-store");
		expect(JSON.parse(body).error).toMatchObject({
			code: "not-acceptable",
			message: expect.stringMatching(/--compressed.*application\/json/),
		});
	});

	test.each([
		["a program that says nothing", [] as string[]],
		["curl", ["Accept: */*"]],
		["a program that wants JSON", ["Accept: application/json"]],
		["a program that prefers JSON", ["Accept: text/html;q=0.9, application/json"]],
	])("%s gets the index as JSON", (_name, accept) => {
		const { status, headers, body } = ask([...accept, "Accept-Encoding: gzip"]);
		expect(status).toBe(200);
		expect(headers.get("content-type")).toBe("application/json");
		expect(body).toBe('"index"');
	});

	test("it may be larger than the server's buffer: the peer gets it piece by piece", () => {
		const large = parsePageFile(Buffer.concat([Buffer.from(HEAD), Buffer.alloc(40_000, 7)]));
		expect(ask(BROWSER, "GET", large).body).toBe("\u0007".repeat(40_000));
	});
});
