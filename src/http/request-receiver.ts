import { fixedMemory } from "../core/fixed-memory.js";
import type { TcpConnection } from "../ports/tcp.js";
import { BodyDecoder } from "./body-decoder.js";
import type { HttpFault } from "./faults.js";
import { type HttpLimits, inputBytes } from "./limits.js";
import type { BodyReader } from "./message.js";
import { PLACE_BYTES, type RequestHead } from "./request-head.js";
import { RequestParser } from "./request-parser.js";

/** What is read over after a cut, so that the answer is not lost in a reset; then the connection closes anyhow. */
const MAX_DISCARDED_BYTES = 65_536;

/**
 * The input of one connection at a time in one fixed buffer: the head stays at its front while the request lasts, the body passes
 * through behind it, and what already belongs to the next request moves to the front afterwards.
 */
export class RequestReceiver {
	readonly bytes: Uint8Array;
	readonly head: RequestHead;
	readonly #parser: RequestParser;
	readonly #decoder = new BodyDecoder();
	#filled = 0;
	/** The first received byte behind the head that is not used yet. */
	#at = 0;
	#discardedBytes = 0;

	constructor(limits: HttpLimits) {
		const placesBytes = PLACE_BYTES * limits.maxHeaders;
		const memory = fixedMemory(placesBytes + inputBytes(limits));
		this.bytes = new Uint8Array(memory, placesBytes);
		this.#parser = new RequestParser(this.bytes, new Uint16Array(memory, 0, placesBytes / 2), limits);
		this.head = this.#parser.head;
	}

	/** Nothing of a request has been received. */
	get isEmpty(): boolean {
		return this.#filled === 0;
	}

	/** The request's body has been received; true as well when there is none. */
	get isBodyDone(): boolean {
		return this.#decoder.done;
	}

	/** The request has been received, and nothing behind it. */
	get isUsedUp(): boolean {
		return this.isBodyDone && this.#at === this.#filled;
	}

	get bodyBytes(): number {
		return this.#decoder.receivedBytes;
	}

	/** The client waits to be told that it may send the body. */
	get isContinueAwaited(): boolean {
		return this.head.expectsContinue && this.#at === this.#filled;
	}

	/** Received bytes that are not used: `[restStart, restEnd)` of {@link bytes}. */
	get restStart(): number {
		return this.#at;
	}

	get restEnd(): number {
		return this.#filled;
	}

	/** Forgets everything: a new connection. */
	reset(): void {
		this.#discardedBytes = 0;
		this.#filled = 0;
		this.#at = 0;
		this.#parser.reset();
	}

	/** The request is over: on to the next one, of which some bytes may be there. */
	next(): void {
		this.bytes.copyWithin(0, this.#at, this.#filled);
		this.#filled -= this.#at;
		this.#at = 0;
		this.#parser.reset();
	}

	/** Reads on; "waiting" when nothing more has arrived, "reading" when something has. */
	receiveHead(tcp: TcpConnection): HttpFault | "waiting" | "reading" | "complete" {
		const result = this.#filled > 0 ? this.#parser.parse(this.#filled) : "incomplete";
		if (result === "incomplete") return this.#read(tcp) ? "reading" : "waiting";
		if (result === "complete") {
			this.#at = this.#parser.headEnd;
			this.startBody(Number.MAX_SAFE_INTEGER);
		}
		return result;
	}

	/** Ready for the body, as the head announces it. */
	startBody(maxBytes: number): HttpFault | undefined {
		return this.#decoder.start(this.head.contentLengthBytes, this.head.isChunked, maxBytes);
	}

	/** Reads on and hands one piece to `reader`; "waiting" when nothing more has arrived. */
	receiveBody(tcp: TcpConnection, reader: BodyReader): HttpFault | "waiting" | "reading" {
		if (this.#at === this.#filled) {
			this.#at = this.#parser.headEnd;
			this.#filled = this.#at;
			if (!this.#read(tcp)) return "waiting";
		}
		const decoder = this.#decoder;
		const next = decoder.next(this.bytes, this.#at, this.#filled);
		if (typeof next !== "number") return next;
		this.#at = next;
		if (decoder.pieceEnd > decoder.pieceStart) reader.onBytes(this.bytes, decoder.pieceStart, decoder.pieceEnd);
		return "reading";
	}

	/** Reads over what comes after the last answer; "over" when it is too much. There is no request any more after it. */
	discard(tcp: TcpConnection): "waiting" | "reading" | "over" {
		const count = tcp.read(this.bytes, 0, this.bytes.length);
		this.#discardedBytes += count;
		if (this.#discardedBytes > MAX_DISCARDED_BYTES) return "over";
		return count > 0 ? "reading" : "waiting";
	}

	#read(tcp: TcpConnection): boolean {
		const count = tcp.read(this.bytes, this.#filled, this.bytes.length);
		this.#filled += count;
		return count > 0;
	}
}
