import { JsonWriter } from "../../core/json-writer.js";
import { literal } from "../../core/literal.js";
import type { Family } from "./family.js";

const NUMBER_BYTES = 32;
const LF = 0x0a;
const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_N = 0x6e;
const QUESTION_MARK = 0x3f;
const HELP = literal("# HELP ");
const TYPE = literal("\n# TYPE ");
const COUNTER = literal(" counter\n");
const GAUGE = literal(" gauge\n");

/**
 * Writes Prometheus text format 0.0.4 into a buffer that the caller lends. A family without samples leaves no trace.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export class Exposition {
	readonly #bytes: Uint8Array;
	readonly #number = new Uint8Array(NUMBER_BYTES);
	readonly #numberWriter = new JsonWriter(this.#number);
	#length = 0;
	#limit = 0;
	#hasOverflowed = false;
	#family: Family | undefined;
	#hasHead = false;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
	}

	/** Bytes written since {@link begin}. */
	get length(): number {
		return this.#length;
	}

	/** Something did not fit since {@link begin} or {@link truncate}. */
	get hasOverflowed(): boolean {
		return this.#hasOverflowed;
	}

	/** Starts again at the front of the buffer. @param limit - Bytes that may be written, within the buffer. */
	begin(limit: number): void {
		this.#limit = Math.min(limit, this.#bytes.length);
		this.truncate(0);
	}

	/** Takes back all but the first `length` bytes. */
	truncate(length: number): void {
		this.#length = length;
		this.#hasOverflowed = false;
	}

	/** The samples that follow are of this family. */
	open(family: Family): void {
		this.#family = family;
		this.#hasHead = false;
	}

	/**
	 * One sample: a whole number up to 2^53 - 1 divided by 10 to the power `decimals`, exactly; undefined is none.
	 * @param labels - With their braces; absent: none.
	 */
	sample(value: number | undefined, decimals = 0, labels?: Uint8Array): void {
		if (value === undefined) return;
		this.beginSample();
		if (labels !== undefined) this.literal(labels);
		this.endSample(value, decimals);
	}

	/** One sample with the value 1 or 0. */
	flag(value: boolean): void {
		this.sample(value ? 1 : 0);
	}

	/** The name of a sample with labels that are made now: {@link literal}, {@link labelText} and {@link endSample} follow. */
	beginSample(): void {
		const family = this.#family;
		if (family === undefined) throw new Error("a sample without family");
		if (!this.#hasHead) this.#writeHead(family);
		this.literal(family.name);
	}

	/** The value and the line end; as {@link sample}. */
	endSample(value: number, decimals = 0): void {
		const writer = this.#numberWriter;
		writer.reset();
		writer.number(value, decimals);
		this.byte(SPACE);
		for (let i = 0; i < writer.length; i++) this.byte(this.#number[i] as number);
		this.byte(LF);
	}

	/** Bytes as they stand. */
	literal(bytes: Uint8Array): void {
		if (this.#length + bytes.length > this.#limit) {
			this.#hasOverflowed = true;
			return;
		}
		this.#bytes.set(bytes, this.#length);
		this.#length += bytes.length;
	}

	byte(byte: number): void {
		if (this.#length < this.#limit) this.#bytes[this.#length++] = byte;
		else this.#hasOverflowed = true;
	}

	/** A label's value with its quotes; what is not printable ASCII becomes a question mark. */
	labelText(text: string): void {
		this.byte(QUOTE);
		for (let i = 0; i < text.length; i++) this.#labelByte(text.charCodeAt(i));
		this.byte(QUOTE);
	}

	/** The same from bytes `[offset, end)`. */
	labelBytes(bytes: Uint8Array, offset: number, end: number): void {
		this.byte(QUOTE);
		for (let at = offset; at < end; at++) this.#labelByte(bytes[at] as number);
		this.byte(QUOTE);
	}

	#labelByte(code: number): void {
		if (code === LF) {
			this.byte(BACKSLASH);
			this.byte(LETTER_N);
			return;
		}
		if (code === QUOTE || code === BACKSLASH) this.byte(BACKSLASH);
		// Anything else would have to be UTF-8, and nothing says in which code the meter means it.
		this.byte(code < 0x20 || code > 0x7e ? QUESTION_MARK : code);
	}

	#writeHead({ name, help, isCounter }: Family): void {
		this.#hasHead = true;
		this.literal(HELP);
		this.literal(name);
		this.byte(SPACE);
		this.literal(help);
		this.literal(TYPE);
		this.literal(name);
		this.literal(isCounter ? COUNTER : GAUGE);
	}
}
