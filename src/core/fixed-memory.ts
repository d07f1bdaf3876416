/**
 * `lengthBytes` bytes of zeros for a buffer that is kept for good. On XS they lie outside the engine's heap, as the memory of
 * each SharedArrayBuffer does: what is used for years is neither moved by each collection nor has to fit beside what comes
 * and goes. For buffers of some hundred bytes and more, made when the program starts.
 */
export function fixedMemory(lengthBytes: number): SharedArrayBuffer {
	return new SharedArrayBuffer(lengthBytes);
}

/** As {@link fixedMemory}, as bytes. */
export function fixedBytes(lengthBytes: number): Uint8Array {
	return new Uint8Array(fixedMemory(lengthBytes));
}
