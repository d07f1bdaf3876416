import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { parsePageFile } from "../../src/publishers/page/page-file.js";
import { buildPage } from "../../web/build.mjs";

/** Of flash, for the page with everything in it. */
const BUDGET_BYTES = 40_000;

let built: Awaited<ReturnType<typeof buildPage>>;
let headers: Map<string, string>;
beforeAll(async () => {
	built = await buildPage();
	const { bodyHeaders } = parsePageFile(built.file);
	headers = new Map();
	for (let i = 0; i < bodyHeaders.length; i += 2) {
		headers.set(String(bodyHeaders[i]).toLowerCase(), String(bodyHeaders[i + 1]));
	}
}, 60_000);

/** What stands in an element of the page. */
function partOf(tag: string): string {
	const parts = [...built.html.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, "gs"))];
	if (parts.length !== 1) throw new Error(`${parts.length} times <${tag}>`);
	return parts[0]?.[1] ?? "";
}

function hashOf(text: string): string {
	return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

describe("the built page", () => {
	test(`has at most ${BUDGET_BYTES} bytes, compressed`, () => {
		expect(built.gzip.length).toBeLessThanOrEqual(BUDGET_BYTES);
		expect(built.gzip.length).toBeGreaterThan(20_000);
		expect(gunzipSync(built.gzip).toString()).toBe(built.html);
	});

	test("is the same whenever it is built", async () => {
		const again = await buildPage();
		expect(Buffer.from(again.file).equals(built.file)).toBe(true);
	});

	test("its gzip header says nothing of when and where (RFC 1952)", () => {
		expect([...built.gzip.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
	});

	test("its policy allows its own script and styles, its dongle, and nothing else", () => {
		const policy = new Map(
			(headers.get("content-security-policy") ?? "").split("; ").map((directive) => {
				const [name = "", ...sources] = directive.split(" ");
				return [name, sources.join(" ")];
			}),
		);
		expect(Object.fromEntries(policy)).toEqual({
			"default-src": "'none'",
			"script-src": hashOf(partOf("script")),
			"style-src": hashOf(partOf("style")),
			"connect-src": "'self'",
			"img-src": "data:",
			"base-uri": "'none'",
			"form-action": "'none'",
			"frame-ancestors": "'none'",
		});
		expect(headers.get("referrer-policy")).toBe("no-referrer");
	});

	test("loads nothing from anywhere", () => {
		expect(built.html).not.toMatch(/\s(src|style|on[a-z]+)=["']?(?!data:)[^\s>]*:\/\//i);
		expect(partOf("style")).not.toMatch(/url\(|@import/);
		expect(built.html).not.toMatch(/<(link|img|iframe)[^>]+(href|src)="(?!data:)/);
	});

	test("has the notice that uPlot's licence asks for", () => {
		expect(built.html).toMatch(/uPlot: Copyright \(c\) \d+ Leon Sorokin/);
		expect(built.html).toContain("Permission is hereby granted, free of charge");
	});

	test("says something to a browser without scripts", () => {
		expect(partOf("noscript")).toMatch(/JavaScript/);
	});
});
