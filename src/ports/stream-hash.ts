/** SHA-256 of bytes that come piece by piece. */
export interface StreamHash {
	/** Takes the bytes `[offset, end)`; they are not kept. */
	update(bytes: Uint8Array, offset: number, end: number): void;
	/** The 32 bytes, once; the hash is of no more use then. */
	digest(): Uint8Array;
}

/** Begins a hash. @see FIPS 180-4 */
export type OpenStreamHash = () => StreamHash;
