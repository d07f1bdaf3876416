import { describe, expect, test } from "vitest";
import { followRedirect, parseCount, parseHttpAddress } from "../../../src/services/update/http-address.js";

describe("parseHttpAddress", () => {
	test.each([
		["http://example.org/p1.bin", "example.org", 80, "/p1.bin"],
		["HTTP://192.0.2.1:3000", "192.0.2.1", 3000, "/"],
		["http://nas.local:65535/a/b?c=d#e", "nas.local", 65_535, "/a/b?c=d"],
		["http://nas?x", "nas", 80, "/?x"],
		["http://my_nas-2/%20", "my_nas-2", 80, "/%20"],
	])("%s", (text, host, port, path) => {
		expect(parseHttpAddress(text)).toEqual({ host, port, path });
	});

	test.each([
		"",
		"example.org/p1.bin",
		"ftp://example.org/",
		"http://",
		"http:///p1.bin",
		"http://user:password@example.org/",
		"http://[::1]/",
		"http://example.org:0/",
		"http://example.org:65536/",
		"http://example.org:80a/",
		"http://example.org:/",
		"http://example.org/a b",
		"http://example.org/\r\nHost: x",
		"http://exämple.org/",
		`http://example.org/${"x".repeat(500)}`,
	])("%j is none", (text) => {
		expect(parseHttpAddress(text)).toEqual({ problem: "This is no address of the form http://HOST/PATH." });
	});

	test("says of https what to do instead", () => {
		expect(parseHttpAddress("https://example.org/p1.bin")).toEqual({
			problem: expect.stringMatching(/^https:\/\/ is more than a dongle has memory for\. Put the file/),
		});
	});
});

describe("followRedirect", () => {
	const FROM = { host: "a", port: 81, path: "/x/y" };
	test.each([
		["/z", { host: "a", port: 81, path: "/z" }],
		["//b/z", { host: "b", port: 80, path: "/z" }],
		["http://c:82/z", { host: "c", port: 82, path: "/z" }],
	])("%s", (location, target) => {
		expect(followRedirect(FROM, location)).toEqual(target);
	});

	test.each(["https://c/", "z", ""])("%j leads nowhere", (location) => {
		expect(followRedirect(FROM, location)).toHaveProperty("problem");
	});
});

test.each([
	["0", 0],
	["1966080", 1_966_080],
	["999999999", 999_999_999],
	["1000000000", undefined],
	["", undefined],
	["-1", undefined],
	["1, 1", undefined],
	["0x10", undefined],
])("parseCount of %j", (digits, expected) => {
	expect(parseCount(digits)).toBe(expected);
});
