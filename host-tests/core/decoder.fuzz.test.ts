import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crc16 } from "../../src/core/crc16.js";
import { Decoder } from "../../src/core/decoder.js";
import type { Reading } from "../../src/core/reading.js";
import { readingText } from "../support/decode-all.js";

/** `FUZZ_CHUNKS=1000000 FUZZ_SEED=… npx vitest run decoder.fuzz` for a long run; the default is a short one. */
const CHUNKS = Number(process.env.FUZZ_CHUNKS ?? 20_000);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);

const corpus = new URL("../telegrams/", import.meta.url);
const telegrams = ["se", "nl-v4", "nl-v5", "be", "lu"].flatMap((folder) =>
	readdirSync(new URL(`${folder}/`, corpus))
		.filter((name) => name.endsWith(".txt"))
		.map((name) => new Uint8Array(readFileSync(new URL(`${folder}/${name}`, corpus)))),
);
const probe = telegrams[0] as Uint8Array;

interface Mutation {
	readonly kind: "flip" | "set" | "drop" | "repeat" | "insert" | "cut" | "swap";
	readonly at: number;
	readonly size: number;
	readonly byte: number;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
	kind: fc.constantFrom("flip", "set", "drop", "repeat", "insert", "cut", "swap"),
	at: fc.nat(4096),
	size: fc.integer({ min: 1, max: 40 }),
	byte: fc.oneof(fc.nat(255), fc.constantFrom(10, 13, 33, 40, 41, 42, 45, 46, 47, 48, 57)),
});

function mutate(bytes: Uint8Array, { kind, at, size, byte }: Mutation): Uint8Array {
	const i = at % bytes.length;
	const head = bytes.subarray(0, i);
	const tail = bytes.subarray(i);
	switch (kind) {
		case "flip":
			return Uint8Array.from(bytes, (old, j) => (j === i ? old ^ (1 << (byte & 7)) : old));
		case "set":
			return Uint8Array.from(bytes, (old, j) => (j === i ? byte : old));
		case "drop":
			return Uint8Array.of(...head, ...tail.subarray(size));
		case "repeat":
			return Uint8Array.of(...head, ...tail.subarray(0, size), ...tail);
		case "insert":
			return Uint8Array.of(...head, byte, ...tail);
		case "cut":
			return head.slice();
		case "swap":
			return Uint8Array.of(...tail, ...head);
	}
}

/** The telegram between its `/` and its CRC, judged by hand: true when the CRC that it prints is the CRC of its bytes. */
function crcHolds(reading: Reading): boolean {
	const { bytes, telegramOffset, telegramEnd } = reading;
	const bang = bytes.indexOf(0x21, telegramOffset);
	const printed = /^[0-9A-Fa-f]{4}/.exec(String.fromCharCode(...bytes.subarray(bang + 1, telegramEnd)))?.[0] ?? "";
	return bang < telegramEnd && Number.parseInt(printed, 16) === crc16(bytes, telegramOffset, bang + 1);
}

describe(`decoder: fuzz, seed ${SEED}, ${CHUNKS} chunks`, () => {
	test("no throw, no reading whose CRC does not hold, and the next telegram is accepted", () => {
		let chunks = 0;
		let accepted = 0;
		let collisions = 0;
		// Without line ends and NUL behind the CRC, which the decoder forgives, and with its digits in either case.
		const originals = new Set(telegrams.map((bytes) => Buffer.from(bytes).toString("latin1").trimEnd().toLowerCase()));
		const decoder = new Decoder({
			onReading(reading) {
				accepted++;
				if (!crcHolds(reading)) throw new Error("accepted a telegram whose CRC does not hold");
				readingText(reading);
				const telegram = Buffer.from(reading.bytes.subarray(reading.telegramOffset, reading.telegramEnd));
				const text = telegram.toString("latin1").replaceAll("\0", "").trimEnd().toLowerCase();
				// Changed bytes whose CRC holds all the same: one mutant in 65,536 must be expected to, and no receiver can tell.
				if (!originals.has(text)) collisions++;
			},
		});

		const step = fc.property(
			fc.nat(telegrams.length - 1),
			fc.array(mutation, { minLength: 1, maxLength: 4 }),
			fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 }),
			(index, mutations, sizes) => {
				let bytes = telegrams[index] as Uint8Array;
				for (const one of mutations) bytes = bytes.length > 0 ? mutate(bytes, one) : bytes;

				for (let at = 0, turn = 0; at < bytes.length; turn++) {
					const end = Math.min(bytes.length, at + (sizes[turn % sizes.length] as number));
					decoder.push(bytes, at, end);
					chunks++;
					at = end;
				}

				// A mutant may end inside a telegram or an over-long line: one whole telegram later all is well again.
				decoder.push(probe);
				const sequence = decoder.latest?.sequence ?? 0;
				decoder.push(probe);
				chunks += 2;
				expect((decoder.latest?.sequence ?? 0) - sequence).toBe(1);
			},
		);
		for (let round = 0; chunks < CHUNKS; round++) fc.assert(step, { seed: SEED + round, numRuns: 2000 });

		console.log(`fuzz: seed ${SEED}, ${chunks} chunks, ${accepted} readings, ${collisions} CRC collisions`);
		expect(collisions).toBeLessThanOrEqual(1 + chunks / 20_000);
		expect(decoder.counters.crcMismatch).toBeGreaterThan(0);
		expect(decoder.counters.telegramTruncated).toBeGreaterThan(0);
	}, 3_600_000);

	test("any split of any bytes gives the same readings, errors and counters", () => {
		fc.assert(
			fc.property(
				fc.array(
					fc.oneof(
						{ weight: 3, arbitrary: fc.constantFrom(...telegrams) },
						{ weight: 2, arbitrary: fc.tuple(fc.constantFrom(...telegrams), mutation).map(([t, m]) => mutate(t, m)) },
						{ weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
						{ weight: 1, arbitrary: fc.constantFrom(4000, 5000).map((size) => new Uint8Array(size).fill(0x31)) },
					),
					{ maxLength: 5 },
				),
				fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 6 }),
				(parts, sizes) => {
					const stream = Uint8Array.from(parts.flatMap((part) => [...part]));
					const run = (pieces: readonly number[]) => {
						const seen: string[] = [];
						const decoder = new Decoder({
							onReading: (reading) => seen.push(readingText(reading)),
							onError: (error) => seen.push(JSON.stringify(error)),
						});
						for (let at = 0, turn = 0; at < stream.length; turn++) {
							const end = Math.min(stream.length, at + (pieces[turn % pieces.length] as number));
							decoder.push(stream, at, end);
							at = end;
						}
						decoder.flush();
						return { seen, counters: decoder.counters };
					};
					const whole = run([stream.length + 1]);
					expect(run(sizes)).toEqual(whole);
					expect(run([1])).toEqual(whole);
				},
			),
			{ seed: SEED, numRuns: 200 },
		);
	});
});
