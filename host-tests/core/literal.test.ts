import { expect, test } from "vitest";
import { literal } from "../../src/core/literal.js";

const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

test("literals are bytes of one array until that is full, then of arrays of their own", () => {
	const texts = Array.from({ length: 40 }, (_, i) => `${i} `.repeat(200));
	const made = texts.map(literal);
	expect(made.map(text)).toEqual(texts);
	const buffers = made.map(({ buffer }) => buffer);
	expect(buffers[1]).toBe(buffers[0]);
	expect(buffers.at(-1)).not.toBe(buffers[0]);
	const short = literal("fits again");
	expect(text(short)).toBe("fits again");
});
