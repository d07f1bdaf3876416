import { beforeAll, describe, expect, test } from "vitest";
import { hexText } from "../../src/core/hex.js";
import { utf8Bytes } from "../../src/core/utf8.js";
import type { Crypto } from "../../src/ports/crypto.js";

/** What every {@link Crypto} does. */
export function cryptoContract(name: string, open: () => Crypto): void {
	describe(`${name}: the contract of Crypto`, () => {
		let crypto: Crypto;

		beforeAll(() => {
			crypto = open();
		});

		test("random bytes: all of them, other ones each time", () => {
			const seen = new Set<string>();
			const everSet = new Uint8Array(16);
			for (let i = 0; i < 200; i++) {
				const bytes = new Uint8Array(16);
				crypto.fillRandom(bytes);
				seen.add(hexText(bytes));
				for (let at = 0; at < 16; at++) everSet[at] = (everSet[at] as number) | (bytes[at] as number);
			}
			expect(seen.size).toBe(200);
			// A bit that stays 0 in 200 draws: once in 2^200.
			expect([...everSet]).toEqual(new Array(16).fill(0xff));
		});

		// FIPS 180-4, as NIST's examples for SHA-256 have it.
		test.each([
			["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
			["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
		])("SHA-256 of %j", (text, expected) => {
			expect(hexText(crypto.sha256(utf8Bytes(text)))).toBe(expected);
		});

		test.each([
			[[1, 2, 3], [1, 2, 3], true],
			[[1, 2, 3], [1, 2, 4], false],
			[[1, 2, 3], [0, 2, 3], false],
			[[1, 2, 3], [1, 2], false],
			[[], [], true],
			[[], [0], false],
		])("%j and %j: equal %s", (a, b, expected) => {
			expect(crypto.equal(Uint8Array.from(a), Uint8Array.from(b))).toBe(expected);
		});

		test("derives a key later, once, from what password and salt were at the call", async () => {
			const password = utf8Bytes("passwd");
			const salt = utf8Bytes("salt");
			const keys: string[] = [];
			await new Promise<void>((resolve) => {
				crypto.deriveKey(password, salt, 1, (key) => {
					keys.push(hexText(key));
					setTimeout(resolve, 50);
				});
				expect(keys).toEqual([]);
				password.fill(0);
				salt.fill(0);
			});
			// RFC 7914 §11.
			expect(keys).toEqual(["55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"]);
		});

		test("a derivation that is cancelled says nothing", async () => {
			const keys: Uint8Array[] = [];
			const derivation = crypto.deriveKey(utf8Bytes("x"), utf8Bytes("y"), 10, (key) => keys.push(key));
			derivation.cancel();
			derivation.cancel();
			await new Promise<void>((resolve) => crypto.deriveKey(utf8Bytes("x"), utf8Bytes("y"), 1000, () => resolve()));
			expect(keys).toEqual([]);
		});
	});
}
