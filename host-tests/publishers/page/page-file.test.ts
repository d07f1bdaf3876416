import { describe, expect, test } from "vitest";
import { parsePageFile } from "../../../src/publishers/page/page-file.js";
import { buildPage } from "../../../web/build.mjs";

function file(text: string): Uint8Array {
	return new Uint8Array(Buffer.from(text, "latin1"));
}

const HEAD = 'Content-Type: text/html\nETag: "7"\nCache-Control: no-cache\nContent-Encoding: gzip\n\n';

describe("parsePageFile", () => {
	test("tells the headers of every answer from those of the body", () => {
		const page = parsePageFile(file(`${HEAD}body`));
		expect(page.contentType).toBe("text/html");
		expect(page.etag).toBe('"7"');
		expect(page.headers).toEqual(["ETag", '"7"', "Cache-Control", "no-cache", "Vary", "Accept, Accept-Encoding"]);
		expect(page.bodyHeaders).toEqual([...page.headers, "Content-Encoding", "gzip"]);
		expect(Buffer.from(page.bytes.subarray(page.bodyOffset)).toString()).toBe("body");
	});

	test("a body may have empty lines and line feeds", () => {
		const page = parsePageFile(file(`${HEAD}\n\nETag: no\n`));
		expect(page.etag).toBe('"7"');
		expect(page.bytes.length - page.bodyOffset).toBe(11);
	});

	test.each([
		["empty", ""],
		["no empty line", 'Content-Type: text/html\nETag: "7"\n'],
		["no tag", "Content-Type: text/html\n\nbody"],
		["no type", 'ETag: "7"\n\nbody'],
		["a line that is no header", 'Content-Type: text/html\nETag "7"\n\nbody'],
		["gzip without a head", "\u001f\u008b\b\0\0\0\0\0\n\n"],
		["a head without an end", `X-Long: ${"x".repeat(3000)}\nContent-Type: text/html\nETag: "7"\n\n`],
	])("refuses a file that is none: %s", (_name, text) => {
		expect(() => parsePageFile(file(text))).toThrow(/npm run build:web/);
	});

	test("reads what the build makes", async () => {
		const { file: built, gzip } = await buildPage();
		const page = parsePageFile(built);
		expect(page.contentType).toBe("text/html; charset=utf-8");
		expect(page.etag).toMatch(/^"[0-9a-f]{16}"$/);
		expect(Buffer.from(page.bytes.subarray(page.bodyOffset)).equals(gzip)).toBe(true);
		expect(page.bodyHeaders).toContain("Content-Security-Policy");
	});
});
