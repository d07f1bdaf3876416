import { createHash, type Hash, pbkdf2Sync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Pbkdf2, type Sha256Digest } from "../../src/core/pbkdf2.js";
import { utf8Bytes } from "../../src/core/utf8.js";

/** The shape of the SDK's Digest, over node:crypto. */
class NodeDigest implements Sha256Digest {
	#hash: Hash = createHash("sha256");

	reset(): void {
		this.#hash = createHash("sha256");
	}

	write(bytes: Uint8Array): void {
		this.#hash.update(bytes);
	}

	close(): ArrayBuffer {
		return new Uint8Array(this.#hash.digest()).buffer;
	}
}

function hexOf(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString("hex");
}

describe("Pbkdf2", () => {
	// RFC 7914 §11.
	test.each([
		["passwd", "salt", 1, "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"],
		["Password", "NaCl", 80_000, "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"],
	])("%s, %s, %i iterations: as the RFC says", (password, salt, iterations, expected) => {
		const pbkdf2 = new Pbkdf2(new NodeDigest(), utf8Bytes(password), utf8Bytes(salt), iterations);
		expect(pbkdf2.step(iterations)).toBe(true);
		expect(hexOf(pbkdf2.key)).toBe(expected);
	});

	test("is what node:crypto derives, whatever the slices", () => {
		const bytes = fc.uint8Array({ maxLength: 150 });
		const count = fc.integer({ min: 1, max: 40 });
		fc.assert(
			fc.property(bytes, bytes, count, count, (password, salt, iterations, slice) => {
				const pbkdf2 = new Pbkdf2(new NodeDigest(), password, salt, iterations);
				let steps = 1;
				while (!pbkdf2.step(slice)) steps++;
				expect(steps).toBe(Math.max(1, Math.ceil((iterations - 1) / slice)));
				expect(hexOf(pbkdf2.key)).toBe(pbkdf2Sync(password, salt, iterations, 32, "sha256").toString("hex"));
				expect(pbkdf2.step(1)).toBe(true);
			}),
		);
	});

	test.each([0, -1, 1.5, Number.NaN])("%d iterations: refused", (iterations) => {
		expect(() => new Pbkdf2(new NodeDigest(), utf8Bytes("x"), utf8Bytes("y"), iterations)).toThrow(RangeError);
	});
});
