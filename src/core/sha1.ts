/** SHA-1 works on blocks of this many bytes. */
const BLOCK_BYTES = 64;
/** The length that ends the last block. */
const LENGTH_BYTES = 8;

function rotateLeft(word: number, bits: number): number {
	return (word << bits) | (word >>> (32 - bits));
}

/** The message, a 1 bit, zeros, and the length in bits: a whole number of blocks. */
function padded(message: Uint8Array): Uint8Array {
	const blocks = Math.ceil((message.length + 1 + LENGTH_BYTES) / BLOCK_BYTES);
	const bytes = new Uint8Array(blocks * BLOCK_BYTES);
	bytes.set(message);
	bytes[message.length] = 0x80;
	for (let at = bytes.length - 1, rest = message.length * 8; rest > 0; at--, rest = Math.floor(rest / 256)) {
		bytes[at] = rest % 256;
	}
	return bytes;
}

/** Words 16 to 79 of a block follow from the first sixteen. */
function readBlock(words: Int32Array, bytes: Uint8Array, offset: number): void {
	for (let i = 0, at = offset; i < 16; i++, at += 4) {
		const high = ((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16);
		words[i] = high | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
	}
	for (let i = 16; i < 80; i++) {
		const near = (words[i - 3] as number) ^ (words[i - 8] as number);
		words[i] = rotateLeft(near ^ (words[i - 14] as number) ^ (words[i - 16] as number), 1);
	}
}

/**
 * The SHA-1 digest of a message, 20 bytes: what the handshake of a WebSocket asks for. It proves nothing about who the
 * peer is, and nothing else may use it.
 * @see FIPS 180-4 §6.1, RFC 6455 §4.2.2
 */
export function sha1(message: Uint8Array): Uint8Array {
	const bytes = padded(message);
	const words = new Int32Array(80);
	const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
	for (let offset = 0; offset < bytes.length; offset += BLOCK_BYTES) {
		readBlock(words, bytes, offset);
		let a = state[0] as number;
		let b = state[1] as number;
		let c = state[2] as number;
		let d = state[3] as number;
		let e = state[4] as number;
		for (let i = 0; i < 80; i++) {
			let mixed: number;
			if (i < 20) mixed = ((b & c) | (~b & d)) + 0x5a827999;
			else if (i < 40) mixed = (b ^ c ^ d) + 0x6ed9eba1;
			else if (i < 60) mixed = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
			else mixed = (b ^ c ^ d) + 0xca62c1d6;
			const next = (rotateLeft(a, 5) + mixed + e + (words[i] as number)) | 0;
			e = d;
			d = c;
			c = rotateLeft(b, 30);
			b = a;
			a = next;
		}
		state[0] = (state[0] as number) + a;
		state[1] = (state[1] as number) + b;
		state[2] = (state[2] as number) + c;
		state[3] = (state[3] as number) + d;
		state[4] = (state[4] as number) + e;
	}
	return Uint8Array.from({ length: 20 }, (_, i) => ((state[i >> 2] as number) >>> (24 - 8 * (i & 3))) & 0xff);
}
