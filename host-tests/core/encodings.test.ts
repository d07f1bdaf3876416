import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { base64Bytes } from "../../src/core/base64.js";
import { hexBytes, hexText } from "../../src/core/hex.js";
import { utf8Bytes, utf8Text } from "../../src/core/utf8.js";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decoded(bytes: Uint8Array): string | undefined {
	try {
		return strict.decode(bytes);
	} catch {
		return undefined;
	}
}

describe("UTF-8", () => {
	test("writes what TextEncoder writes, halves of pairs included", () => {
		fc.assert(
			fc.property(
				fc.string({ unit: "binary", maxLength: 40 }),
				fc.constantFrom("", "\ud800", "\udc00x"),
				(text, half) => {
					expect(utf8Bytes(text + half)).toEqual(new TextEncoder().encode(text + half));
				},
			),
		);
	});

	test("reads what TextDecoder reads, and refuses what it refuses", () => {
		const bytes = fc.uint8Array({ maxLength: 12 });
		fc.assert(
			fc.property(fc.oneof(bytes, fc.string({ unit: "binary" }).map(utf8Bytes)), (input) => {
				expect(utf8Text(input, 0, input.length)).toBe(decoded(input));
			}),
			{ numRuns: 5000 },
		);
	});

	test.each([
		["a slash in two bytes", [0xc0, 0xaf]],
		["a slash in three bytes", [0xe0, 0x80, 0xaf]],
		["U+FFFF in four bytes", [0xf0, 0x8f, 0xbf, 0xbf]],
		["half of a surrogate pair", [0xed, 0xa0, 0x80]],
		["U+110000", [0xf4, 0x90, 0x80, 0x80]],
		["a byte that goes on with nothing", [0x80]],
		["a character that is cut off", [0xe2, 0x82]],
		["a character that another one cuts off", [0xe2, 0x41, 0x41]],
		["a first byte that none has", [0xff, 0x80, 0x80, 0x80]],
	])("refuses %s", (_what, bytes) => {
		expect(utf8Text(Uint8Array.from(bytes), 0, bytes.length)).toBeUndefined();
	});

	test("reads its range only", () => {
		expect(utf8Text(utf8Bytes("aåb€"), 1, 4)).toBe("åb");
	});
});

describe("base64", () => {
	test("reads what Buffer writes, with padding and without", () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
				const text = Buffer.from(bytes).toString("base64");
				expect(base64Bytes(text)).toEqual(bytes);
				expect(base64Bytes(text.replaceAll("=", ""))).toEqual(bytes);
			}),
		);
	});

	test.each(["A", "AAAAA", "AA=A", "A===", "=", "====", "AA AA", "AA-_", "AAA\u00e5", "AAA=="])(
		"refuses %j",
		(text) => {
			expect(base64Bytes(text)).toBeUndefined();
		},
	);
});

describe("hexadecimal", () => {
	test("what is written is read again, in either case", () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
				const text = hexText(bytes);
				expect(text).toBe(Buffer.from(bytes).toString("hex"));
				expect(hexBytes(text)).toEqual(bytes);
				expect(hexBytes(text.toUpperCase())).toEqual(bytes);
			}),
		);
	});

	test.each(["0", "0g", "g0", "00 0", "0x00"])("refuses %j", (text) => {
		expect(hexBytes(text)).toBeUndefined();
	});
});
