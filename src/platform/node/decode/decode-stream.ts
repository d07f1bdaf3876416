import { Buffer } from "node:buffer";
import { Decoder } from "../../../core/decoder.js";
import type { TelegramError } from "../../../core/errors.js";
import { JsonWriter } from "../../../core/json-writer.js";
import type { ProfileId } from "../../../core/profile.js";
import type { Reading } from "../../../core/reading.js";
import { writeReading } from "../../../core/reading-json.js";
import { listObisObjects } from "./obis-objects.js";

/** The decoder's largest: on a host nothing is gained by refusing a long telegram. */
const TELEGRAM_BYTES = 32_768;
/** Each byte of a telegram stands for six characters of JSON at most, as `\u00ff` does. */
const DOCUMENT_BYTES = 6 * TELEGRAM_BYTES + 16_384;

export type DecodeStreamOptions = {
	readonly profile: ProfileId | "auto";
	/** Adds what {@link listObisObjects} gives. */
	readonly withObis: boolean;
};

export type DecodeStreamResult = {
	readonly good: number;
	/** Rejected telegrams; 1 for an input that has no telegram at all. */
	readonly bad: number;
};

function hexCrc(crc: number): string {
	return crc.toString(16).toUpperCase().padStart(4, "0");
}

/** CRCs as people write them, four hexadecimal digits; sizes as numbers. */
function describeError({ code, offset, expected, actual }: TelegramError): object {
	if (expected === undefined || actual === undefined) return { code, offset };
	if (code === "crc-mismatch") return { code, offset, expected: hexCrc(expected), actual: hexCrc(actual) };
	return { code, offset, expected, actual };
}

/**
 * Decodes telegrams from one input, of any length, into one line of JSON each, in their order and also for rejected ones;
 * the offset of an error counts from the start of the input.
 * @param writeLines - takes whole lines, LF included; the input waits for it.
 * @throws what reading the input throws. */
export async function decodeStream(
	input: AsyncIterable<Uint8Array>,
	options: DecodeStreamOptions,
	writeLines: (lines: string) => Promise<void>,
): Promise<DecodeStreamResult> {
	const document = new Uint8Array(DOCUMENT_BYTES);
	const writer = new JsonWriter(document);
	let lines = "";
	let good = 0;
	let bad = 0;
	const readingJson = (reading: Reading): string => {
		writer.reset();
		writeReading(writer, reading, false);
		return Buffer.from(document.buffer, 0, writer.length).toString("latin1");
	};
	const decoder = new Decoder({
		profile: options.profile,
		telegramBytes: TELEGRAM_BYTES,
		onReading(reading) {
			good++;
			const identification = reading.bytes.subarray(reading.telegramOffset + 1, reading.identificationEnd);
			const head = JSON.stringify({
				ok: true,
				profile: reading.profile.id,
				identification: Buffer.from(identification).toString("latin1"),
			});
			const obis = options.withObis ? `,${JSON.stringify(listObisObjects(reading)).slice(1, -1)}` : "";
			lines += `${head.slice(0, -1)},"reading":${readingJson(reading)}${obis}}\n`;
		},
		onError(error) {
			bad++;
			lines += `${JSON.stringify({ ok: false, error: describeError(error) })}\n`;
		},
	});
	const flushLines = async (): Promise<void> => {
		const full = lines;
		lines = "";
		if (full !== "") await writeLines(full);
	};
	for await (const chunk of input) {
		decoder.push(chunk);
		await flushLines();
	}
	decoder.flush();
	if (good + bad === 0) {
		bad = 1;
		lines = `${JSON.stringify({ ok: false, error: { code: "no-telegram" } })}\n`;
	}
	await flushLines();
	return { good, bad };
}
