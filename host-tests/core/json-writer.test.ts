import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { JsonWriter } from "../../src/core/json-writer.js";
import { literal } from "../../src/core/literal.js";

function written(write: (writer: JsonWriter) => void, size = 4096): string {
	const bytes = new Uint8Array(size);
	const writer = new JsonWriter(bytes);
	write(writer);
	return writer.overflowed ? "overflowed" : Buffer.from(bytes.subarray(0, writer.length)).toString("latin1");
}

describe("jsonWriter", () => {
	test("places commas", () => {
		const text = written((writer) => {
			writer.openObject();
			writer.name("a");
			writer.number(1);
			writer.literalName(literal("b"), literal("S"));
			writer.openArray();
			writer.number(1);
			writer.boolean(true);
			writer.number(2);
			writer.null();
			writer.string("x");
			writer.openObject();
			writer.closeObject();
			writer.openArray();
			writer.closeArray();
			writer.closeArray();
			writer.name("c");
			writer.boolean(false);
			writer.name("d");
			writer.null();
			writer.closeObject();
		});
		expect(text).toBe('{"a":1,"bS":[1,true,2,null,"x",{},[]],"c":false,"d":null}');
	});

	test.each([
		[0, 0, "0"],
		[0, 3, "0"],
		[7, 3, "0.007"],
		[70, 3, "0.07"],
		[700, 3, "0.7"],
		[7000, 3, "7"],
		[-24, 3, "-0.024"],
		[230_700, 3, "230.7"],
		[33_221_122, 6, "33.221122"],
		[99_999_999_999, 0, "99999999999"],
		[Number.MAX_SAFE_INTEGER, 3, "9007199254740.991"],
	])("writes %d with %d decimals as %s", (value, decimals, expected) => {
		expect(written((writer) => writer.number(value, decimals))).toBe(expected);
	});

	test("a number is exact whatever its decimals", () => {
		fc.assert(
			fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 6 }), (value, decimals) => {
				const text = written((writer) => writer.number(value, decimals));
				const [whole = "", fraction = ""] = text.split(".");
				expect(BigInt(`${whole}${fraction.padEnd(decimals, "0")}`)).toBe(BigInt(value));
				expect(text).not.toMatch(/\.\d*0$|\.$|^-?0\d/);
			}),
		);
	});

	test("a string is what JSON.parse reads back, for every code unit", () => {
		fc.assert(
			fc.property(fc.string({ unit: "binary" }), (text) => {
				expect(JSON.parse(written((writer) => writer.string(text), 65_536))).toBe(text);
			}),
		);
		const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
		expect(JSON.parse(written((writer) => writer.bytesString(bytes, 1, 255)))).toBe(
			String.fromCharCode(...bytes.subarray(1)),
		);
	});

	test("an instant is the one that Date writes, in every year from 1970 to 9999", () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (seconds) => {
				const expected = new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
				expect(written((writer) => writer.time(seconds * 1000))).toBe(`"${expected}"`);
			}),
		);
	});

	test("past the end of the buffer nothing is written, and it is remembered until reset", () => {
		const whole = '{"name":12345.678,"text":"abc\\u0000","flag":true,"at":"1970-01-01T00:00:00Z"}';
		for (let size = 0; size <= whole.length; size++) {
			const bytes = new Uint8Array(size + 8).fill(0xaa);
			const writer = new JsonWriter(bytes.subarray(0, size));
			writer.openObject();
			writer.name("name");
			writer.number(12_345_678, 3);
			writer.name("text");
			writer.string("abc\0");
			writer.name("flag");
			writer.boolean(true);
			writer.name("at");
			writer.time(0);
			writer.closeObject();
			expect(writer.overflowed).toBe(size < whole.length);
			expect(bytes.subarray(size).every((byte) => byte === 0xaa)).toBe(true);
			writer.reset();
			expect(writer.overflowed).toBe(false);
			expect(writer.length).toBe(0);
		}
	});
});
