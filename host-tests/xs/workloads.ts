import { readdirSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Measured } from "./run.js";

const TELEGRAMS = fileURLToPath(new URL("../telegrams/", import.meta.url));

/**
 * Telegrams that every measurement takes, one per kind of market; paths below host-tests/telegrams. The Lithuanian one was
 * made anonymous by its source, so its CRC is wrong; drivers put the right one in.
 */
export const MEASURED_TELEGRAMS = {
	SE: "se/aidon-6534-a.txt",
	NL: "nl-v5/ene-t210d-a.txt",
	LT: "lt-other/lt-eso-anonymised.txt",
} as const;

/** Sizes of the pieces in which a telegram is pushed; 0 is all at once. */
export const PUSH_SIZES = [0, 16, 1] as const;

const DECODER_IMPORT = 'import { Decoder } from "./src/core/decoder.js";';
const JSON_WRITER_IMPORT = 'import { JsonWriter } from "./src/core/json-writer.js";';

/** One row that {@link decoderDriver} prints. */
export type WorkloadRow = Measured & {
	/** "decoder, 16-byte pushes", "CRC only", … */
	readonly workload: string;
	/** Bytes of the telegram, or of the JSON. */
	readonly bytes: number;
};

/** Absolute path of a telegram that is named below host-tests/telegrams or is absolute already. */
export function telegramPath(name: string): string {
	return isAbsolute(name) ? name : join(TELEGRAMS, name);
}

/** Source that makes `telegram`, with its CRC set right, `end`, and `piecesOf(size)`: each in a buffer of its own. */
function telegramSource(path: string): string {
	return `
		import { crc16 } from "./src/core/crc16.js";
		${DECODER_IMPORT}
		const telegram = new Uint8Array(readFile(${JSON.stringify(path)}));
		const end = telegram.length;
		const bang = telegram.lastIndexOf(0x21);
		const crcText = crc16(telegram, 0, bang + 1).toString(16).toUpperCase().padStart(4, "0");
		if (end - bang > 4) for (let digit = 0; digit < 4; digit++) telegram[bang + 1 + digit] = crcText.charCodeAt(digit);
		function piecesOf(size: number): Uint8Array[] {
			const step = size === 0 ? end : size;
			const pieces = [];
			for (let offset = 0; offset < end; offset += step) pieces.push(telegram.slice(offset, offset + step));
			return pieces;
		}
	`;
}

/** A driver for a build that traces: decodes a telegram twice, then once more under trace. */
export function tracedDriver(path: string, pushSize: number): string {
	return `
		${telegramSource(path)}
		declare function trace(on: number): void;
		const pieces = piecesOf(${pushSize});
		let readings = 0;
		const decoder = new Decoder({ onReading() { readings++; } });
		for (let turn = 0; turn < 3; turn++) {
			if (turn === 2) trace(1);
			for (let index = 0; index < pieces.length; index++) decoder.push(pieces[index], 0, pieces[index].length);
		}
		trace(0);
		if (readings !== 3) throw new Error("accepted " + readings + " of 3 telegrams");
	`;
}

/** Names, as {@link telegramPath} takes them, of all telegrams and streams of the corpus. */
export function corpusNames(): string[] {
	const names = readdirSync(TELEGRAMS, { recursive: true, encoding: "utf8" });
	return names.filter((name) => name.endsWith(".txt")).sort();
}

/** A driver that prints, as a JSON array of strings, what `outcomeOf` makes of each file for a push size. */
export function outcomeDriver(paths: readonly string[], pushSize: number): string {
	return `
		import { outcomeOf } from "./host-tests/xs/outcome.js";
		const outcomes = [];
		for (const path of ${JSON.stringify(paths)}) outcomes.push(outcomeOf(new Uint8Array(readFile(path)), ${pushSize}));
		print(JSON.stringify(outcomes));
	`;
}

/**
 * A driver for what a device does all day: decodes a file again and again and writes each reading as JSON, each file with a
 * decoder of its own. Prints one {@link WorkloadRow} per file, `workload` being its name.
 */
export function steadyStateDriver(names: readonly string[], turns: number, pushSize: number): string {
	const files = names.map((name) => [name, telegramPath(name)]);
	return `
		${DECODER_IMPORT}
		${JSON_WRITER_IMPORT}
		import { writeReading } from "./src/core/reading-json.js";
		const writer = new JsonWriter(new Uint8Array(16384));
		const rows = [];
		for (const [name, path] of ${JSON.stringify(files)}) {
			const decoder = new Decoder({ onReading(reading) { writer.reset(); writeReading(writer, reading, false); } });
			const bytes = new Uint8Array(readFile(path));
			const step = ${pushSize} === 0 ? bytes.length : ${pushSize};
			const pieces: Uint8Array[] = [];
			for (let offset = 0; offset < bytes.length; offset += step) pieces.push(bytes.slice(offset, offset + step));
			const row = measure(${turns}, () => {
				for (let index = 0; index < pieces.length; index++) decoder.push(pieces[index] as Uint8Array);
			});
			rows.push({ workload: name, bytes: bytes.length, ...row });
		}
		print(JSON.stringify(rows));
	`;
}

/**
 * A driver for `runOnXs` that decodes a telegram again and again and prints {@link WorkloadRow}s as JSON: the decoder for each
 * of `pushSizes`, the CRC by itself, which no decoder that checks it can beat, and the writing of the reading as JSON.
 * @param path - Absolute, of a file with one telegram. Once its CRC is set right it must be accepted: the driver throws when it
 * is not.
 */
export function decoderDriver(path: string, turns: number, pushSizes: readonly number[] = PUSH_SIZES): string {
	return `
		${telegramSource(path)}
		${JSON_WRITER_IMPORT}
		import { writeReading } from "./src/core/reading-json.js";
		import type { Reading } from "./src/core/reading.js";
		const rows = [];
		let latest: Reading | undefined;
		for (const size of ${JSON.stringify(pushSizes)}) {
			const pieces = piecesOf(size);
			let readings = 0;
			let rejection = "none";
			const decoder = new Decoder({
				onReading(reading) {
					readings++;
					latest = reading;
				},
				onError({ code }) {
					rejection = code;
				},
			});
			const row = measure(${turns}, () => {
				for (let index = 0; index < pieces.length; index++) {
					const piece = pieces[index] as Uint8Array;
					decoder.push(piece, 0, piece.length);
				}
			});
			if (readings !== ${turns} + 1) {
				throw new Error("accepted " + readings + " of ${turns + 1} telegrams, last rejection: " + rejection);
			}
			const workload = size === 0 ? "decoder, whole telegrams" : "decoder, " + size + "-byte pushes";
			rows.push({ workload, bytes: end, ...row });
		}
		rows.push({ workload: "CRC only", bytes: end, ...measure(${turns}, () => { crc16(telegram, 0, end); }) });
		const writer = new JsonWriter(new Uint8Array(16384));
		const written = measure(${turns}, () => {
			writer.reset();
			writeReading(writer, latest as Reading, false);
		});
		rows.push({ workload: "reading as JSON", bytes: writer.length, ...written });
		print(JSON.stringify(rows));
	`;
}

/** What is alive on the heap after a collection. */
export type HeapUse = { readonly slots: number; readonly chunkBytes: number };

/** Parts of the core that live as long as the program, in the order in which they are made. */
export const CORE_PARTS = [
	{ part: "decoder", imports: DECODER_IMPORT, make: "new Decoder({ onReading() {} })" },
	{
		part: "JSON writer with 4 KiB",
		imports: `${JSON_WRITER_IMPORT} import { writeReading } from "./src/core/reading-json.js";`,
		make: "[new JsonWriter(new Uint8Array(4096)), writeReading]",
	},
] as const;

/**
 * A driver that prints a JSON array of {@link HeapUse}: everything once its imports have run, then after each part has been
 * made as well. Without parts: the machine with its built-ins alone, to be subtracted.
 */
export function heapDriver(parts: readonly { imports: string; make: string }[]): string {
	return `
		${parts.map(({ imports }) => imports).join("\n")}
		const counts = new Float64Array(${2 * (parts.length + 1)});
		const kept: unknown[] = new Array(${parts.length + 1}).fill(null);
		function sample(index: number) {
			gc();
			counts[2 * index] = slots();
			counts[2 * index + 1] = chunks();
		}
		sample(0);
		${parts.map(({ make }, index) => `kept[${index}] = ${make}; sample(${index + 1});`).join("\n")}
		const uses = [];
		for (let index = 0; index < counts.length; index += 2) {
			uses.push({ slots: counts[index], chunkBytes: counts[index + 1] });
		}
		print(JSON.stringify(uses));
	`;
}

/**
 * Lines of a table with columns as wide as they need.
 * @param leftColumns - How many columns from the first on are words, set to the left; the others are numbers.
 */
export function formatTable(
	header: readonly string[],
	rows: readonly (readonly (string | number)[])[],
	leftColumns: number,
): string {
	const lines = [header, ...rows.map((row) => row.map((cell) => cell.toLocaleString("en-US")))];
	const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
	const pad = (cell: string, column: number): string => {
		const width = widths[column] ?? 0;
		return column < leftColumns ? cell.padEnd(width) : cell.padStart(width);
	};
	return lines.map((line) => line.map(pad).join("  ").trimEnd()).join("\n");
}
