const BEGIN = "-----BEGIN CERTIFICATE-----";
const END = "-----END CERTIFICATE-----";

/** Value of a base64 digit, -1 for white space, -2 for anything else. */
function digitValue(code: number): number {
	if (code >= 65 && code <= 90) return code - 65;
	if (code >= 97 && code <= 122) return code - 71;
	if (code >= 48 && code <= 57) return code + 4;
	if (code === 43) return 62;
	if (code === 47) return 63;
	return code === 32 || code === 10 || code === 13 || code === 9 ? -1 : -2;
}

/**
 * The first certificate of a PEM text, as DER.
 * @returns undefined when the text holds no certificate or is damaged. @see RFC 7468 */
export function decodeCertificatePem(pem: string): Uint8Array<ArrayBuffer> | undefined {
	const begin = pem.indexOf(BEGIN);
	const end = pem.indexOf(END, Math.max(begin, 0));
	if (begin < 0 || end < 0) return undefined;
	const bytes = new Uint8Array(Math.ceil(((end - begin - BEGIN.length) * 3) / 4));
	let length = 0;
	let bits = 0;
	let bitCount = 0;
	for (let i = begin + BEGIN.length; i < end && pem.charCodeAt(i) !== 61; i++) {
		const value = digitValue(pem.charCodeAt(i));
		if (value === -2) return undefined;
		if (value === -1) continue;
		bits = ((bits << 6) | value) & 0xffff;
		bitCount += 6;
		if (bitCount < 8) continue;
		bitCount -= 8;
		bytes[length++] = (bits >> bitCount) & 0xff;
	}
	return length === 0 ? undefined : bytes.slice(0, length);
}
