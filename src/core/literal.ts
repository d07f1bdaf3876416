/**
 * ASCII text as bytes, made once when a module is loaded (so in flash on the device): asking a string for its characters
 * costs XS two slots each time, copying bytes costs nothing.
 */
export function literal(text: string): Uint8Array {
	return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
