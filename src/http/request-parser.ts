import { asciiBytes } from "./ascii.js";
import {
	AMBIGUOUS_LENGTH,
	EXPECTATION_FAILED,
	HEADERS_TOO_LARGE,
	type HttpFault,
	MALFORMED_HEADER,
	MALFORMED_HOST,
	MALFORMED_LINE,
	MALFORMED_REQUEST_LINE,
	UNKNOWN_CODING,
	UNKNOWN_VERSION,
	URI_TOO_LONG,
} from "./faults.js";
import type { HttpLimits } from "./limits.js";
import { HOST, isBlank, RequestHead } from "./request-head.js";

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const HASH = 0x23;
const SLASH = 0x2f;
const COLON = 0x3a;
const QUESTION = 0x3f;
const AT = 0x40;
const DELETE = 0x7f;
const STAR = asciiBytes("*");
const HTTP_SCHEME = asciiBytes("http://");
const HTTPS_SCHEME = asciiBytes("https://");
const VERSION_NAME = asciiBytes("HTTP/");
const VERSION_1_0 = asciiBytes("1.0");
const VERSION_1_1 = asciiBytes("1.1");
const CONTENT_LENGTH = asciiBytes("content-length");
const TRANSFER_ENCODING = asciiBytes("transfer-encoding");
const CHUNKED = asciiBytes("chunked");
const CONNECTION = asciiBytes("connection");
const CLOSE = asciiBytes("close");
const KEEP_ALIVE = asciiBytes("keep-alive");
const EXPECT = asciiBytes("expect");
const CONTINUE = asciiBytes("100-continue");

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

	/** `bytes` must hold the largest head that the limits allow; the owner fills it from index 0. */
	constructor(bytes: Uint8Array, limits: HttpLimits) {
		this.head = new RequestHead(bytes, limits.maxHeaders);
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
					return this.#readFraming() ?? "complete";
				}
				fault = this.#readHeader(start, end);
			} else if (end > 0) {
				// One empty line before the request line is let through (RFC 9112 §2.2): then `end` is 0.
				this.#headersStart = end + 2;
				fault = this.#readRequestLine(start, end);
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

	#readRequestLine(start: number, end: number): HttpFault | undefined {
		const bytes = this.#bytes;
		const head = this.head;
		let methodEnd = start;
		while (isTokenByte(bytes[methodEnd] as number)) methodEnd++;
		if (methodEnd === start || bytes[methodEnd] !== SPACE) return MALFORMED_REQUEST_LINE;
		const targetStart = methodEnd + 1;
		let targetEnd = targetStart;
		while (isTargetByte(bytes[targetEnd] as number)) targetEnd++;
		if (targetEnd === targetStart || bytes[targetEnd] !== SPACE) return MALFORMED_REQUEST_LINE;
		const version = targetEnd + 1;
		if (end - version !== 8 || !head.equals(version, version + 5, VERSION_NAME)) return MALFORMED_REQUEST_LINE;
		if (!isDigit(bytes[version + 5]) || bytes[version + 6] !== 0x2e || !isDigit(bytes[version + 7])) {
			return MALFORMED_REQUEST_LINE;
		}
		head.isHttp11 = head.equals(version + 5, end, VERSION_1_1);
		if (!head.isHttp11 && !head.equals(version + 5, end, VERSION_1_0)) return UNKNOWN_VERSION;
		head.setMethod(start, methodEnd);
		return this.#readTarget(targetStart, targetEnd);
	}

	/** Origin form, absolute form, and `*` for OPTIONS (RFC 9112 §3.2). */
	#readTarget(start: number, end: number): HttpFault | undefined {
		const bytes = this.#bytes;
		const head = this.head;
		let at = start;
		if (bytes[at] !== SLASH && !(head.method === "OPTIONS" && head.equals(start, end, STAR))) {
			if (head.equalsIgnoringCase(start, Math.min(start + 7, end), HTTP_SCHEME)) at += 7;
			else if (head.equalsIgnoringCase(start, Math.min(start + 8, end), HTTPS_SCHEME)) at += 8;
			else return MALFORMED_REQUEST_LINE;
			head.authorityStart = at;
			while (at < end && bytes[at] !== SLASH && bytes[at] !== QUESTION) at++;
			head.authorityEnd = at;
			if (at === head.authorityStart || !this.#isAuthority(head.authorityStart, at)) return MALFORMED_REQUEST_LINE;
		}
		head.pathStart = at;
		while (at < end && bytes[at] !== QUESTION) at++;
		head.pathEnd = at;
		head.queryStart = Math.min(at + 1, end);
		head.queryEnd = end;
		return undefined;
	}

	#readHeader(start: number, end: number): HttpFault | undefined {
		const bytes = this.#bytes;
		let nameEnd = start;
		for (; isTokenByte(bytes[nameEnd] as number); nameEnd++) {
			const byte = bytes[nameEnd] as number;
			if (byte >= 0x41 && byte <= 0x5a) bytes[nameEnd] = byte | 0x20;
		}
		// Refuses a folded line, and white space before the colon, too (RFC 9112 §5.1 and §5.2).
		if (nameEnd === start || bytes[nameEnd] !== COLON) return MALFORMED_HEADER;
		let valueStart = nameEnd + 1;
		let valueEnd = end;
		while (valueStart < valueEnd && isBlank(bytes[valueStart] as number)) valueStart++;
		while (valueEnd > valueStart && isBlank(bytes[valueEnd - 1] as number)) valueEnd--;
		return this.head.addHeader(start, nameEnd, valueStart, valueEnd) ? undefined : HEADERS_TOO_LARGE;
	}

	/** Host, length and persistence, once all headers are there (RFC 9112 §3.2, §6.3, §9.3). */
	#readFraming(): HttpFault | undefined {
		const head = this.head;
		const host = head.find(HOST);
		if (host < 0 ? head.isHttp11 : head.find(HOST, host + 1) >= 0) return MALFORMED_HOST;
		if (host >= 0 && !this.#isAuthority(head.valueStart(host), head.valueEnd(host))) return MALFORMED_HOST;
		const length = head.find(CONTENT_LENGTH);
		const coding = head.find(TRANSFER_ENCODING);
		if (length >= 0) {
			const bytes = this.#decimal(head.valueStart(length), head.valueEnd(length));
			if (bytes < 0 || coding >= 0 || head.find(CONTENT_LENGTH, length + 1) >= 0) return AMBIGUOUS_LENGTH;
			head.contentLengthBytes = bytes;
		}
		if (coding >= 0) {
			if (!head.isHttp11) return AMBIGUOUS_LENGTH;
			const isChunked = head.equalsIgnoringCase(head.valueStart(coding), head.valueEnd(coding), CHUNKED);
			if (!isChunked || head.find(TRANSFER_ENCODING, coding + 1) >= 0) return UNKNOWN_CODING;
			head.isChunked = true;
		}
		head.keepAlive = !head.hasToken(CONNECTION, CLOSE) && (head.isHttp11 || head.hasToken(CONNECTION, KEEP_ALIVE));
		const expect = head.isHttp11 ? head.find(EXPECT) : -1;
		if (expect >= 0) {
			if (!head.equalsIgnoringCase(head.valueStart(expect), head.valueEnd(expect), CONTINUE)) {
				return EXPECTATION_FAILED;
			}
			head.expectsContinue = head.hasBody;
		}
		return undefined;
	}

	/** A host with an optional port, so far that it has no white space and no user, path or list in it. May be empty. */
	#isAuthority(start: number, end: number): boolean {
		for (let at = start; at < end; at++) {
			const byte = this.#bytes[at] as number;
			const isOutside = byte <= SPACE || byte >= DELETE || byte === SLASH || byte === QUESTION;
			if (isOutside || byte === HASH || byte === AT || byte === 0x2c || byte === 0x5c) return false;
		}
		return true;
	}

	/** Digits only, -1 otherwise. Stops counting at 2^53, where every limit has long been passed. */
	#decimal(start: number, end: number): number {
		let value = start === end ? -1 : 0;
		for (let at = start; at < end; at++) {
			const byte = this.#bytes[at] as number;
			if (!isDigit(byte)) return -1;
			value = Math.min(10 * value + byte - 0x30, Number.MAX_SAFE_INTEGER);
		}
		return value;
	}
}

function isDigit(byte: number | undefined): boolean {
	return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** Visible ASCII but `#`, which no request target may have. */
function isTargetByte(byte: number): boolean {
	return byte > SPACE && byte < DELETE && byte !== HASH;
}

/** `tchar` of RFC 9110 §5.6.2. */
function isTokenByte(byte: number): boolean {
	if ((byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || byte === 0x2d) return true;
	if ((byte >= 0x30 && byte <= 0x39) || (byte >= 0x23 && byte <= 0x27) || (byte >= 0x5e && byte <= 0x60)) return true;
	return byte === 0x21 || byte === 0x2a || byte === 0x2b || byte === 0x2e || byte === 0x7c || byte === 0x7e;
}
