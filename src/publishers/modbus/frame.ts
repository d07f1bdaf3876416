/** Header of a Modbus TCP frame: transaction, protocol and length of two bytes each, and the unit. */
export const HEADER_BYTES = 7;
/** The largest frame: header and 253 bytes of protocol data unit (Modbus Messaging on TCP/IP Implementation Guide 1.0b, 4.2). */
export const MAX_FRAME_BYTES = 260;

const PROTOCOL = 2;
const LENGTH = 4;
/** Bytes before those that the length counts: the unit and the protocol data unit. */
const UNCOUNTED_BYTES = 6;

/** "malformed": this is no Modbus, or too long a frame; where the next one begins can no longer be known. */
export type FrameState = "incomplete" | "complete" | "malformed";

/** Where bytes come from: a TcpConnection. */
export interface ByteSource {
	/** Copies at most `end - offset` bytes into `bytes`; returns how many, 0 when none wait. */
	read(bytes: Uint8Array, offset: number, end: number): number;
}

/**
 * Takes one frame at a time from a connection, however the bytes arrive: it never reads past the frame's end, so pipelined
 * frames stay with the connection, and the buffer is free for the answer once the frame is complete.
 */
export class FrameReader {
	/** The frame, from the transaction identifier on. */
	readonly bytes = new Uint8Array(MAX_FRAME_BYTES);
	#length = 0;

	/** Bytes of the frame so far; all of them when it is complete. */
	get length(): number {
		return this.#length;
	}

	/** Reads on until the frame is complete or nothing waits. */
	read(source: ByteSource): FrameState {
		const { bytes } = this;
		for (;;) {
			const end = this.#end();
			if (end < 0) return "malformed";
			if (this.#length === end) return "complete";
			const count = source.read(bytes, this.#length, end);
			if (count === 0) return "incomplete";
			this.#length += count;
		}
	}

	/** Forgets the frame: the next one begins. */
	reset(): void {
		this.#length = 0;
	}

	/** Where the part that is known of ends; -1 for what cannot be a frame. */
	#end(): number {
		const { bytes } = this;
		if (this.#length < UNCOUNTED_BYTES) return UNCOUNTED_BYTES;
		const length = ((bytes[LENGTH] as number) << 8) | (bytes[LENGTH + 1] as number);
		const end = UNCOUNTED_BYTES + length;
		const isModbus = bytes[PROTOCOL] === 0 && bytes[PROTOCOL + 1] === 0;
		return isModbus && end > HEADER_BYTES && end <= MAX_FRAME_BYTES ? end : -1;
	}
}

/** Writes the length of a frame that ends at `end`. */
export function setFrameEnd(bytes: Uint8Array, end: number): void {
	const length = end - UNCOUNTED_BYTES;
	bytes[LENGTH] = length >> 8;
	bytes[LENGTH + 1] = length & 0xff;
}
