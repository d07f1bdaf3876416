import { literal } from "./literal.js";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const TRUE = literal("true");
const FALSE = literal("false");
const NULL = literal("null");
const UNICODE_ESCAPE = literal("\\u");
const NAME_END = literal('":');

/**
 * Writes JSON into a buffer that the caller keeps, without making a string. Past the end it writes nothing more and
 * remembers that: check {@link overflowed} when done.
 */
export class JsonWriter {
	/** What is written, from the front. */
	readonly bytes: Uint8Array;
	#at = 0;
	#overflowed = false;
	/** True when the next member or element needs a comma before it. */
	#comma = false;

	constructor(bytes: Uint8Array) {
		this.bytes = bytes;
	}

	/** Bytes written since the last {@link reset}. */
	get length(): number {
		return this.#at;
	}

	get overflowed(): boolean {
		return this.#overflowed;
	}

	/** Starts again behind the first `length` bytes. */
	reset(length = 0): void {
		this.#at = length;
		this.#overflowed = false;
		this.#comma = false;
	}

	byte(byte: number): void {
		if (this.#at < this.bytes.length) this.bytes[this.#at++] = byte;
		else this.#overflowed = true;
	}

	/** Bytes as they stand, see {@link literal}. */
	literal(text: Uint8Array): void {
		if (this.#at + text.length > this.bytes.length) {
			this.#overflowed = true;
			return;
		}
		this.bytes.set(text, this.#at);
		this.#at += text.length;
	}

	/** ASCII text as it stands; for what is not written with every telegram. */
	raw(text: string): void {
		for (let i = 0; i < text.length; i++) this.byte(text.charCodeAt(i));
	}

	openObject(): void {
		this.#open(0x7b);
	}

	closeObject(): void {
		this.#close(0x7d);
	}

	openArray(): void {
		this.#open(0x5b);
	}

	closeArray(): void {
		this.#close(0x5d);
	}

	/** The name of the next member, in ASCII that needs no escape; `suffix` is appended to it. */
	literalName(name: Uint8Array, suffix?: Uint8Array): void {
		if (this.#comma) this.byte(COMMA);
		this.byte(QUOTE);
		this.literal(name);
		if (suffix !== undefined) this.literal(suffix);
		this.literal(NAME_END);
		this.#comma = false;
	}

	/** The same from a string; for what is not written with every telegram. */
	name(name: string): void {
		if (this.#comma) this.byte(COMMA);
		this.byte(QUOTE);
		this.raw(name);
		this.literal(NAME_END);
		this.#comma = false;
	}

	/** An integer of at most 2^53 - 1 divided by 10 to the power `decimals`, exactly; zeros at the end are left out. */
	number(value: number, decimals = 0): void {
		if (this.#comma) this.byte(COMMA);
		this.#comma = true;
		this.digits(value, decimals);
	}

	/** The same outside JSON: no comma goes before it. */
	digits(value: number, decimals: number): void {
		let rest = value;
		if (rest < 0) {
			this.byte(0x2d);
			rest = -rest;
		}
		let places = decimals;
		while (places > 0 && rest % 10 === 0) {
			rest /= 10;
			places--;
		}
		let digits = 1;
		for (let power = 10; power <= rest; power *= 10) digits++;
		if (digits <= places) digits = places + 1;
		const length = places > 0 ? digits + 1 : digits;
		if (this.#at + length > this.bytes.length) {
			this.#overflowed = true;
			return;
		}
		const end = this.#at + length;
		for (let at = end - 1, place = 0; at >= this.#at; at--, place++) {
			if (place === places && places > 0) {
				this.bytes[at--] = 0x2e;
			}
			const digit = rest % 10;
			this.bytes[at] = 48 + digit;
			rest = (rest - digit) / 10;
		}
		this.#at = end;
	}

	boolean(value: boolean): void {
		if (this.#comma) this.byte(COMMA);
		this.#comma = true;
		this.literal(value ? TRUE : FALSE);
	}

	null(): void {
		if (this.#comma) this.byte(COMMA);
		this.#comma = true;
		this.literal(NULL);
	}

	/** A string value of ASCII that needs no escape. */
	literalString(text: Uint8Array): void {
		this.beginString();
		this.literal(text);
		this.endString();
	}

	/** A string value; characters outside ASCII become escapes. */
	string(text: string): void {
		this.beginString();
		for (let i = 0; i < text.length; i++) this.character(text.charCodeAt(i));
		this.endString();
	}

	beginString(): void {
		if (this.#comma) this.byte(COMMA);
		this.#comma = true;
		this.byte(QUOTE);
	}

	endString(): void {
		this.byte(QUOTE);
	}

	/** One UTF-16 code unit inside a string. */
	character(code: number): void {
		if (code < 0x20 || code > 0x7e) {
			this.literal(UNICODE_ESCAPE);
			for (let shift = 12; shift >= 0; shift -= 4) {
				const digit = (code >> shift) & 15;
				this.byte(digit < 10 ? 48 + digit : 87 + digit);
			}
			return;
		}
		if (code === QUOTE || code === BACKSLASH) this.byte(BACKSLASH);
		this.byte(code);
	}

	/** A string value from bytes `[offset, offset + length)`, each one a character. */
	bytesString(bytes: Uint8Array, offset: number, length: number): void {
		this.beginString();
		for (let i = 0; i < length; i++) this.character(bytes[offset + i] as number);
		this.endString();
	}

	/** An instant as `"2026-01-31T12:34:56Z"` (ISO 8601, UTC). @param ms - Since 1970, whole seconds, year 1970 to 9999. */
	time(ms: number): void {
		this.beginString();
		const days = Math.floor(ms / 86_400_000);
		const seconds = Math.floor(ms / 1000) - days * 86_400;
		// Civil date from days: the inverse of daysFromCivil, years counted from March.
		const shifted = days + 719_468;
		const era = Math.floor(shifted / 146_097);
		const dayOfEra = shifted - era * 146_097;
		const yearOfEra = Math.floor(
			(dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
		);
		const dayOfYear = dayOfEra - (365 * yearOfEra + (yearOfEra >> 2) - Math.floor(yearOfEra / 100));
		const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
		const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
		const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
		this.#twoDigits(Math.floor(year / 100));
		this.#twoDigits(year % 100);
		this.byte(0x2d);
		this.#twoDigits(month);
		this.byte(0x2d);
		this.#twoDigits(dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1);
		this.byte(0x54);
		this.#twoDigits(Math.floor(seconds / 3600));
		this.byte(0x3a);
		this.#twoDigits(Math.floor(seconds / 60) % 60);
		this.byte(0x3a);
		this.#twoDigits(seconds % 60);
		this.byte(0x5a);
		this.endString();
	}

	#open(bracket: number): void {
		if (this.#comma) this.byte(COMMA);
		this.byte(bracket);
		this.#comma = false;
	}

	#close(bracket: number): void {
		this.byte(bracket);
		this.#comma = true;
	}

	#twoDigits(value: number): void {
		this.byte(48 + Math.floor(value / 10));
		this.byte(48 + (value % 10));
	}
}
