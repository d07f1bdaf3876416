import { fixedMemory } from "../core/fixed-memory.js";

/**
 * The bytes of ASCII text. For constants: on XS every look at a character of a string makes garbage.
 * @throws TypeError for text that is not ASCII.
 */
export function asciiBytes(text: string): Uint8Array {
	const bytes = new Uint8Array(text.length);
	for (let i = 0; i < bytes.length; i++) {
		const unit = text.charCodeAt(i);
		if (unit > 0x7e) throw new TypeError(`not ASCII: ${text}`);
		bytes[i] = unit;
	}
	return bytes;
}

/** Text with one character for each of the bytes `[start, end)`; above 0x7f they become U+0080 to U+00FF. */
export function latin1Text(bytes: Uint8Array, start: number, end: number): string {
	let text = "";
	for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] as number);
	return text;
}

const CACHE_BYTES = 640;

/** Remembers the bytes of texts that come again and again, such as media types: the first ones, 640 bytes in all. */
export class AsciiCache {
	readonly #entries = new Map<string, Uint8Array>();
	readonly #memory = fixedMemory(CACHE_BYTES);
	#usedBytes = 0;

	/** Of `text` in ASCII. */
	bytesOf(text: string): Uint8Array {
		const known = this.#entries.get(text);
		if (known !== undefined) return known;
		const bytes = asciiBytes(text);
		const offset = this.#usedBytes;
		if (offset + bytes.length > CACHE_BYTES) return bytes;
		const kept = new Uint8Array(this.#memory, offset, bytes.length);
		kept.set(bytes);
		this.#usedBytes += bytes.length;
		this.#entries.set(text, kept);
		return kept;
	}
}
