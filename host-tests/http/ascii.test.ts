import { describe, expect, test } from "vitest";
import { AsciiCache, asciiBytes, latin1Text } from "../../src/http/ascii.js";

describe("asciiBytes", () => {
	test("gives one byte for each character", () => {
		expect([...asciiBytes("A: ~\r\n")]).toEqual([0x41, 0x3a, 0x20, 0x7e, 0x0d, 0x0a]);
	});

	test.each(["å", "\x7f", "\u{1f600}"])("refuses %j", (text) => {
		expect(() => asciiBytes(text)).toThrow(TypeError);
	});
});

describe("latin1Text", () => {
	test("gives one character for each byte of the range", () => {
		expect(latin1Text(Uint8Array.of(0x41, 0x42, 0xe5, 0x43), 1, 3)).toBe("Bå");
	});
});

describe("AsciiCache", () => {
	test("keeps the first 640 bytes of texts, and makes the bytes of others each time", () => {
		const cache = new AsciiCache();
		const texts = Array.from({ length: 100 }, (_, index) => `text: ${100 + index}`.padEnd(10));
		const first = texts.map((text) => cache.bytesOf(text));
		const again = texts.map((text) => cache.bytesOf(text));
		expect(again).toEqual(first);
		expect(again.filter((bytes, index) => bytes === first[index])).toHaveLength(64);
	});
});
