/** The bytes of a text in UTF-8; half of a surrogate pair becomes U+FFFD, as everywhere. */
export function utf8Bytes(text: string): Uint8Array {
	const bytes = new Uint8Array(3 * text.length);
	let at = 0;
	for (let i = 0; i < text.length; i++) {
		let code = text.codePointAt(i) as number;
		if (code > 0xffff) i++;
		else if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
		if (code < 0x80) {
			bytes[at++] = code;
			continue;
		}
		if (code < 0x800) {
			bytes[at++] = 0xc0 | (code >> 6);
		} else {
			if (code < 0x10000) {
				bytes[at++] = 0xe0 | (code >> 12);
			} else {
				bytes[at++] = 0xf0 | (code >> 18);
				bytes[at++] = 0x80 | ((code >> 12) & 0x3f);
			}
			bytes[at++] = 0x80 | ((code >> 6) & 0x3f);
		}
		bytes[at++] = 0x80 | (code & 0x3f);
	}
	return bytes.slice(0, at);
}

/** The smallest character that may be written with so many bytes: a longer form of it is none (RFC 3629 §3). */
const SMALLEST = Object.freeze([0, 0, 0x80, 0x800, 0x10000]);

/** The text of the bytes `[offset, end)`; undefined when they are no UTF-8. */
export function utf8Text(bytes: Uint8Array, offset: number, end: number): string | undefined {
	let text = "";
	for (let at = offset; at < end; ) {
		const lead = bytes[at++] as number;
		if (lead < 0x80) {
			text += String.fromCharCode(lead);
			continue;
		}
		const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
		// 10xxxxxx cannot begin a character, 11111xxx begins none; the rest of it must be there.
		if (lead < 0xc0 || lead >= 0xf8 || at + length - 1 > end) return undefined;
		let code = lead & (0xff >> (length + 1));
		for (let i = 1; i < length; i++) {
			const byte = bytes[at++] as number;
			if (byte >> 6 !== 2) return undefined;
			code = (code << 6) | (byte & 0x3f);
		}
		const isSurrogate = code >= 0xd800 && code <= 0xdfff;
		if (code < (SMALLEST[length] as number) || code > 0x10ffff || isSurrogate) return undefined;
		text += String.fromCodePoint(code);
	}
	return text;
}
