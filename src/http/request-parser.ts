import { HEADERS_TOO_LARGE, type HttpFault, MALFORMED_LINE, URI_TOO_LONG } from "./faults.js";
import { readFraming, readHeaderLine, readRequestLine } from "./head-lines.js";
import type { HttpLimits } from "./limits.js";
import { RequestHead } from "./request-head.js";

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const DELETE = 0x7f;

/**
 * Parses request heads in place, in the buffer that they are received into: resumable at any byte, strict, no copy.
 * What it refuses is what request smuggling needs; the first bad byte decides, however the bytes are split.
 * @see RFC 9112 §2 to §6, RFC 9110 §5.5
 */
export class RequestParser {
	readonly head: RequestHead;
	/** Index just behind the head, once {@link parse} has said "complete". */
	headEnd = 0;
	readonly #bytes: Uint8Array;
	readonly #limits: HttpLimits;
	#at = 0;
	#lineStart = 0;
	/** Index of the first header line; 0 while the request line is not complete. */
	#headersStart = 0;

	/** `bytes` must hold the largest head that the limits allow; the owner fills it from index 0. `places` are the head's. */
	constructor(bytes: Uint8Array, places: Uint16Array, limits: HttpLimits) {
		this.head = new RequestHead(bytes, places);
		this.#bytes = bytes;
		this.#limits = limits;
	}

	/** Ready for the next request, which begins at index 0. */
	reset(): void {
		this.#at = 0;
		this.#lineStart = 0;
		this.#headersStart = 0;
		this.headEnd = 0;
		this.head.clear();
	}

	/** Goes on with the bytes up to `filled`. A fault is final: {@link reset} before anything else. */
	parse(filled: number): HttpFault | "incomplete" | "complete" {
		for (;;) {
			const scanned = this.#scanLine(filled);
			if (scanned !== "line") return scanned;
			const start = this.#lineStart;
			const end = this.#at;
			this.#at = end + 2;
			this.#lineStart = end + 2;
			let fault: HttpFault | undefined;
			if (this.#headersStart > 0) {
				if (end === start) {
					this.headEnd = end + 2;
					return readFraming(this.head) ?? "complete";
				}
				fault = readHeaderLine(this.head, start, end);
			} else if (end > 0) {
				// One empty line before the request line is let through (RFC 9112 §2.2): then `end` is 0.
				this.#headersStart = end + 2;
				fault = readRequestLine(this.head, start, end);
			}
			if (fault !== undefined) return fault;
		}
	}

	/** Moves on to the CR of the current line's CR LF. */
	#scanLine(filled: number): HttpFault | "incomplete" | "line" {
		const bytes = this.#bytes;
		const inHeaders = this.#headersStart > 0;
		const limit = inHeaders
			? this.#headersStart + this.#limits.maxHeaderBytes
			: this.#lineStart + this.#limits.maxRequestLineBytes;
		let at = this.#at;
		while (at < filled) {
			const byte = bytes[at] as number;
			if ((byte >= SPACE && byte !== DELETE) || byte === TAB) {
				if (at >= limit) return inHeaders ? HEADERS_TOO_LARGE : URI_TOO_LONG;
				at++;
				continue;
			}
			if (byte !== CR) return MALFORMED_LINE;
			if (at + 1 === filled) break;
			this.#at = at;
			return bytes[at + 1] === LF ? "line" : MALFORMED_LINE;
		}
		this.#at = at;
		return "incomplete";
	}
}
