import { createHash } from "node:crypto";
import type { Timers } from "../../src/ports/clock.js";
import type { Crypto, KeyDerivation } from "../../src/ports/crypto.js";

/** How long a password hash takes here. */
export const DERIVATION_MS = 1_000;

/** A {@link Crypto} whose time is a test's and whose randomness repeats; it notes what was compared. */
export class FakeCrypto implements Crypto {
	/** Lengths of what was compared, one entry each. */
	readonly comparisons: (readonly [number, number])[] = [];
	/** Passwords that were hashed slowly, in order. */
	readonly derivations: string[] = [];
	#randomBlocks = 0;
	readonly #timers: Timers;

	constructor(timers: Timers) {
		this.#timers = timers;
	}

	fillRandom(bytes: Uint8Array): void {
		this.#randomBlocks++;
		bytes.set(createHash("sha512").update(`random ${this.#randomBlocks}`).digest().subarray(0, bytes.length));
	}

	sha256(bytes: Uint8Array): Uint8Array {
		return new Uint8Array(createHash("sha256").update(bytes).digest());
	}

	equal(a: Uint8Array, b: Uint8Array): boolean {
		this.comparisons.push([a.length, b.length]);
		return Buffer.compare(a, b) === 0;
	}

	deriveKey(
		password: Uint8Array,
		salt: Uint8Array,
		iterations: number,
		onKey: (key: Uint8Array) => void,
	): KeyDerivation {
		this.derivations.push(Buffer.from(password).toString());
		const key = createHash("sha256").update(password).update(salt).update(String(iterations)).digest();
		return this.#timers.after(DERIVATION_MS, () => onKey(new Uint8Array(key)));
	}
}
