/** Bytes for the literals of all modules: one array in flash, of which each literal is a view. A view takes four slots, an array seven. */
const POOL = new ArrayBuffer(12_800);
let usedBytes = 0;

/** ASCII text as bytes of their own, at any time. */
export function asciiBytes(text: string): Uint8Array {
	return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/**
 * ASCII text as bytes, made once when a module is loaded (so in flash on the device): asking a string for its characters
 * costs XS two slots each time, copying bytes costs nothing. Not to be called later, when the device's pool cannot be
 * written any more.
 */
export function literal(text: string): Uint8Array {
	if (usedBytes + text.length > POOL.byteLength) return asciiBytes(text);
	const bytes = new Uint8Array(POOL, usedBytes, text.length);
	for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
	usedBytes += text.length;
	return bytes;
}
