import { describe, expect, test } from "vitest";
import { isNotModified } from "../../src/http/etag.js";
import { httpHarness, parseResponses } from "../support/http-harness.js";

describe("isNotModified", () => {
	test.each<[header: string | undefined, etag: string, isNotModified: boolean]>([
		[undefined, '"1"', false],
		["", '"1"', false],
		["*", '"1"', true],
		['"1"', '"1"', true],
		['"2"', '"1"', false],
		['W/"1"', '"1"', true],
		['"1"', 'W/"1"', true],
		['"0", "1"', '"1"', true],
		['"0",W/"1"', '"1"', true],
		['"0" ,\t"1" , "2"', '"1"', true],
		['"0", "2"', '"1"', false],
		['"a,b"', '"a,b"', true],
		['"a,b"', '"b"', false],
		['"11"', '"1"', false],
		['""', '""', true],
		["1", '"1"', false],
		['"1', '"1"', false],
		['w/"1"', '"1"', false],
		['"0", junk, "1"', '"1"', false],
	])("If-None-Match: %s with ETag %s", (header, etag, expected) => {
		let outcome: boolean | undefined;
		const { tcp } = httpHarness({
			routes: [
				{
					method: "GET",
					path: "/",
					noStore: true,
					handle: (request, response) => {
						outcome = isNotModified(request, etag);
						if (outcome) response.respondEmpty(304, ["ETag", etag]);
						else response.respondText(200, "text/plain", "new", ["ETag", etag]);
					},
				},
			],
		});
		const peer = tcp.connect();
		peer.send(`GET / HTTP/1.1\r\nHost: a\r\n${header === undefined ? "" : `If-None-Match: ${header}\r\n`}\r\n`);
		const [response] = parseResponses(peer.received);
		expect(outcome).toBe(expected);
		expect(response?.status).toBe(expected ? 304 : 200);
		expect(response?.headers.get("etag")).toBe(etag);
		expect(response?.headers.get("cache-control")).toBe("no-store");
		expect(response?.headers.has("content-length")).toBe(!expected);
	});
});
