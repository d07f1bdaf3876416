/** Makes SHA-256 digests one after another; the SDK's `Digest("SHA256")` is one. */
export interface Sha256Digest {
	/** Begins a new digest. */
	reset(): void;
	/** Adds bytes; they are not kept. */
	write(bytes: Uint8Array): void;
	/** Ends the digest: 32 bytes. */
	close(): ArrayBuffer;
}

const BLOCK_BYTES = 64;
/** Length of the key: one output of the hash, so that nobody who guesses has less work than we have. */
export const PBKDF2_KEY_BYTES = 32;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/**
 * PBKDF2 with HMAC-SHA256, 32 bytes, a few iterations at a time: a device that must not stop for the second that a
 * password hash has to cost.
 * @see RFC 8018 §5.2, RFC 2104
 */
export class Pbkdf2 {
	readonly #digest: Sha256Digest;
	readonly #inner = new Uint8Array(BLOCK_BYTES);
	readonly #outer = new Uint8Array(BLOCK_BYTES);
	/** Two views of the last HMAC and of all of them together. */
	readonly #last: Uint8Array;
	readonly #key = new Uint8Array(PBKDF2_KEY_BYTES);
	readonly #keyWords = new Uint32Array(this.#key.buffer);
	#left: number;

	/** @param iterations - From 1 on. Password and salt are not kept. */
	constructor(digest: Sha256Digest, password: Uint8Array, salt: Uint8Array, iterations: number) {
		if (!(Number.isInteger(iterations) && iterations >= 1)) throw new RangeError(`${iterations} iterations`);
		this.#digest = digest;
		let key = password;
		if (key.length > BLOCK_BYTES) {
			digest.reset();
			digest.write(key);
			key = new Uint8Array(digest.close());
		}
		for (let i = 0; i < BLOCK_BYTES; i++) {
			const byte = key[i] ?? 0;
			this.#inner[i] = byte ^ INNER_PAD;
			this.#outer[i] = byte ^ OUTER_PAD;
		}
		const first = new Uint8Array(salt.length + 4);
		first.set(salt);
		first[salt.length + 3] = 1;
		this.#last = this.#hmac(first);
		this.#key.set(this.#last);
		this.#left = iterations - 1;
	}

	/** Does up to `iterations` more. @returns true when there are none left: the key is done. */
	step(iterations: number): boolean {
		const words = this.#keyWords;
		for (let count = Math.min(iterations, this.#left); count > 0; count--) {
			const last = this.#hmac(this.#last);
			this.#last.set(last);
			const lastWords = new Uint32Array(last.buffer);
			for (let i = 0; i < words.length; i++) words[i] = (words[i] as number) ^ (lastWords[i] as number);
			this.#left--;
		}
		return this.#left === 0;
	}

	/** 32 bytes; only when {@link step} has returned true. */
	get key(): Uint8Array {
		return this.#key;
	}

	#hmac(message: Uint8Array): Uint8Array {
		const digest = this.#digest;
		digest.reset();
		digest.write(this.#inner);
		digest.write(message);
		const inner = new Uint8Array(digest.close());
		digest.reset();
		digest.write(this.#outer);
		digest.write(inner);
		return new Uint8Array(digest.close());
	}
}
