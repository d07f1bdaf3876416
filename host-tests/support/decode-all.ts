import { Decoder, type DecoderOptions } from "../../src/core/decoder.js";
import type { DecoderCounters, TelegramError } from "../../src/core/errors.js";
import { JsonWriter } from "../../src/core/json-writer.js";
import type { Reading } from "../../src/core/reading.js";
import { writeReading } from "../../src/core/reading-json.js";

/** Bytes of a text, one per character. */
export function ascii(text: string): Uint8Array {
	return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** A reading's JSON as an object; throws when it does not fit in 16 KiB or is no JSON. */
export function readingObject(reading: Reading, stale = false): Record<string, unknown> {
	return JSON.parse(readingText(reading, stale));
}

export function readingText(reading: Reading, stale = false): string {
	const bytes = new Uint8Array(16_384);
	const writer = new JsonWriter(bytes);
	if (!writeReading(writer, reading, stale)) throw new Error("the reading does not fit");
	return Buffer.from(bytes.subarray(0, writer.length)).toString("latin1");
}

export interface Decoded {
	readonly readings: Record<string, unknown>[];
	/** The telegrams of the readings, byte for byte. */
	readonly telegrams: string[];
	readonly errors: TelegramError[];
	readonly counters: DecoderCounters;
}

/** Decodes chunks, then flushes; every result is copied. */
export function decodeAll(
	chunks: Iterable<Uint8Array>,
	options: Pick<DecoderOptions, "profile" | "telegramBytes"> = {},
): Decoded {
	const readings: Record<string, unknown>[] = [];
	const telegrams: string[] = [];
	const errors: TelegramError[] = [];
	const decoder = new Decoder({
		...options,
		onReading(reading) {
			readings.push(readingObject(reading));
			telegrams.push(
				Buffer.from(reading.bytes.subarray(reading.telegramOffset, reading.telegramEnd)).toString("latin1"),
			);
		},
		onError: (error) => errors.push({ ...error }),
	});
	for (const chunk of chunks) decoder.push(chunk);
	decoder.flush();
	return { readings, telegrams, errors, counters: decoder.counters };
}

/** The text with the CRC that fits it, and the line end after it. @param body - From `/` up to and including `!`. */
export function withCrc(body: string): string {
	let crc = 0;
	for (const byte of ascii(body)) {
		// Bit by bit, so that the expectation does not lean on the table under test.
		crc ^= byte;
		for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
	}
	return `${body}${crc.toString(16).toUpperCase().padStart(4, "0")}\r\n`;
}

/** A telegram with the given data lines and a CRC that fits. */
export function telegramOf(lines: readonly string[], identification = "LGF5E360"): string {
	return withCrc(`/${identification}\r\n\r\n${lines.map((line) => `${line}\r\n`).join("")}!`);
}
