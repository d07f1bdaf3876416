const PADDING = 0x3d;

function sextet(code: number): number {
	if (code >= 0x41 && code <= 0x5a) return code - 0x41;
	if (code >= 0x61 && code <= 0x7a) return code - 0x61 + 26;
	if (code >= 0x30 && code <= 0x39) return code - 0x30 + 52;
	if (code === 0x2b) return 62;
	return code === 0x2f ? 63 : -1;
}

/** The bytes that a text in base64 (RFC 4648 §4) stands for, with or without padding; undefined when it is none. */
export function base64Bytes(text: string): Uint8Array | undefined {
	let length = text.length;
	if (length % 4 === 0) {
		for (let padding = 0; padding < 2 && text.charCodeAt(length - 1) === PADDING; padding++) length--;
	}
	if (length % 4 === 1) return undefined;
	const bytes = new Uint8Array(Math.floor((length * 3) / 4));
	let bits = 0;
	let at = 0;
	for (let i = 0; i < length; i++) {
		const value = sextet(text.charCodeAt(i));
		if (value < 0) return undefined;
		bits = ((bits << 6) | value) & 0xffff;
		const left = (i * 6 + 6) % 8;
		if (left < 6) bytes[at++] = (bits >> left) & 0xff;
	}
	return bytes;
}
