/** Payload of a control frame (RFC 6455 §5.5). */
export const MAX_CONTROL_BYTES = 125;
/** Room in front of a control frame's payload for the two bytes that the answer begins with. */
export const CONTROL_OFFSET = 2;
/** Two bytes, a length of eight, a mask. */
const MAX_HEADER_BYTES = 14;
const MASK_BYTES = 4;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** Opcodes of frames (RFC 6455 §11.8). */
export const OPCODE = Object.freeze({ continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const);

/** Status codes of a closing (RFC 6455 §7.4.1). */
export const CLOSE_CODE = Object.freeze({
	normal: 1000,
	goingAway: 1001,
	protocolError: 1002,
	/** Stands for a close frame without a code; never sent. */
	none: 1005,
	messageTooBig: 1009,
} as const);

/**
 * What has become of the bytes: nothing yet, a whole control frame, or a fault after which nothing more can be parsed.
 * Data frames are read over.
 */
export type FrameResult = "more" | "ping" | "pong" | "close" | "protocol-error" | "message-too-big";

/**
 * Parses what a client sends, strictly: frames are masked, lengths in their shortest form, control frames whole and short,
 * reserved bits 0. Data is not kept, not unmasked and not looked at.
 * @see RFC 6455 §5
 */
export class FrameParser {
	/** The unmasked payload of the last control frame is at {@link CONTROL_OFFSET}. */
	readonly control = new Uint8Array(CONTROL_OFFSET + MAX_CONTROL_BYTES);
	#controlLength = 0;
	#closeCode: number = CLOSE_CODE.none;
	readonly #maxMessageBytes: number;
	readonly #header = new Uint8Array(MAX_HEADER_BYTES);
	#headerLength = 0;
	/** Bytes of the header, as far as its beginning tells. */
	#headerBytes = 2;
	#opcode = 0;
	#payloadBytes = 0;
	#payloadAt = 0;
	#isInMessage = false;
	#messageBytes = 0;

	/** @param maxMessageBytes - Of one data message, in all its frames. */
	constructor(maxMessageBytes: number) {
		this.#maxMessageBytes = maxMessageBytes;
	}

	/** Length of the last control frame's payload. */
	get controlLength(): number {
		return this.#controlLength;
	}

	/** The code of the last close frame; 1005 where it had none. */
	get closeCode(): number {
		return this.#closeCode;
	}

	/** How many bytes {@link push} can take; at least 1. What comes after them may belong to another frame. */
	get wantedBytes(): number {
		return this.#headerLength < this.#headerBytes
			? this.#headerBytes - this.#headerLength
			: this.#payloadBytes - this.#payloadAt;
	}

	/** Parses the bytes `[offset, end)`. @throws RangeError for more than {@link wantedBytes}. */
	push(bytes: Uint8Array, offset: number, end: number): FrameResult {
		if (end - offset > this.wantedBytes)
			throw new RangeError(`frame: ${end - offset} bytes, ${this.wantedBytes} wanted`);
		if (this.#headerLength === this.#headerBytes) return this.#takePayload(bytes, offset, end);
		for (let at = offset; at < end; at++) this.#header[this.#headerLength++] = bytes[at] as number;
		if (this.#headerLength < this.#headerBytes) return "more";
		if (this.#headerBytes === 2) return this.#readBeginning(this.#header[0] as number, this.#header[1] as number);
		return this.#readLength();
	}

	/** The first two bytes say what follows. */
	#readBeginning(first: number, second: number): FrameResult {
		const opcode = first & 15;
		const isFinal = first >= 0x80;
		const isControl = opcode >= OPCODE.close;
		const length = second & 0x7f;
		if ((first & 0x70) !== 0 || second < 0x80) return "protocol-error";
		if (isControl ? opcode > OPCODE.pong : opcode > OPCODE.binary) return "protocol-error";
		if (isControl && (!isFinal || length > MAX_CONTROL_BYTES)) return "protocol-error";
		if (!isControl && this.#isInMessage !== (opcode === OPCODE.continuation)) return "protocol-error";
		if (opcode === OPCODE.close && length === 1) return "protocol-error";
		if (!isControl) this.#isInMessage = !isFinal;
		this.#opcode = opcode;
		this.#headerBytes = 2 + (length === LENGTH_16 ? 2 : length === LENGTH_64 ? 8 : 0) + MASK_BYTES;
		return "more";
	}

	/** The header is whole. */
	#readLength(): FrameResult {
		const header = this.#header;
		const short = (header[1] as number) & 0x7f;
		let length = short;
		if (short >= LENGTH_16) {
			length = 0;
			for (let at = 2; at < this.#headerBytes - MASK_BYTES; at++) length = length * 256 + (header[at] as number);
			if ((header[2] as number) >= 0x80 && short === LENGTH_64) return "protocol-error";
			if (length < (short === LENGTH_16 ? LENGTH_16 : 0x10000)) return "protocol-error";
		}
		this.#payloadBytes = length;
		this.#payloadAt = 0;
		if (this.#opcode <= OPCODE.binary) {
			this.#messageBytes += length;
			if (this.#messageBytes > this.#maxMessageBytes) return "message-too-big";
		}
		return length === 0 ? this.#endFrame() : "more";
	}

	#takePayload(bytes: Uint8Array, offset: number, end: number): FrameResult {
		if (this.#opcode >= OPCODE.close) {
			const mask = this.#headerBytes - MASK_BYTES;
			for (let from = offset, at = this.#payloadAt; from < end; from++, at++) {
				this.control[CONTROL_OFFSET + at] = (bytes[from] as number) ^ (this.#header[mask + (at & 3)] as number);
			}
		}
		this.#payloadAt += end - offset;
		return this.#payloadAt < this.#payloadBytes ? "more" : this.#endFrame();
	}

	#endFrame(): FrameResult {
		this.#headerLength = 0;
		this.#headerBytes = 2;
		if (this.#opcode <= OPCODE.binary) {
			if (!this.#isInMessage) this.#messageBytes = 0;
			return "more";
		}
		this.#controlLength = this.#payloadBytes;
		if (this.#opcode === OPCODE.ping) return "ping";
		if (this.#opcode === OPCODE.pong) return "pong";
		if (this.#controlLength === 0) this.#closeCode = CLOSE_CODE.none;
		else
			this.#closeCode = ((this.control[CONTROL_OFFSET] as number) << 8) | (this.control[CONTROL_OFFSET + 1] as number);
		return this.#controlLength === 0 || isCloseCode(this.#closeCode) ? "close" : "protocol-error";
	}
}

/** Codes that may be in a close frame (RFC 6455 §7.4; 1012 to 1014 are registered with IANA). */
function isCloseCode(code: number): boolean {
	if (code >= 3000) return code <= 4999;
	return code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
}
