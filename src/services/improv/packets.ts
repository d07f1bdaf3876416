/** "IMPROV" and the version. */
const HEADER = Object.freeze([0x49, 0x4d, 0x50, 0x52, 0x4f, 0x56, 1] as const);
/** Header, type and length before the data, a checksum behind them. */
const DATA_OFFSET = HEADER.length + 2;
const MAX_DATA_BYTES = 255;
const LINE_FEED = 0x0a;

/** Types of packets. @see https://www.improv-wifi.com/serial/ */
export const PACKET = Object.freeze({ state: 1, error: 2, command: 3, result: 4 } as const);

export interface PacketReader {
	/** A packet has come; `bytes` is valid during the call only, the data are `[offset, end)`. */
	onPacket(type: number, bytes: Uint8Array, offset: number, end: number): void;
	/** Something that began like a packet has the wrong checksum. */
	onDamaged(): void;
}

/** Finds packets among whatever else comes on a line; keeps one packet at most. */
export class PacketParser {
	readonly #reader: PacketReader;
	readonly #bytes = new Uint8Array(DATA_OFFSET + MAX_DATA_BYTES);
	#length = 0;
	#sum = 0;

	constructor(reader: PacketReader) {
		this.#reader = reader;
	}

	/** Takes the bytes `[0, end)`. */
	push(bytes: Uint8Array, end: number): void {
		for (let i = 0; i < end; i++) this.#take(bytes[i] as number);
	}

	#take(byte: number): void {
		const at = this.#length;
		if (at < HEADER.length) {
			if (byte !== HEADER[at]) {
				this.#restart();
				// The first letter comes once in the header: nothing else of what has come can be a beginning.
				if (byte !== HEADER[0]) return;
			}
		} else if (at >= DATA_OFFSET && at === DATA_OFFSET + (this.#bytes[DATA_OFFSET - 1] as number)) {
			const isWhole = byte === (this.#sum & 0xff);
			const type = this.#bytes[HEADER.length] as number;
			this.#restart();
			if (isWhole) this.#reader.onPacket(type, this.#bytes, DATA_OFFSET, at);
			else this.#reader.onDamaged();
			return;
		}
		this.#bytes[this.#length++] = byte;
		this.#sum += byte;
	}

	#restart(): void {
		this.#length = 0;
		this.#sum = 0;
	}
}

/** Bytes of the largest packet, with the line end that follows each. */
export const MAX_PACKET_BYTES = DATA_OFFSET + MAX_DATA_BYTES + 2;

/**
 * Writes packets one after the other into a buffer. Each is on a line of its own, so that clients which go by lines find it
 * among the log's. */
export class PacketWriter {
	readonly bytes: Uint8Array;
	#end = 0;
	#dataOffset = 0;

	constructor(lengthBytes: number) {
		this.bytes = new Uint8Array(lengthBytes);
	}

	/** Bytes that are there to be sent. */
	get length(): number {
		return this.#end;
	}

	/** True when the largest packet fits. */
	get hasRoom(): boolean {
		return this.#end + 1 + MAX_PACKET_BYTES <= this.bytes.length;
	}

	/** A state or an error. */
	value(type: number, value: number): void {
		if (!this.#begin(type)) return;
		this.bytes[this.#end++] = value;
		this.#finish();
	}

	/** The result of a command: texts in UTF-8, of which those are left out that do not fit. */
	result(command: number, texts: readonly Uint8Array[]): void {
		if (!this.#begin(PACKET.result)) return;
		this.bytes[this.#end] = command;
		this.#end += 2;
		const start = this.#end;
		for (const text of texts) {
			if (this.#end - this.#dataOffset + 1 + text.length > MAX_DATA_BYTES) break;
			this.bytes[this.#end++] = text.length;
			this.bytes.set(text, this.#end);
			this.#end += text.length;
		}
		this.bytes[start - 1] = this.#end - start;
		this.#finish();
	}

	/** The first `count` bytes have been sent. */
	drop(count: number): void {
		this.bytes.copyWithin(0, count, this.#end);
		this.#end -= count;
	}

	#begin(type: number): boolean {
		if (!this.hasRoom) return false;
		this.bytes[this.#end++] = LINE_FEED;
		this.bytes.set(HEADER, this.#end);
		this.#end += HEADER.length;
		this.bytes[this.#end] = type;
		this.#end += 2;
		this.#dataOffset = this.#end;
		return true;
	}

	#finish(): void {
		const { bytes } = this;
		bytes[this.#dataOffset - 1] = this.#end - this.#dataOffset;
		let sum = 0;
		for (let i = this.#dataOffset - DATA_OFFSET; i < this.#end; i++) sum += bytes[i] as number;
		bytes[this.#end++] = sum & 0xff;
		bytes[this.#end++] = LINE_FEED;
	}
}
