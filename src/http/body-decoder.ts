import { BODY_TOO_LARGE, type HttpFault, MALFORMED_CHUNK } from "./faults.js";

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const SEMICOLON = 0x3b;
const DELETE = 0x7f;

/** Chunk extensions and trailer lines of one body together: nobody needs them, so they are read over, up to here. */
const MAX_EXTRA_BYTES = 512;
const MAX_SIZE_DIGITS = 8;

type Awaiting =
	| "size"
	| "extension"
	| "size-lf"
	| "data"
	| "data-cr"
	| "data-lf"
	| "trailer"
	| "trailer-line"
	| "trailer-lf"
	| "last-lf"
	| "nothing";

/**
 * Finds the payload of a request body, by its length or in strict chunked coding (RFC 9112 §7.1), where it was received.
 * Resumable at any byte; keeps no bytes.
 */
export class BodyDecoder {
	/** The payload that the last {@link next} found: bytes `[pieceStart, pieceEnd)`. */
	pieceStart = 0;
	pieceEnd = 0;
	/** Payload bytes so far. */
	receivedBytes = 0;
	#awaiting: Awaiting = "nothing";
	#chunked = false;
	#maxBytes = 0;
	/** Payload bytes left, of the body or of the chunk. */
	#left = 0;
	#digits = 0;
	#extraBytes = 0;

	/** The whole body has been seen. */
	get done(): boolean {
		return this.#awaiting === "nothing";
	}

	/** A body of `lengthBytes`, or chunked. Fails with 413 when it is known to exceed `maxBytes`. */
	start(lengthBytes: number, chunked: boolean, maxBytes: number): HttpFault | undefined {
		this.receivedBytes = 0;
		this.#chunked = chunked;
		this.#maxBytes = maxBytes;
		this.#left = chunked ? 0 : lengthBytes;
		this.#digits = 0;
		this.#extraBytes = 0;
		this.#awaiting = chunked ? "size" : lengthBytes > 0 ? "data" : "nothing";
		return this.#left > maxBytes ? BODY_TOO_LARGE : undefined;
	}

	/**
	 * Reads on, to the end of a piece of payload, of the body, or of the bytes.
	 * @returns where to go on, at most `filled`; or the fault, which is final.
	 */
	next(bytes: Uint8Array, offset: number, filled: number): number | HttpFault {
		this.pieceStart = offset;
		this.pieceEnd = offset;
		let at = offset;
		while (at < filled && this.#awaiting !== "nothing") {
			if (this.#awaiting === "data") return this.#takeData(at, filled);
			const fault = this.#takeByte(bytes[at] as number);
			if (fault !== undefined) return fault;
			at++;
		}
		return at;
	}

	#takeData(at: number, filled: number): number {
		const end = Math.min(filled, at + this.#left);
		this.pieceStart = at;
		this.pieceEnd = end;
		this.#left -= end - at;
		this.receivedBytes += end - at;
		if (this.#left === 0) this.#awaiting = this.#chunked ? "data-cr" : "nothing";
		return end;
	}

	#takeByte(byte: number): HttpFault | undefined {
		switch (this.#awaiting) {
			case "size": {
				const digit = hexDigit(byte);
				if (digit >= 0 && this.#digits < MAX_SIZE_DIGITS) {
					this.#digits++;
					this.#left = 16 * this.#left + digit;
					return undefined;
				}
				if (this.#digits === 0 || (byte !== CR && byte !== SEMICOLON)) return MALFORMED_CHUNK;
				if (this.receivedBytes + this.#left > this.#maxBytes) return BODY_TOO_LARGE;
				this.#awaiting = byte === CR ? "size-lf" : "extension";
				return undefined;
			}
			case "extension":
				return byte === CR ? this.#expect("size-lf") : this.#skip(byte);
			case "size-lf":
				this.#digits = 0;
				return byte === LF ? this.#expect(this.#left > 0 ? "data" : "trailer") : MALFORMED_CHUNK;
			case "data-cr":
				return byte === CR ? this.#expect("data-lf") : MALFORMED_CHUNK;
			case "data-lf":
				return byte === LF ? this.#expect("size") : MALFORMED_CHUNK;
			case "trailer":
				if (byte === CR) return this.#expect("last-lf");
				this.#awaiting = "trailer-line";
				return this.#skip(byte);
			case "trailer-line":
				return byte === CR ? this.#expect("trailer-lf") : this.#skip(byte);
			case "trailer-lf":
				return byte === LF ? this.#expect("trailer") : MALFORMED_CHUNK;
			default:
				return byte === LF ? this.#expect("nothing") : MALFORMED_CHUNK;
		}
	}

	#expect(next: Awaiting): undefined {
		this.#awaiting = next;
	}

	#skip(byte: number): HttpFault | undefined {
		const isText = (byte >= SPACE && byte !== DELETE) || byte === TAB;
		return isText && ++this.#extraBytes <= MAX_EXTRA_BYTES ? undefined : MALFORMED_CHUNK;
	}
}

function hexDigit(byte: number): number {
	if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
	const lower = byte | 0x20;
	return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
