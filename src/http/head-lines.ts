import { literal } from "../core/literal.js";
import {
	AMBIGUOUS_LENGTH,
	EXPECTATION_FAILED,
	HEADERS_TOO_LARGE,
	type HttpFault,
	MALFORMED_HEADER,
	MALFORMED_HOST,
	MALFORMED_REQUEST_LINE,
	UNKNOWN_CODING,
	UNKNOWN_VERSION,
} from "./faults.js";
import { HOST, isBlank, type RequestHead } from "./request-head.js";

const SPACE = 0x20;
const HASH = 0x23;
const SLASH = 0x2f;
const COLON = 0x3a;
const QUESTION = 0x3f;
const AT = 0x40;
const DELETE = 0x7f;
const STAR = literal("*");
const HTTP_SCHEME = literal("http://");
const HTTPS_SCHEME = literal("https://");
const VERSION_NAME = literal("HTTP/");
const VERSION_1_0 = literal("1.0");
const VERSION_1_1 = literal("1.1");
const CONTENT_LENGTH = literal("content-length");
const TRANSFER_ENCODING = literal("transfer-encoding");
const CHUNKED = literal("chunked");
const CONNECTION = literal("connection");
const CLOSE = literal("close");
const KEEP_ALIVE = literal("keep-alive");
const EXPECT = literal("expect");
const CONTINUE = literal("100-continue");

/** The request line between `start` and its CR at `end`: method, target and version (RFC 9112 §3). */
export function readRequestLine(head: RequestHead, start: number, end: number): HttpFault | undefined {
	const { bytes } = head;
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
	return readTarget(head, targetStart, targetEnd);
}

/** Origin form, absolute form, and `*` for OPTIONS (RFC 9112 §3.2). */
function readTarget(head: RequestHead, start: number, end: number): HttpFault | undefined {
	const { bytes } = head;
	let at = start;
	if (bytes[at] !== SLASH && !(head.method === "OPTIONS" && head.equals(start, end, STAR))) {
		if (head.equalsIgnoringCase(start, Math.min(start + 7, end), HTTP_SCHEME)) at += 7;
		else if (head.equalsIgnoringCase(start, Math.min(start + 8, end), HTTPS_SCHEME)) at += 8;
		else return MALFORMED_REQUEST_LINE;
		head.authorityStart = at;
		while (at < end && bytes[at] !== SLASH && bytes[at] !== QUESTION) at++;
		head.authorityEnd = at;
		if (at === head.authorityStart || !isAuthority(head.bytes, head.authorityStart, at)) return MALFORMED_REQUEST_LINE;
	}
	head.pathStart = at;
	while (at < end && bytes[at] !== QUESTION) at++;
	head.pathEnd = at;
	head.queryStart = Math.min(at + 1, end);
	head.queryEnd = end;
	return undefined;
}

/** One header line between `start` and its CR at `end` (RFC 9112 §5). Its name becomes lower case in place. */
export function readHeaderLine(head: RequestHead, start: number, end: number): HttpFault | undefined {
	const { bytes } = head;
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
	return head.addHeader(start, nameEnd, valueStart, valueEnd) ? undefined : HEADERS_TOO_LARGE;
}

/** Host, length and persistence, once all headers are there (RFC 9112 §3.2, §6.3, §9.3). */
export function readFraming(head: RequestHead): HttpFault | undefined {
	const host = head.find(HOST);
	if (host < 0 ? head.isHttp11 : head.find(HOST, host + 1) >= 0) return MALFORMED_HOST;
	if (host >= 0 && !isAuthority(head.bytes, head.valueStart(host), head.valueEnd(host))) return MALFORMED_HOST;
	const length = head.find(CONTENT_LENGTH);
	const coding = head.find(TRANSFER_ENCODING);
	if (length >= 0) {
		const lengthBytes = decimal(head.bytes, head.valueStart(length), head.valueEnd(length));
		if (lengthBytes < 0 || coding >= 0 || head.find(CONTENT_LENGTH, length + 1) >= 0) return AMBIGUOUS_LENGTH;
		head.contentLengthBytes = lengthBytes;
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
function isAuthority(bytes: Uint8Array, start: number, end: number): boolean {
	for (let at = start; at < end; at++) {
		const byte = bytes[at] as number;
		const isOutside = byte <= SPACE || byte >= DELETE || byte === SLASH || byte === QUESTION;
		if (isOutside || byte === HASH || byte === AT || byte === 0x2c || byte === 0x5c) return false;
	}
	return true;
}

/** Digits only, -1 otherwise. Stops counting at 2^53, where every limit has long been passed. */
function decimal(bytes: Uint8Array, start: number, end: number): number {
	let value = start === end ? -1 : 0;
	for (let at = start; at < end; at++) {
		const byte = bytes[at] as number;
		if (!isDigit(byte)) return -1;
		value = Math.min(10 * value + byte - 0x30, Number.MAX_SAFE_INTEGER);
	}
	return value;
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
