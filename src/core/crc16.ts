/**
 * Table of CRC-16/ARC: polynomial x^16+x^15+x^2+1 reflected (0xA001), initial value 0, no final xor
 * (P1 Companion Standard 5.0.2 §5.2). One step: `crc = (crc >>> 8) ^ CRC16_TABLE[(crc ^ byte) & 0xff]`.
 */
export const CRC16_TABLE = new Uint16Array(256);

for (let byte = 0; byte < 256; byte++) {
	let crc = byte;
	for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
	CRC16_TABLE[byte] = crc;
}

/** CRC-16/ARC of the bytes `[offset, end)`. */
export function crc16(bytes: Uint8Array, offset: number, end: number): number {
	let crc = 0;
	for (let i = offset; i < end; i++) {
		crc = (crc >>> 8) ^ (CRC16_TABLE[(crc ^ (bytes[i] as number)) & 0xff] as number);
	}
	return crc;
}
