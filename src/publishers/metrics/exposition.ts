import type { JsonWriter } from "../../core/json-writer.js";
import { literal } from "../../core/literal.js";
import type { Family } from "./family.js";

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
 * Writes Prometheus text format 0.0.4 into a buffer that the caller lends with its writer. A family without samples leaves no trace.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export class Exposition {
	readonly #writer: JsonWriter;
	#limit = 0;
	#family: Family | undefined;
	#hasHead = false;

	constructor(writer: JsonWriter) {
		this.#writer = writer;
	}

	/** Bytes written since {@link begin}. */
	get length(): number {
		return this.#writer.length;
	}

	/** Something did not fit since {@link begin} or {@link truncate}. */
	get hasOverflowed(): boolean {
		const writer = this.#writer;
		return writer.overflowed || writer.length > this.#limit;
	}

	/** Starts again at the front of the buffer. @param limit - Bytes that may be written. */
	begin(limit: number): void {
		this.#limit = limit;
		this.truncate(0);
	}

	/** Takes back all but the first `length` bytes. */
	truncate(length: number): void {
		this.#writer.reset(length);
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
		this.byte(SPACE);
		this.#writer.digits(value, decimals);
		this.byte(LF);
	}

	/** Bytes as they stand. */
	literal(bytes: Uint8Array): void {
		this.#writer.literal(bytes);
	}

	byte(byte: number): void {
		this.#writer.byte(byte);
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
