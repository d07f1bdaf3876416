import { literal } from "../core/literal.js";
import { latin1Text } from "./ascii.js";

/** Known methods are constants, so that reading one allocates nothing. */
const METHODS: readonly string[] = Object.freeze(["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"]);
const METHOD_BYTES: readonly Uint8Array[] = Object.freeze(METHODS.map(literal));

/** Of the places of one header. */
export const PLACE_BYTES = 8;

/**
 * One request head as places in the input buffer: nothing is a string until somebody asks.
 * {@link RequestParser} fills it; it holds until the response to the request is finished.
 */
export class RequestHead {
	readonly bytes: Uint8Array;
	/** Four numbers a header: name and value, first byte and end. Names are in lower case already. */
	readonly #places: Uint16Array;
	headerCount = 0;
	method = "";
	isHttp11 = false;
	/** The path without query; empty means "/" (an absolute-form target without a path). */
	pathStart = 0;
	pathEnd = 0;
	queryStart = 0;
	queryEnd = 0;
	/** The authority of an absolute-form target; empty otherwise. */
	authorityStart = 0;
	authorityEnd = 0;
	/** Bytes of the body; 0 when there is none or it is chunked. */
	contentLengthBytes = 0;
	isChunked = false;
	keepAlive = false;
	expectsContinue = false;

	/** `places` has four numbers for each header that there may be. */
	constructor(bytes: Uint8Array, places: Uint16Array) {
		this.bytes = bytes;
		this.#places = places;
	}

	get hasBody(): boolean {
		return this.isChunked || this.contentLengthBytes > 0;
	}

	get path(): string {
		return this.pathEnd === this.pathStart ? "/" : this.text(this.pathStart, this.pathEnd);
	}

	/** Whom the client meant to ask: the target's authority, else Host; in lower case, undefined when neither is there. */
	get host(): string | undefined {
		if (this.authorityEnd > this.authorityStart) return this.text(this.authorityStart, this.authorityEnd).toLowerCase();
		return this.header(HOST)?.toLowerCase();
	}

	/** Whether {@link host} is `host`, in lower case. */
	hostIs(host: Uint8Array): boolean {
		if (this.authorityEnd > this.authorityStart) {
			return this.equalsIgnoringCase(this.authorityStart, this.authorityEnd, host);
		}
		const index = this.find(HOST);
		return index >= 0 && this.equalsIgnoringCase(this.valueStart(index), this.valueEnd(index), host);
	}

	clear(): void {
		this.headerCount = 0;
		this.method = "";
		this.isHttp11 = false;
		this.authorityStart = 0;
		this.authorityEnd = 0;
		this.contentLengthBytes = 0;
		this.isChunked = false;
		this.keepAlive = false;
		this.expectsContinue = false;
	}

	setMethod(start: number, end: number): void {
		let known = 0;
		while (known < METHODS.length && !this.equals(start, end, METHOD_BYTES[known] as Uint8Array)) known++;
		this.method = METHODS[known] ?? this.text(start, end);
	}

	/** @returns false when there is no place for another header. */
	addHeader(nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): boolean {
		const at = 4 * this.headerCount;
		if (at === this.#places.length) return false;
		this.#places[at] = nameStart;
		this.#places[at + 1] = nameEnd;
		this.#places[at + 2] = valueStart;
		this.#places[at + 3] = valueEnd;
		this.headerCount++;
		return true;
	}

	/** The first header of that name (lower case) from `from` on; -1 when there is none. */
	find(name: Uint8Array, from = 0): number {
		for (let i = from; i < this.headerCount; i++) {
			if (this.equals(this.#place(i, 0), this.#place(i, 1), name)) return i;
		}
		return -1;
	}

	valueStart(index: number): number {
		return this.#place(index, 2);
	}

	valueEnd(index: number): number {
		return this.#place(index, 3);
	}

	/** The value of the first header of that name (lower case). */
	header(name: Uint8Array): string | undefined {
		const index = this.find(name);
		return index < 0 ? undefined : this.text(this.valueStart(index), this.valueEnd(index));
	}

	/** Whether a comma-separated header, on however many lines, has `token` (lower case); case does not count. */
	hasToken(name: Uint8Array, token: Uint8Array): boolean {
		for (let index = this.find(name); index >= 0; index = this.find(name, index + 1)) {
			const end = this.valueEnd(index);
			let start = this.valueStart(index);
			for (let at = start; at <= end; at++) {
				if (at < end && this.bytes[at] !== COMMA) continue;
				if (this.#equalsTrimmed(start, at, token)) return true;
				start = at + 1;
			}
		}
		return false;
	}

	/** The decoded value of a query parameter, "" for one without "="; undefined when absent or badly percent-encoded. */
	query(name: Uint8Array): string | undefined {
		let start = this.queryStart;
		for (let at = start; at <= this.queryEnd; at++) {
			if (at < this.queryEnd && this.bytes[at] !== AMPERSAND) continue;
			let nameEnd = start;
			while (nameEnd < at && this.bytes[nameEnd] !== EQUALS) nameEnd++;
			if (at > start && this.equals(start, nameEnd, name)) return decodeQuery(this.text(Math.min(nameEnd + 1, at), at));
			start = at + 1;
		}
		return undefined;
	}

	/** Whether the bytes `[start, end)` are those of `text`, `[from, to)`. */
	equals(start: number, end: number, text: Uint8Array, from = 0, to = text.length): boolean {
		const length = end - start;
		if (length !== to - from) return false;
		for (let i = 0; i < length; i++) {
			if (this.bytes[start + i] !== text[from + i]) return false;
		}
		return true;
	}

	/** As {@link equals}, for a `text` in lower case and bytes in any. */
	equalsIgnoringCase(start: number, end: number, text: Uint8Array): boolean {
		const length = end - start;
		if (length !== text.length) return false;
		for (let i = 0; i < length; i++) {
			const byte = this.bytes[start + i] as number;
			const lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
			if (lower !== text[i]) return false;
		}
		return true;
	}

	text(start: number, end: number): string {
		return latin1Text(this.bytes, start, end);
	}

	#equalsTrimmed(start: number, end: number, text: Uint8Array): boolean {
		let first = start;
		let last = end;
		while (first < last && isBlank(this.bytes[first] as number)) first++;
		while (last > first && isBlank(this.bytes[last - 1] as number)) last--;
		return this.equalsIgnoringCase(first, last, text);
	}

	#place(index: number, part: number): number {
		return this.#places[4 * index + part] as number;
	}
}

export const HOST = literal("host");
const COMMA = 0x2c;
const AMPERSAND = 0x26;
const EQUALS = 0x3d;

/** Space or tab: the optional white space of RFC 9110 §5.6.3. */
export function isBlank(byte: number): boolean {
	return byte === 0x20 || byte === 0x09;
}

function decodeQuery(text: string): string | undefined {
	try {
		return decodeURIComponent(text.split("+").join(" "));
	} catch {
		return undefined;
	}
}
