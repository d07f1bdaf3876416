import { describe, expect, test } from "vitest";
import { FIELD } from "../../../../src/core/obis-table.js";
import { PROFILE_IDS } from "../../../../src/core/profile.js";
import type { Reading } from "../../../../src/core/reading.js";
import {
	createSimulator,
	MIN_CADENCE_MS,
	type SimulatorOptions,
} from "../../../../src/platform/node/simulator/meter-simulator.js";
import { FakeClock } from "../../../support/fake-clock.js";
import { handlerOf, type RunOptions, runSimulator } from "./run-simulator.js";

const DAY_MS = 86_400_000;

function numbers<Key extends keyof typeof FIELD>(reading: Reading, ...keys: readonly Key[]): Record<Key, number> {
	const entries = keys.map((key) => [key, reading.get(FIELD[key]) ?? Number.NaN] as const);
	return Object.fromEntries(entries) as Record<Key, number>;
}

function bytesOf(options: RunOptions): string {
	const chunks: Uint8Array[] = [];
	runSimulator({ ...options, onChunk: (chunk) => chunks.push(chunk) });
	return Buffer.concat(chunks).toString("latin1");
}

const PHASES = [
	[
		"powerImportL1_W",
		"powerExportL1_W",
		"reactivePowerImportL1_var",
		"reactivePowerExportL1_var",
		"voltageL1_mV",
		"currentL1_mA",
	],
	[
		"powerImportL2_W",
		"powerExportL2_W",
		"reactivePowerImportL2_var",
		"reactivePowerExportL2_var",
		"voltageL2_mV",
		"currentL2_mA",
	],
	[
		"powerImportL3_W",
		"powerExportL3_W",
		"reactivePowerImportL3_var",
		"reactivePowerExportL3_var",
		"voltageL3_mV",
		"currentL3_mA",
	],
] as const;

describe("a simulated Swedish day", () => {
	type Moment = {
		readonly timeMs: number;
		readonly netW: number;
		readonly netVar: number;
		readonly phasesW: number;
		readonly phasesVar: number;
		readonly currentErrorMa: number;
	} & Record<"energyImport_Wh" | "energyExport_Wh" | "reactiveEnergyImport_varh" | "reactiveEnergyExport_varh", number>;

	function momentOf(reading: Reading): Moment {
		const all = numbers(reading, ...PHASES.flat(), "powerImport_W", "powerExport_W", "reactivePowerImport_var");
		let phasesW = 0;
		let phasesVar = 0;
		let currentErrorMa = 0;
		for (const [into, out, lagging, leading, voltage, current] of PHASES) {
			const activeW = all[into] - all[out];
			const reactiveVar = all[lagging] - all[leading];
			phasesW += activeW;
			phasesVar += reactiveVar;
			const expectedMa = (Math.hypot(activeW, reactiveVar) / all[voltage]) * 1e6;
			currentErrorMa = Math.max(currentErrorMa, Math.abs(all[current] - expectedMa));
		}
		return {
			timeMs: reading.get(FIELD.time) ?? Number.NaN,
			netW: all.powerImport_W - all.powerExport_W,
			netVar: all.reactivePowerImport_var - (reading.get(FIELD.reactivePowerExport_var) ?? Number.NaN),
			phasesW,
			phasesVar,
			currentErrorMa,
			...numbers(reading, "energyImport_Wh", "energyExport_Wh"),
			...numbers(reading, "reactiveEnergyImport_varh", "reactiveEnergyExport_varh"),
		};
	}

	const TELEGRAMS = 8640;
	const moments: Moment[] = [];
	const counters = runSimulator({ telegrams: TELEGRAMS, onReading: (reading) => moments.push(momentOf(reading)) });
	const steps = moments.slice(1).map((moment, index) => [moments[index] as Moment, moment] as const);

	test("is 8,640 telegrams without a fault, ten seconds apart", () => {
		const { telegrams, ...faults } = counters;
		expect(telegrams).toBe(TELEGRAMS);
		expect(Object.values(faults).every((count) => count === 0)).toBe(true);
		expect(moments[0]?.timeMs).toBe(Date.UTC(2026, 5, 21));
		for (const [before, after] of steps) expect(after.timeMs - before.timeMs).toBe(10_000);
	});

	test("has registers that never go back, and that count both ways", () => {
		for (const [before, after] of steps) {
			expect(after.energyImport_Wh).toBeGreaterThanOrEqual(before.energyImport_Wh);
			expect(after.energyExport_Wh).toBeGreaterThanOrEqual(before.energyExport_Wh);
			expect(after.reactiveEnergyImport_varh).toBeGreaterThanOrEqual(before.reactiveEnergyImport_varh);
			expect(after.reactiveEnergyExport_varh).toBeGreaterThanOrEqual(before.reactiveEnergyExport_varh);
		}
		const [first, last] = [moments[0], moments.at(-1)];
		expect((last?.energyImport_Wh ?? 0) - (first?.energyImport_Wh ?? 0)).toBeGreaterThan(5000);
		expect((last?.energyExport_Wh ?? 0) - (first?.energyExport_Wh ?? 0)).toBeGreaterThan(30_000);
	});

	test("has registers that gain the integral of the powers", () => {
		let powerWh = 0;
		let reactiveVarh = 0;
		const first = moments[0] as Moment;
		for (const [index, moment] of moments.entries()) {
			if (index === 0) continue;
			powerWh += (moment.netW * 10) / 3600;
			reactiveVarh += (moment.netVar * 10) / 3600;
			const gainedWh =
				moment.energyImport_Wh - first.energyImport_Wh - (moment.energyExport_Wh - first.energyExport_Wh);
			const gainedVarh =
				moment.reactiveEnergyImport_varh -
				first.reactiveEnergyImport_varh -
				(moment.reactiveEnergyExport_varh - first.reactiveEnergyExport_varh);
			// Half a watt of rounding for ten seconds each, as a random walk, and two registers that show full Wh only.
			const roundingWh = 2 + ((0.5 * 10) / 3600) * 4 * Math.sqrt(index);
			expect(Math.abs(gainedWh - powerWh)).toBeLessThan(roundingWh);
			expect(Math.abs(gainedVarh - reactiveVarh)).toBeLessThan(roundingWh);
		}
	});

	test("has phases that add up to the total, and currents that follow from power and voltage", () => {
		for (const { netW, phasesW, netVar, phasesVar, currentErrorMa } of moments) {
			// Four roundings of half a watt; one of 50 mA, and what a watt, a var and 50 mV make of it.
			expect(Math.abs(netW - phasesW)).toBeLessThanOrEqual(2);
			expect(Math.abs(netVar - phasesVar)).toBeLessThanOrEqual(2);
			expect(currentErrorMa).toBeLessThan(60);
		}
	});

	test("exports at noon", () => {
		const noon = moments.filter(({ timeMs }) => timeMs % DAY_MS >= 10 * 3_600_000 && timeMs % DAY_MS < 11 * 3_600_000);
		expect(noon.length).toBe(360);
		expect(noon.filter(({ netW }) => netW < -1000).length).toBeGreaterThan(340);
	});
});

describe("a simulated meter", () => {
	test("exports nothing in a December night", () => {
		const exported: number[] = [];
		runSimulator({
			telegrams: 14 * 60,
			intervalMs: 60_000,
			startUtcMs: Date.UTC(2026, 11, 20, 16),
			onReading: (reading) => {
				exported.push(
					numbers(reading, "powerExport_W").powerExport_W,
					...PHASES.map(([, out]) => numbers(reading, out)[out]),
				);
			},
		});
		expect(exported.length).toBe(4 * 14 * 60);
		expect(Math.max(...exported)).toBe(0);
	});

	test("counts import and export apart, second by second", () => {
		// The hours after sunrise, when import and export take turns.
		const readings: Record<"energyImport_Wh" | "energyExport_Wh" | "powerImport_W" | "powerExport_W", number>[] = [];
		runSimulator({
			telegrams: 7200,
			intervalMs: 1000,
			startUtcMs: Date.UTC(2026, 5, 21, 4),
			onReading: (reading) =>
				readings.push(numbers(reading, "energyImport_Wh", "energyExport_Wh", "powerImport_W", "powerExport_W")),
		});
		const [first, ...rest] = readings;
		const importWs = rest.reduce((total, { powerImport_W }) => total + powerImport_W, 0);
		const exportWs = rest.reduce((total, { powerExport_W }) => total + powerExport_W, 0);
		const last = rest.at(-1);
		expect(Math.min(importWs, exportWs)).toBeGreaterThan(20 * 3600);
		expect(Math.abs((last?.energyImport_Wh ?? 0) - (first?.energyImport_Wh ?? 0) - importWs / 3600)).toBeLessThan(1.1);
		expect(Math.abs((last?.energyExport_Wh ?? 0) - (first?.energyExport_Wh ?? 0) - exportWs / 3600)).toBeLessThan(1.1);
	});

	test.each(PROFILE_IDS)("speaks %s so that the decoder finds the profile by itself", (profile) => {
		const found = new Set<string>();
		const { telegrams, ...faults } = runSimulator({
			profile,
			telegrams: 500,
			intervalMs: 300_000,
			startUtcMs: Date.UTC(2026, 5, 20),
			onReading: (reading) => found.add(reading.profile.id),
		});
		expect([...found]).toEqual([profile]);
		expect(telegrams).toBe(500);
		expect(Object.entries(faults).filter(([, count]) => count > 0)).toEqual([]);
	});

	test.each(PROFILE_IDS.filter((profile) => profile !== "dsmr2"))(
		"keeps its clock in step when the clocks change: %s",
		(profile) => {
			for (const startUtcMs of [Date.UTC(2026, 2, 28, 20), Date.UTC(2026, 9, 24, 20)]) {
				const times: number[] = [];
				runSimulator({
					profile,
					telegrams: 60,
					intervalMs: 600_000,
					startUtcMs,
					onReading: (reading) => times.push(reading.get(FIELD.time) ?? Number.NaN),
				});
				expect(times).toEqual(Array.from({ length: 60 }, (_, index) => startUtcMs + index * 600_000));
			}
		},
	);

	test("gives the same bytes for the same seed, at any speed, and others for another", () => {
		const faults = { bitFlips: 0.2, lostBytes: 0.2, noise: 0.2, pauses: 0.2 };
		const bytes = bytesOf({ telegrams: 50, seed: 7, faults });
		expect(bytesOf({ telegrams: 50, seed: 7, faults })).toBe(bytes);
		expect(bytesOf({ telegrams: 50, seed: 7, faults, speed: 60 })).toBe(bytes);
		expect(bytesOf({ telegrams: 50, seed: 8, faults })).not.toBe(bytes);
		expect(bytesOf({ telegrams: 50, seed: 7 })).not.toBe(bytes);
	});

	test("starts anew for every port that is opened", () => {
		const clock = new FakeClock();
		const open = createSimulator({ profile: "se", intervalMs: 1000, speed: 1, seed: 1, clock, timers: clock });
		const texts = ["", ""];
		for (const index of [0, 1]) {
			const port = open(
				handlerOf({
					onBytes: (bytes, offset, end) => {
						texts[index] += Buffer.from(bytes.subarray(offset, end)).toString("latin1");
					},
				}),
			);
			clock.advance(2500);
			port.close();
		}
		expect(texts[0]).toBe(texts[1]);
		expect(texts[0]?.match(/!/g)?.length).toBe(3);
	});

	test.each([
		{ intervalMs: 10_000, speed: 1, cadenceMs: 10_000, stepMs: 10_000 },
		{ intervalMs: 10_000, speed: 60, cadenceMs: 10_000 / 60, stepMs: 10_000 },
		{ intervalMs: 1000, speed: 0.5, cadenceMs: 2000, stepMs: 1000 },
		// 10 s at 3600 times would be 2.8 ms: every eighth telegram.
		{ intervalMs: 10_000, speed: 3600, cadenceMs: 80_000 / 3600, stepMs: 80_000 },
	])("pushes every $cadenceMs ms at $speed times $intervalMs ms", ({ intervalMs, speed, cadenceMs, stepMs }) => {
		const clock = new FakeClock();
		const starts: number[] = [];
		let text = "";
		const startUtcMs = Date.UTC(2026, 0, 1);
		const port = createSimulator({ profile: "se", intervalMs, speed, seed: 1, startUtcMs, clock, timers: clock })(
			handlerOf({
				onBytes: (bytes, offset, end) => {
					if (bytes[offset] === 0x2f) starts.push(clock.monotonicMs());
					text += Buffer.from(bytes.subarray(offset, end)).toString("latin1");
				},
			}),
		);
		clock.advance(5.9 * cadenceMs);
		port.close();
		expect(cadenceMs).toBeGreaterThanOrEqual(MIN_CADENCE_MS);
		expect(starts.map((ms) => Math.round(ms))).toEqual([0, 1, 2, 3, 4, 5].map((n) => Math.round(n * cadenceMs)));
		const seconds = Array.from(text.matchAll(/0-0:1\.0\.0\(260101(\d\d)(\d\d)(\d\d)W\)/g), ([, h, m, s]) => {
			return Number(h) * 3600 + Number(m) * 60 + Number(s);
		});
		expect(seconds).toEqual([0, 1, 2, 3, 4, 5].map((n) => 3600 + (n * stepMs) / 1000));
	});

	test("delivers a telegram in chunks with pauses between them, well before the next", () => {
		const chunks: { readonly length: number; readonly atMs: number; readonly first: boolean }[] = [];
		runSimulator({
			telegrams: 30,
			onChunk: (chunk, atMs) => chunks.push({ length: chunk.length, atMs, first: chunk[0] === 0x2f }),
		});
		expect(chunks.length).toBeGreaterThan(30 * 3);
		expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThan(256);
		for (const { atMs } of chunks) expect(atMs % 10_000).toBeLessThan(1000);
		expect(chunks.filter(({ atMs, first }) => !first && atMs % 10_000 > 5).length).toBeGreaterThan(60);
	});

	test("says that the meter is there, not from inside the call that opens it", () => {
		const clock = new FakeClock();
		const events: string[] = [];
		const open = createSimulator({ profile: "dsmr5", intervalMs: 1000, speed: 1, seed: 1, clock, timers: clock });
		const port = open(
			handlerOf({
				onLinkChanged: (connected, detail) => events.push(`${connected} ${detail}`),
				onBytes: () => events.push("bytes"),
			}),
		);
		expect(events).toEqual([]);
		clock.advance(0);
		expect(events.slice(0, 2)).toEqual(["true simulated meter, profile dsmr5", "bytes"]);
		expect(port.hasLineFormat).toBe(false);
		port.setLineFormat("9600-7e1");
		port.close();
	});

	test("is silent once it is closed, even from inside a callback", () => {
		const clock = new FakeClock();
		let chunks = 0;
		const open = createSimulator({ profile: "se", intervalMs: 1000, speed: 3600, seed: 1, clock, timers: clock });
		const port = open(
			handlerOf({
				onBytes: () => {
					chunks++;
					port.close();
				},
			}),
		);
		clock.advance(1000);
		expect([chunks, clock.timerCount]).toEqual([1, 0]);
		port.close();
		const unopened = open(handlerOf({ onBytes: () => chunks++ }));
		unopened.close();
		clock.advance(1000);
		expect([chunks, clock.timerCount]).toEqual([1, 0]);
	});

	test("goes on from where it was after the computer has slept", () => {
		const fake = new FakeClock();
		let sleptMs = 0;
		const clock = { monotonicMs: () => fake.monotonicMs() + sleptMs, utcMs: () => undefined };
		let telegrams = 0;
		const open = createSimulator({ profile: "se", intervalMs: 1000, speed: 1, seed: 1, clock, timers: fake });
		const port = open(
			handlerOf({
				onBytes: (bytes, offset, end) => {
					telegrams += bytes.subarray(offset, end).filter((byte) => byte === 0x21).length;
				},
			}),
		);
		fake.advance(4500);
		expect(telegrams).toBe(5);
		sleptMs = 3_600_000;
		fake.advance(10_000);
		expect(telegrams).toBeGreaterThanOrEqual(14);
		expect(telegrams).toBeLessThanOrEqual(16);
		port.close();
	});

	test("catches up after a short delay", () => {
		const fake = new FakeClock();
		let lateMs = 0;
		const clock = { monotonicMs: () => fake.monotonicMs() + lateMs, utcMs: () => undefined };
		let telegrams = 0;
		const open = createSimulator({ profile: "se", intervalMs: 1000, speed: 1, seed: 1, clock, timers: fake });
		const port = open(
			handlerOf({
				onBytes: (bytes, offset, end) => {
					telegrams += bytes.subarray(offset, end).filter((byte) => byte === 0x21).length;
				},
			}),
		);
		fake.advance(4500);
		lateMs = 3000;
		fake.advance(5000);
		expect(telegrams).toBe(13);
		port.close();
	});

	test.each([
		["the option", "2026-07-01T12:00:07.500Z", undefined, "260701130000W"],
		["the clock", undefined, Date.UTC(2026, 6, 1, 12, 0, 19), "260701130010W"],
		["2026 where nobody knows the time", undefined, undefined, "260101010000W"],
	])("starts at the time of %s, at a whole interval", (_what, start, utcMs, stamp) => {
		const clock = new FakeClock();
		clock.setUtcMs(utcMs);
		let text = "";
		const open = createSimulator({
			profile: "se",
			intervalMs: 10_000,
			speed: 1,
			seed: 1,
			...(start === undefined ? {} : { startUtcMs: Date.parse(start) }),
			clock,
			timers: clock,
		});
		const port = open(
			handlerOf({
				onBytes: (bytes, offset, end) => {
					text += Buffer.from(bytes.subarray(offset, end)).toString("latin1");
				},
			}),
		);
		clock.advance(2000);
		port.close();
		expect(/1\.0\.0\((\w+)\)/.exec(text)?.[1]).toBe(stamp);
	});

	test.each<[string, Partial<SimulatorOptions>, string]>([
		["a profile that is none", { profile: "toString" as "se" }, 'no profile is called "toString"'],
		["an interval under a second", { intervalMs: 999 }, "interval"],
		["an interval with parts of a second", { intervalMs: 1500 }, "interval"],
		["an interval over an hour", { intervalMs: 3_601_000 }, "interval"],
		["an interval that is no number", { intervalMs: Number.NaN }, "interval"],
		["no speed", { speed: 0 }, "speed"],
		["too much speed", { speed: 3601 }, "speed"],
		["a speed that is no number", { speed: Number.NaN }, "speed"],
		["a seed with a fraction", { seed: 1.5 }, "seed"],
		["a seed beyond 32 bits", { seed: 2 ** 31 }, "seed"],
		["a rate above 1", { faults: { noise: 1.1 } }, "noise"],
		["a negative rate", { faults: { bitFlips: -0.1 } }, "bitFlips"],
		["a rate that is no number", { faults: { pauses: Number.NaN } }, "pauses"],
		["a start in the last century", { startUtcMs: 0 }, "start"],
		["a start that is no number", { startUtcMs: Number.NaN }, "start"],
	])("refuses %s", (_what, wrong, message) => {
		const clock = new FakeClock();
		const right = { profile: "se", intervalMs: 10_000, speed: 1, seed: 1, clock, timers: clock } as const;
		expect(() => createSimulator({ ...right, ...wrong })).toThrow(RangeError);
		expect(() => createSimulator({ ...right, ...wrong })).toThrow(message);
		expect(clock.timerCount).toBe(0);
	});
});
