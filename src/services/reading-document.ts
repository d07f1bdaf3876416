import { JsonWriter } from "../core/json-writer.js";
import type { Reading } from "../core/reading.js";
import { writeReading } from "../core/reading-json.js";
import type { MeterListener } from "./meter.js";

/** The largest reading of host-tests/telegrams is 3.4 KB as JSON (Lithuania). */
export const DEFAULT_DOCUMENT_BYTES = 6144;

/**
 * The JSON of the latest reading, written once for every publisher: put it first among the meter's listeners. The bytes
 * change only when a telegram is accepted or the reading becomes stale, and {@link revision} with them.
 */
export class ReadingDocument implements MeterListener {
	readonly bytes: Uint8Array;
	readonly #writer: JsonWriter;
	#reading: Reading | undefined;
	#length = 0;
	#revision = 0;

	constructor(documentBytes: number = DEFAULT_DOCUMENT_BYTES) {
		this.bytes = new Uint8Array(documentBytes);
		this.#writer = new JsonWriter(this.bytes);
	}

	/** Length of the JSON in {@link bytes}; 0 before the first reading. */
	get length(): number {
		return this.#length;
	}

	/** Counts the changes of the document; 0 before the first reading. */
	get revision(): number {
		return this.#revision;
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
		// A document that does not fit is none at all, never a part of one.
		this.#length = writeReading(writer, reading, stale) ? writer.length : 0;
		this.#revision++;
	}
}
