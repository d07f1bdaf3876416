/** Length of a derived key: one output of the hash, so that whoever guesses has no less work than we have. */
export const DERIVED_KEY_BYTES = 32;

/** A key that is being derived. */
export interface KeyDerivation {
	/** Idempotent; the callback does not run after it. */
	cancel(): void;
}

/** What keeps secrets: random bytes for keys, hashes, and comparisons that take the same time whatever they find. */
export interface Crypto {
	/** Fills `bytes` from the platform's source for keys. Throws when there is none: nothing else may take its place. */
	fillRandom(bytes: Uint8Array): void;
	/** SHA-256: 32 bytes. For what is random already; a password needs {@link deriveKey}. */
	sha256(bytes: Uint8Array): Uint8Array;
	/** Compares two byte strings of equal length in a time that does not depend on what is in them; false for other lengths. */
	equal(a: Uint8Array, b: Uint8Array): boolean;
	/**
	 * PBKDF2-HMAC-SHA256, 32 bytes, in about a second of a device's time, of which nobody else has to wait for more than some
	 * milliseconds. `password` and `salt` are not kept. Calls back exactly once, later.
	 * @see RFC 8018 §5.2
	 */
	deriveKey(
		password: Uint8Array,
		salt: Uint8Array,
		iterations: number,
		onKey: (key: Uint8Array) => void,
	): KeyDerivation;
}
