import { hexDigit } from "./octets.js";

const DIGITS = "0123456789abcdef";

/** Two lower-case hexadecimal digits for each byte. */
export function hexText(bytes: Uint8Array): string {
	let text = "";
	for (let i = 0; i < bytes.length; i++) {
		const byte = bytes[i] as number;
		text += DIGITS.charAt(byte >> 4) + DIGITS.charAt(byte & 15);
	}
	return text;
}

/** The bytes that pairs of hexadecimal digits stand for; undefined when the text is not that. */
export function hexBytes(text: string): Uint8Array | undefined {
	if (text.length % 2 !== 0) return undefined;
	const bytes = new Uint8Array(text.length / 2);
	for (let i = 0; i < bytes.length; i++) {
		const high = hexDigit(text.charCodeAt(2 * i));
		const low = hexDigit(text.charCodeAt(2 * i + 1));
		if (high < 0 || low < 0) return undefined;
		bytes[i] = high * 16 + low;
	}
	return bytes;
}
