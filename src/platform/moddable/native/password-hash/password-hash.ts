/** The functions of password-hash-xs.c, one by one; `crypto.ts` and `stream-hash.ts` give them their meaning. */

/** Begins PBKDF2-HMAC-SHA256 with one iteration; neither argument is kept. @returns the state, for the next two. */
export const startDerivation: (password: Uint8Array, salt: Uint8Array) => ArrayBuffer = native("xs_p1_pbkdf2_start");
/** So many iterations more. */
export const stepDerivation: (state: ArrayBuffer, iterations: number) => void = native("xs_p1_pbkdf2_step");
/** The 32 bytes of the key as far as it is; wipes the state. */
export const endDerivation: (state: ArrayBuffer) => ArrayBuffer = native("xs_p1_pbkdf2_key");
/** SHA-256 at once: 32 bytes. */
export const hashOf: (bytes: Uint8Array) => ArrayBuffer = native("xs_p1_sha256");
/** Begins SHA-256 in pieces. @returns the state, for the next two. */
export const startHash: () => ArrayBuffer = native("xs_p1_sha256_begin");
/** The bytes `[offset, end)` of a view of any buffer, a shared one too. @throws RangeError when they are not in it. */
export const addToHash: (state: ArrayBuffer, bytes: Uint8Array, offset: number, end: number) => void =
	native("xs_p1_sha256_add");
/** The 32 bytes of the hash; the state is of no more use. */
export const endHash: (state: ArrayBuffer) => ArrayBuffer = native("xs_p1_sha256_end");
/** On the chip fit for keys once the radio has been started. @throws Error when the system has none. */
export const fillRandom: (bytes: Uint8Array) => void = native("xs_p1_random_fill");
