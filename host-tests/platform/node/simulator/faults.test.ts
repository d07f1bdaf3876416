import { describe, expect, test } from "vitest";
import type { DecoderCounters } from "../../../../src/core/errors.js";
import { FIELD } from "../../../../src/core/obis-table.js";
import { PROFILE_IDS } from "../../../../src/core/profile.js";
import { slotsOf } from "../../../support/reading-slots.js";
import { type RunOptions, runSimulator } from "./run-simulator.js";

const TELEGRAMS = 500;

type Outcome = { readonly counters: DecoderCounters; readonly rejected: number; readonly wrong: readonly number[] };

/** Runs a meter with and without faults, and compares every reading that was accepted with the one that was sent. */
function runWithFaults(options: Omit<RunOptions, "telegrams">): Outcome {
	const sent = new Map<number, string>();
	const { faults, ...faultless } = options;
	runSimulator({
		...faultless,
		telegrams: TELEGRAMS,
		onReading: (reading) => sent.set(reading.get(FIELD.time) ?? Number.NaN, JSON.stringify(slotsOf(reading))),
	});
	expect(sent.size).toBe(TELEGRAMS);
	const wrong: number[] = [];
	const counters = runSimulator({
		...options,
		telegrams: TELEGRAMS,
		onReading: (reading) => {
			const timeMs = reading.get(FIELD.time) ?? Number.NaN;
			if (sent.get(timeMs) !== JSON.stringify(slotsOf(reading))) wrong.push(timeMs);
		},
	});
	const { crcMismatch, crcMissing, crcMalformed, telegramTruncated, telegramTooLarge, lineTooLong } = counters;
	const rejected = crcMismatch + crcMissing + crcMalformed + telegramTruncated + telegramTooLarge + lineTooLong;
	return { counters, rejected, wrong };
}

describe("faults of the line", () => {
	test("bits that flip: telegrams are rejected by their CRC, and none is read wrongly", () => {
		const { counters, rejected, wrong } = runWithFaults({ faults: { bitFlips: 1 } });
		expect(wrong).toEqual([]);
		expect(counters.crcMismatch).toBeGreaterThan(0.9 * TELEGRAMS);
		// What is left are flips that change nothing: the case of a CRC digit, a line end behind the CRC.
		expect(counters.telegrams).toBeLessThan(0.02 * TELEGRAMS);
		expect(counters.telegrams + rejected).toBeGreaterThanOrEqual(0.97 * TELEGRAMS);
	});

	test("bytes that get lost", () => {
		const { counters, rejected, wrong } = runWithFaults({ faults: { lostBytes: 1 } });
		expect(wrong).toEqual([]);
		expect(counters.crcMismatch).toBeGreaterThan(0.9 * TELEGRAMS);
		expect(counters.telegrams).toBeLessThan(0.02 * TELEGRAMS);
		expect(counters.telegrams + rejected).toBeGreaterThanOrEqual(0.97 * TELEGRAMS);
	});

	test("a byte that comes twice", () => {
		const { counters, rejected, wrong } = runWithFaults({ faults: { duplicatedBytes: 1 } });
		expect(wrong).toEqual([]);
		expect(counters.crcMismatch).toBeGreaterThan(0.9 * TELEGRAMS);
		expect(counters.telegrams).toBeLessThan(0.05 * TELEGRAMS);
		expect(counters.telegrams + rejected).toBeGreaterThanOrEqual(0.97 * TELEGRAMS);
	});

	test("telegrams that break off", () => {
		const { counters, wrong } = runWithFaults({ faults: { truncations: 0.5 } });
		expect(wrong).toEqual([]);
		expect(counters.telegramTruncated).toBeGreaterThan(0.4 * TELEGRAMS);
		expect(counters.telegrams).toBeGreaterThan(0.4 * TELEGRAMS);
		expect(counters.telegrams).toBeLessThan(0.6 * TELEGRAMS);
		expect(counters.crcMismatch).toBe(0);
	});

	test("silence in mid-telegram loses nothing", () => {
		const gaps: number[] = [];
		let lastMs = 0;
		const { counters, rejected, wrong } = runWithFaults({
			faults: { pauses: 1 },
			onChunk: (_chunk, atMs) => {
				if (Math.floor(atMs / 10_000) === Math.floor(lastMs / 10_000)) gaps.push(atMs - lastMs);
				lastMs = atMs;
			},
		});
		expect([wrong.length, rejected, counters.telegrams]).toEqual([0, 0, TELEGRAMS]);
		expect(gaps.filter((ms) => ms >= 200).length).toBeGreaterThan(0.9 * TELEGRAMS);
		expect(Math.max(...gaps)).toBeLessThan(2100);
	});

	test("noise between telegrams is passed over", () => {
		const { counters, wrong } = runWithFaults({ faults: { noise: 1 } });
		expect([wrong.length, counters.telegrams]).toEqual([0, TELEGRAMS]);
		expect(counters.noiseBytes).toBeGreaterThan(20 * TELEGRAMS);
	});

	test.each(PROFILE_IDS.filter((profile) => profile !== "dsmr2"))("all of them at once: %s", (profile) => {
		const faults = { bitFlips: 0.2, lostBytes: 0.2, duplicatedBytes: 0.2, truncations: 0.1, pauses: 0.2, noise: 0.3 };
		for (const seed of [11, 12]) {
			const { counters, rejected, wrong } = runWithFaults({ profile, seed, faults });
			expect(wrong).toEqual([]);
			expect(counters.telegrams).toBeGreaterThan(0.35 * TELEGRAMS);
			expect(rejected).toBeGreaterThan(0.35 * TELEGRAMS);
		}
	});

	test("a rate of 0.1 befalls about a tenth of the telegrams", () => {
		const { counters } = runWithFaults({ faults: { bitFlips: 0.1 } });
		expect(counters.crcMismatch).toBeGreaterThan(0.06 * TELEGRAMS);
		expect(counters.crcMismatch).toBeLessThan(0.14 * TELEGRAMS);
	});
});
