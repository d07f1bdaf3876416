import { hexBytes, hexText } from "../../core/hex.js";
import type { Crypto } from "../../ports/crypto.js";

/** 128 random bits: nobody guesses them, so they need no slow hash and no slow-down. */
const BEARER_BYTES = 16;

/** Bearer tokens as texts of 32 hexadecimal digits, of which only the SHA-256 is kept. */
export class Bearer {
	readonly #crypto: Crypto;

	constructor(crypto: Crypto) {
		this.#crypto = crypto;
	}

	/** A new token; the text is for its owner and is not kept. */
	make(): { readonly text: string; readonly hash: Uint8Array } {
		const bytes = new Uint8Array(BEARER_BYTES);
		this.#crypto.fillRandom(bytes);
		return { text: hexText(bytes), hash: this.#crypto.sha256(bytes) };
	}

	/** What to look up a token by; undefined for a text that is none. */
	hashOf(text: string): Uint8Array | undefined {
		const bytes = hexBytes(text);
		return bytes?.length === BEARER_BYTES ? this.#crypto.sha256(bytes) : undefined;
	}

	/** Where `hash` is among `entries`, -1 when it is not; looks at all of them, whatever it finds. */
	find(entries: readonly { readonly hash: Uint8Array }[], hash: Uint8Array): number {
		let found = -1;
		for (let i = 0; i < entries.length; i++) {
			const entry = entries[i];
			if (entry !== undefined && this.#crypto.equal(entry.hash, hash)) found = i;
		}
		return found;
	}
}
