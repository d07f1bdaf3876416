import { describe, expect, test } from "vitest";
import { preferenceFor } from "../../../src/publishers/page/preference.js";

describe("preferenceFor", () => {
	test.each([
		["no header", undefined, 0],
		["the only one", "text/html", 1],
		["first of several", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", 1],
		["with a quality", "application/json, text/html;q=0.5", 0.5],
		["with spaces around the quality", "text/html ; q=0.25", 0.25],
		["another parameter before the quality", "text/html;level=1;q=0.4", 0.4],
		["in capitals", "Text/HTML;Q=0.3", 0.3],
		["refused", "text/html;q=0", 0],
		["a quality that is none", "text/html;q=many", 0],
		["a quality above one", "text/html;q=7", 0],
		["a longer name", "text/html5", 0],
		["as a parameter", "multipart/mixed;text/html", 0],
		["anything at all", "*/*", 0],
		["empty", "", 0],
	])("%s", (_name, header, expected) => {
		expect(preferenceFor(header, "text/html")).toBe(expected);
	});

	test("of what Chrome says over plain HTTP", () => {
		expect(preferenceFor("gzip, deflate", "gzip")).toBe(1);
	});
});
