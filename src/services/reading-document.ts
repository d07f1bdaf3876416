import { fixedBytes } from "../core/fixed-memory.js";
import { JsonWriter } from "../core/json-writer.js";
import { literal } from "../core/literal.js";
import type { Reading } from "../core/reading.js";
import { writeReading } from "../core/reading-json.js";
import type { MeterListener } from "./meter.js";

/** The largest reading of host-tests/telegrams is 2.6 kB as JSON (Lithuania); a text message adds 1 kB at most. */
export const DEFAULT_DOCUMENT_BYTES = 4096;

/**
 * What stands in for a reading that is none: the meter is silent from the start, or the reading has no room. Whoever was
 * told of an earlier one must not take that for the present.
 */
export const NO_READING = literal('{"stale":true}');

/**
 * The JSON of the latest reading, written once for every publisher: put it first among the meter's listeners. The bytes
 * change only when a telegram is accepted or the reading becomes stale, and {@link revision} with them.
 *
 * A reading that does not fit is never cut: {@link NO_READING} takes its place, {@link isTooLarge} says so, and it is counted.
 */
export class ReadingDocument implements MeterListener {
	readonly bytes: Uint8Array;
	readonly #writer: JsonWriter;
	readonly #onTooLarge: ((message: string) => void) | undefined;
	#reading: Reading | undefined;
	#length = 0;
	#revision = 0;
	#tooLarge = 0;
	#isTooLarge = false;

	/**
	 * @param documentBytes - At least so many as {@link NO_READING} has.
	 * @param onTooLarge - Called for the first reading that does not fit, with a sentence for people. */
	constructor(documentBytes: number = DEFAULT_DOCUMENT_BYTES, onTooLarge?: (message: string) => void) {
		this.bytes = fixedBytes(documentBytes);
		this.#writer = new JsonWriter(this.bytes);
		this.#onTooLarge = onTooLarge;
	}

	/** Length of the JSON in {@link bytes}; 0 before the first reading. */
	get length(): number {
		return this.#length;
	}

	/** Counts the changes of the document; 0 before the first reading. */
	get revision(): number {
		return this.#revision;
	}

	/** The latest reading has no room in {@link bytes}. */
	get isTooLarge(): boolean {
		return this.#isTooLarge;
	}

	/** Readings that had no room, since start. */
	get tooLarge(): number {
		return this.#tooLarge;
	}

	onReading(reading: Reading): void {
		this.#reading = reading;
		this.#write(reading, false);
	}

	onStale(): void {
		if (this.#reading !== undefined) this.#write(this.#reading, true);
	}

	#write(reading: Reading, stale: boolean): void {
		const writer = this.#writer;
		writer.reset();
		this.#isTooLarge = !writeReading(writer, reading, stale);
		if (this.#isTooLarge) {
			writer.reset();
			writer.literal(NO_READING);
			// Staleness makes no new reading.
			if (!stale) this.#countTooLarge();
		}
		this.#length = writer.length;
		this.#revision++;
	}

	#countTooLarge(): void {
		this.#tooLarge++;
		if (this.#tooLarge > 1) return;
		this.#onTooLarge?.(
			`a reading needs more than the ${this.bytes.length} bytes kept for it, and is not given out as JSON; please report the meter`,
		);
	}
}
