/** Value of a hexadecimal digit, -1 for any other byte. */
export function hexDigit(byte: number): number {
	if (byte >= 48 && byte <= 57) return byte - 48;
	const letter = byte | 0x20;
	return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** The octet that two hexadecimal digits at `at` stand for; -1 when they are none. */
export function octetAt(bytes: Uint8Array, at: number): number {
	const high = hexDigit(bytes[at] as number);
	const low = hexDigit(bytes[at + 1] as number);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/** True when a span is pairs of hexadecimal digits that stand for printable ASCII throughout. */
export function isPrintableOctets(bytes: Uint8Array, offset: number, length: number): boolean {
	if (length % 2 !== 0) return false;
	for (let at = offset; at < offset + length; at += 2) {
		const octet = octetAt(bytes, at);
		if (octet < 0x20 || octet > 0x7e) return false;
	}
	return true;
}
