/** Largest request that is looked at; real ones have about 100 bytes. */
export const MAX_REQUEST_BYTES = 512;

/** A request has two objects, one in the other. */
const MAX_OPENING_BRACKETS = 8;
const PIECE_BYTES = 32;

/**
 * Parses a JSON text from the network; undefined when it is none, or no small one. `JSON.parse` is used on purpose: a
 * parser of our own for a few hundred bytes a second would save nothing. It recurses on the machine's stack, and an
 * overflow there restarts a device, so the nesting is bounded first: by all opening brackets, those in texts included.
 * @param bytes - The text is `[offset, end)`; bytes above ASCII are taken as Latin-1.
 */
export function parseSmallJson(bytes: Uint8Array, offset: number, end: number): unknown {
	if (end - offset > MAX_REQUEST_BYTES) return undefined;
	let opening = 0;
	for (let i = offset; i < end; i++) if (bytes[i] === 0x7b || bytes[i] === 0x5b) opening++;
	if (opening > MAX_OPENING_BRACKETS) return undefined;
	let text = "";
	for (let at = offset; at < end; at += PIECE_BYTES) {
		text += String.fromCharCode(...bytes.subarray(at, Math.min(at + PIECE_BYTES, end)));
	}
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
