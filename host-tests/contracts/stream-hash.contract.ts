import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { hexText } from "../../src/core/hex.js";
import { utf8Bytes } from "../../src/core/utf8.js";
import type { OpenStreamHash } from "../../src/ports/stream-hash.js";

/** What every {@link OpenStreamHash} does. */
export function streamHashContract(name: string, open: OpenStreamHash): void {
	describe(`${name}: the contract of StreamHash`, () => {
		// FIPS 180-4, as NIST's examples for SHA-256 have it.
		test.each([
			["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
			["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
		])("of %j", (text, expected) => {
			const hash = open();
			const bytes = utf8Bytes(text);
			if (bytes.length > 0) hash.update(bytes, 0, bytes.length);
			expect(hexText(hash.digest())).toBe(expected);
		});

		test("does not depend on the pieces, and takes only what it is given of a buffer", () => {
			const bytes = Uint8Array.from({ length: 1000 }, (_, at) => at & 0xff);
			const expected = createHash("sha256").update(bytes.subarray(3, 997)).digest("hex");
			for (const pieceBytes of [1, 63, 64, 65, 1000]) {
				const hash = open();
				for (let at = 3; at < 997; at += pieceBytes) hash.update(bytes, at, Math.min(997, at + pieceBytes));
				expect(hexText(hash.digest())).toBe(expected);
			}
		});

		test("two at a time do not mix", () => {
			const [a, b] = [open(), open()];
			a.update(utf8Bytes("a"), 0, 1);
			b.update(utf8Bytes("x"), 0, 1);
			a.update(utf8Bytes("bc"), 0, 2);
			expect(hexText(a.digest())).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
		});
	});
}
