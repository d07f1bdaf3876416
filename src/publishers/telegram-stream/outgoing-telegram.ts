import type { Reading } from "../../core/reading.js";
import { OPCODE } from "../../http/websocket/frame-parser.js";
import type { TcpConnection } from "../../ports/tcp.js";

const BANG = 0x21;
const CR = 0x0d;
const LF = 0x0a;
const FINAL = 0x80;
const LONGEST_SHORT_FRAME = 125;
const LENGTH_16 = 126;

/** Four digits in capitals and a line end. */
const MAX_TAIL_BYTES = 6;
const NOTHING = new Uint8Array(0);

/**
 * The telegram that is being sent, the same bytes for every client and no copy of them: they stay in the reading's buffer.
 *
 * From `/` to `!` they are as the meter sent them. What follows is as the meter sent it where that is as the standard has
 * it; else it is put right, for the readers of Home Assistant and of DSMR-reader take capital digits alone, and Home
 * Assistant's a CR LF behind them.
 */
export class OutgoingTelegram {
	#reading: Reading | undefined;
	#sequence = 0;
	#bytes: Uint8Array = NOTHING;
	#offset = 0;
	#end = 0;
	readonly #tail = new Uint8Array(MAX_TAIL_BYTES);
	#tailLength = 0;
	/** Header of the WebSocket frame. */
	readonly #header = new Uint8Array(4);
	#headerLength = 0;

	/** Takes the place of the telegram before. */
	set(reading: Reading): void {
		this.#reading = reading;
		this.#sequence = reading.sequence;
		this.#bytes = reading.bytes;
		this.#offset = reading.telegramOffset;
		this.#end = reading.telegramEnd;
		this.#tailLength = 0;
		this.#headerLength = 0;
		if (!this.#isTailRight(reading.crc)) this.#putTailRight(reading.crc);
	}

	/** True as long as the bytes are still those of the telegram that was {@link set}. @param latest - The meter's reading. */
	isIntact(latest: Reading | undefined): boolean {
		return latest === this.#reading && latest?.sequence === this.#sequence;
	}

	/** Bytes in all, with a frame around them or without. */
	lengthBytes(isFramed: boolean): number {
		return (isFramed ? this.#frame() : 0) + this.#end - this.#offset + this.#tailLength;
	}

	/** Hands the bytes from `position` on to a connection, as far as it has room; returns the new position. */
	send(connection: TcpConnection, position: number, isFramed: boolean): number {
		const headerLength = isFramed ? this.#frame() : 0;
		const bodyEnd = headerLength + this.#end - this.#offset;
		let at = position;
		if (at < headerLength) at += connection.write(this.#header, at, headerLength);
		if (at < headerLength) return at;
		if (at < bodyEnd) at += connection.write(this.#bytes, this.#offset + at - headerLength, this.#end);
		if (at < bodyEnd || this.#tailLength === 0) return at;
		return at + connection.write(this.#tail, at - bodyEnd, this.#tailLength);
	}

	/** Makes the frame's header when somebody needs it; returns its length. */
	#frame(): number {
		if (this.#headerLength > 0) return this.#headerLength;
		const length = this.#end - this.#offset + this.#tailLength;
		const header = this.#header;
		// Text has to be UTF-8, or clients close. evcc takes nothing but text; such a telegram it could not read anyway.
		header[0] = FINAL | (this.#isAscii() ? OPCODE.text : OPCODE.binary);
		if (length <= LONGEST_SHORT_FRAME) {
			header[1] = length;
			this.#headerLength = 2;
		} else {
			header[1] = LENGTH_16;
			header[2] = length >> 8;
			header[3] = length & 0xff;
			this.#headerLength = 4;
		}
		return this.#headerLength;
	}

	#isAscii(): boolean {
		const bytes = this.#bytes;
		for (let at = this.#offset; at < this.#end; at++) if ((bytes[at] as number) > 0x7f) return false;
		return true;
	}

	/** True for `!`, a CRC in capitals if there is one, and CR LF. */
	#isTailRight(crc: number): boolean {
		const bytes = this.#bytes;
		const end = this.#end;
		if (bytes[end - 1] !== LF || bytes[end - 2] !== CR) return false;
		if (crc < 0) return bytes[end - 3] === BANG;
		for (let at = end - 6; at < end - 2; at++) if ((bytes[at] as number) >= 0x61) return false;
		return bytes[end - 7] === BANG;
	}

	/** Lets the body end with `!`, and puts what has to follow into the tail. */
	#putTailRight(crc: number): void {
		let end = this.#end;
		while (end > this.#offset && this.#bytes[end - 1] !== BANG) end--;
		this.#end = end;
		const tail = this.#tail;
		let length = 0;
		for (let shift = 12; shift >= 0 && crc >= 0; shift -= 4) {
			const digit = (crc >> shift) & 15;
			tail[length++] = digit < 10 ? 48 + digit : 55 + digit;
		}
		tail[length++] = CR;
		tail[length++] = LF;
		this.#tailLength = length;
	}
}
