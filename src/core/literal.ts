/** Bytes for the literals of all modules: one array in flash, of which each literal is a view. A view takes four slots, an array seven. */
const POOL = new ArrayBuffer(13_824);
let usedBytes = 0;

/**
 * ASCII text as bytes, made once when a module is loaded (so in flash on the device): asking a string for its characters
 * costs XS two slots each time, copying bytes costs nothing. Not to be called later, when the device's pool cannot be
 * written any more.
 */
export function literal(text: string): Uint8Array {
	const isFull = usedBytes + text.length > POOL.byteLength;
	const bytes = isFull ? new Uint8Array(text.length) : new Uint8Array(POOL, usedBytes, text.length);
	for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
	if (!isFull) usedBytes += text.length;
	return bytes;
}
