import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { POWER_HISTORY_KEY, readPowerHistory, writePowerHistory } from "../../../src/services/network/power-history.js";
import {
	afterGoodHours,
	afterStart,
	allowedDbm,
	asksForMore,
	NO_HISTORY,
	neededDbm,
	POWER_STEPS_DBM,
	type PowerHistory,
	startDbm,
	stepAbove,
	stepAtMost,
	stepBelow,
} from "../../../src/services/network/power-policy.js";
import { RecordingStore } from "../../support/faulty-store.js";
import { NetworkBench } from "../../support/network-bench.js";

const HOUR_MS = 3_600_000;

function history(change: Partial<PowerHistory>): PowerHistory {
	return { ...NO_HISTORY, ...change };
}

describe("power policy", () => {
	test.each([
		{ dbm: 20, atMost: 20, below: 18, above: 20 },
		{ dbm: 15, atMost: 15, below: 14, above: 16.5 },
		{ dbm: 12, atMost: 11, below: 11, above: 13 },
		{ dbm: 8.5, atMost: 8.5, below: 7, above: 11 },
		{ dbm: 2, atMost: 2, below: 2, above: 5 },
		{ dbm: 0, atMost: 2, below: 2, above: 2 },
	])("steps are the driver's: $dbm dBm", ({ dbm, atMost, below, above }) => {
		expect([stepAtMost(dbm), stepBelow(dbm), stepAbove(dbm, 20)]).toEqual([atMost, below, above]);
	});

	test.each([
		{ dbm: 13, ceilingDbm: 14, expected: 14 },
		{ dbm: 14, ceilingDbm: 14.9, expected: 14 },
		{ dbm: 20, ceilingDbm: 11, expected: 11 },
	])("a step up from $dbm stays below $ceilingDbm", ({ dbm, ceilingDbm, expected }) => {
		expect(stepAbove(dbm, ceilingDbm)).toBe(expected);
	});

	test.each([
		{ rssiDbm: -30, expected: 8.5 },
		{ rssiDbm: -62, expected: 8.5 },
		{ rssiDbm: -63, expected: 11 },
		{ rssiDbm: -69, expected: 13 },
		{ rssiDbm: -74, expected: 15 },
		{ rssiDbm: -79, expected: 20 },
		{ rssiDbm: -95, expected: 20 },
	])("a link at $rssiDbm dBm needs $expected dBm", ({ rssiDbm, expected }) => {
		expect(neededDbm(rssiDbm)).toBe(expected);
	});

	test("a start begins low, and lower where less is allowed", () => {
		expect([startDbm(20), startDbm(8.5), startDbm(5)]).toEqual([8.5, 8.5, 5]);
	});

	test("failures that have another cause more often ask for more at every third", () => {
		expect([1, 2, 3, 4, 5, 6].map((inARow) => asksForMore(true, inARow))).toEqual([
			false,
			false,
			true,
			false,
			false,
			true,
		]);
		expect(asksForMore(false, 1)).toBe(true);
	});

	test.each([
		{ name: "none", before: {}, chipCount: 0, after: {} },
		{
			name: "one at 13 dBm",
			before: { inForceDbm: 13 },
			chipCount: 1,
			after: { inForceDbm: 13, ceilingDbm: 11, brownOuts: 1, chipCount: 1 },
		},
		{
			name: "one more: patience doubles",
			before: { inForceDbm: 8.5, ceilingDbm: 11, brownOuts: 1, chipCount: 1, goodHours: 100 },
			chipCount: 2,
			after: { inForceDbm: 8.5, ceilingDbm: 7, brownOuts: 2, chipCount: 2, goodHours: 0, patienceDays: 14 },
		},
		{
			name: "three before the program ran",
			before: { inForceDbm: 8.5 },
			chipCount: 3,
			after: { inForceDbm: 8.5, ceilingDbm: 2, brownOuts: 3, chipCount: 3 },
		},
		{
			name: "patience has an end",
			before: { inForceDbm: 2, ceilingDbm: 2, patienceDays: 56 },
			chipCount: 1,
			after: { inForceDbm: 2, ceilingDbm: 2, brownOuts: 1, chipCount: 1, patienceDays: 56 },
		},
		{
			name: "the count is the one that is known",
			before: { ceilingDbm: 11, inForceDbm: 8.5, brownOuts: 9, chipCount: 2, goodHours: 6 },
			chipCount: 2,
			after: { ceilingDbm: 11, inForceDbm: 8.5, brownOuts: 9, chipCount: 2, goodHours: 6 },
		},
		{
			name: "a power cut has cleared the count",
			before: { ceilingDbm: 11, brownOuts: 9, chipCount: 2, goodHours: 6 },
			chipCount: 0,
			after: { ceilingDbm: 11, brownOuts: 9, chipCount: 0, goodHours: 6 },
		},
		{
			name: "a power cut, then a brown-out",
			before: { inForceDbm: 13, brownOuts: 9, chipCount: 2 },
			chipCount: 1,
			after: { inForceDbm: 13, ceilingDbm: 11, brownOuts: 10, chipCount: 1 },
		},
		{
			name: "a chip that counts nonsense",
			before: { inForceDbm: 8.5 },
			chipCount: 4_000_000_000,
			after: { inForceDbm: 8.5, ceilingDbm: 2, brownOuts: 1_000_000_000, chipCount: 1_000_000_000 },
		},
	])("brown-outs at a start: $name", ({ before, chipCount, after }) => {
		expect(afterStart(history(before), chipCount)).toEqual(history(after));
	});

	test("a brown-out takes away days later what it was due to, in seven days a step", () => {
		let now = afterStart(history({ inForceDbm: 13 }), 1);
		const ceilings: number[] = [];
		for (let day = 1; day <= 50; day++) {
			for (let i = 0; i < 4; i++) now = afterGoodHours(now, 6);
			if (now.ceilingDbm !== (ceilings.at(-1) ?? 11)) ceilings.push(now.ceilingDbm);
			if (day === 6) expect(now.ceilingDbm).toBe(11);
			if (day === 7) expect(now.ceilingDbm).toBe(13);
		}
		expect(ceilings).toEqual([13, 14, 15, 16.5, 18, 20]);
		expect(now).toEqual(history({ inForceDbm: 13, brownOuts: 1, chipCount: 1 }));
	});

	test("whatever happens, the ceiling is a step, a brown-out lowers it below what was in force, hours never do", () => {
		const step = fc.constantFrom(...POWER_STEPS_DBM);
		const event = fc.oneof(fc.constant("brown-out"), fc.constant("hours"), fc.constant("power cut"));
		fc.assert(
			fc.property(
				step,
				step,
				fc.integer({ min: 2, max: 20 }),
				fc.array(event, { maxLength: 300 }),
				(ceilingDbm, inForceDbm, setting, events) => {
					let now = history({ ceilingDbm, inForceDbm: Math.min(ceilingDbm, inForceDbm) });
					let chipCount = 0;
					for (const each of events) {
						const before = now;
						if (each === "hours") {
							now = afterGoodHours(now, 6);
							expect(now.ceilingDbm).toBeGreaterThanOrEqual(before.ceilingDbm);
						} else {
							chipCount = each === "power cut" ? 0 : chipCount + 1;
							now = afterStart(now, chipCount);
							if (each === "brown-out") {
								expect(now.ceilingDbm).toBe(stepBelow(Math.min(before.ceilingDbm, before.inForceDbm)));
							} else expect(now.ceilingDbm).toBe(before.ceilingDbm);
							now = { ...now, inForceDbm: startDbm(allowedDbm(now, setting)) };
						}
						expect(POWER_STEPS_DBM).toContain(now.ceilingDbm);
						expect(now.patienceDays).toBeLessThanOrEqual(56);
						expect(allowedDbm(now, setting)).toBeLessThanOrEqual(Math.max(2, setting));
					}
				},
			),
		);
	});
});

describe("power history", () => {
	test("is read as it was written", () => {
		const store = new RecordingStore();
		expect(readPowerHistory(store)).toEqual(NO_HISTORY);
		const written = history({
			ceilingDbm: 16.5,
			inForceDbm: 8.5,
			brownOuts: 12,
			chipCount: 3,
			goodHours: 162,
			patienceDays: 28,
		});
		writePowerHistory(store, written);
		expect(store.values.get(POWER_HISTORY_KEY)).toBe("1 16.5 8.5 12 3 162 28");
		expect(readPowerHistory(store)).toEqual(written);
	});

	test.each([
		"",
		"x",
		"2 20 20 0 0 0 7",
		"1 20 20 0 0 0",
		"1 20 20 0 0 0 7 0",
		"1 12 20 0 0 0 7",
		"1 20 21 0 0 0 7",
		"1 20 20 -1 0 0 7",
		"1 20 20 0.5 0 0 7",
		"1 20 20 0 NaN 0 7",
		"1 20 20 0 0 1e300 7",
		"1 20 20 0 0 0 0",
		`1 20 20 0 0 0 7${" ".repeat(100)}`,
	])("that is damaged is none: %j", (text) => {
		const store = new RecordingStore();
		store.values.set(POWER_HISTORY_KEY, text);
		expect(readPowerHistory(store)).toEqual(NO_HISTORY);
	});
});

describe("transmit power of a network", () => {
	function run(rssiDbm: number, forMs: number, powerCeilingDbm = 15): NetworkBench {
		const bench = new NetworkBench({ settings: { powerCeilingDbm } });
		bench.air.add({ rssiDbm });
		bench.connect();
		bench.clock.advance(forMs);
		return bench;
	}

	test.each([
		{ rssiDbm: -50, ceiling: 15, expected: 8.5 },
		{ rssiDbm: -70, ceiling: 15, expected: 13 },
		{ rssiDbm: -90, ceiling: 15, expected: 15 },
		{ rssiDbm: -90, ceiling: 20, expected: 20 },
		{ rssiDbm: -90, ceiling: 12, expected: 11 },
		{ rssiDbm: -50, ceiling: 3, expected: 2 },
	])("a link at $rssiDbm dBm, with a ceiling of $ceiling, has $expected dBm", ({ rssiDbm, ceiling, expected }) => {
		const bench = run(rssiDbm, 120_000, ceiling);
		expect([bench.wifi.transmitPowerDbm, bench.network.power.powerDbm]).toEqual([expected, expected]);
	});

	test("goes up one step at a time", () => {
		const bench = new NetworkBench({ settings: { powerCeilingDbm: 20 } });
		bench.air.add({ rssiDbm: -90 });
		const seen: number[] = [];
		bench.until(() => {
			const { powerDbm } = bench.network.power;
			if (powerDbm !== seen.at(-1)) seen.push(powerDbm);
			return powerDbm === 20;
		}, 120_000);
		expect(seen).toEqual([8.5, 11, 13, 14, 15, 16.5, 18, 20]);
	});

	test("an access point that does not hear it is reached with more", () => {
		const bench = new NetworkBench();
		bench.air.add({ neededPowerDbm: 14 });
		bench.connect(120_000);
		expect(bench.wifi.transmitPowerDbm).toBe(14);
		expect(bench.network.record.counters.ended["no-answer"]).toBe(3);
	});

	test("an access point that is off does not bring it to its ceiling at once", () => {
		const bench = new NetworkBench();
		bench.clock.advance(15_000);
		expect(bench.wifi.joins.length).toBeGreaterThan(2);
		expect(bench.network.power.powerDbm).toBeLessThanOrEqual(13);
	});

	test("goes down again, a step a day, once the link needs less", () => {
		const bench = run(-90, 120_000);
		bench.air.accessPoints[0]?.set({ rssiDbm: -50 });
		bench.clock.advance(23 * HOUR_MS);
		expect(bench.wifi.transmitPowerDbm).toBe(15);
		bench.clock.advance(2 * HOUR_MS);
		expect(bench.wifi.transmitPowerDbm).toBe(14);
		bench.clock.advance(10 * 24 * HOUR_MS);
		expect(bench.wifi.transmitPowerDbm).toBe(8.5);
	});

	test("a brown-out lowers the ceiling below what was in force, over restarts and a power cut", () => {
		const { store } = run(-90, 120_000);
		const after = new NetworkBench({ store, brownOutCount: 1 });
		expect([after.network.power.ceilingDbm, after.network.power.brownOuts]).toEqual([14, 1]);
		const restart = new NetworkBench({ store, brownOutCount: 1 });
		expect([restart.network.power.ceilingDbm, restart.network.power.brownOuts]).toEqual([14, 1]);
		const powerCut = new NetworkBench({ store, brownOutCount: 0 });
		expect([powerCut.network.power.ceilingDbm, powerCut.network.power.brownOuts]).toEqual([14, 1]);
		powerCut.air.add({ rssiDbm: -90 });
		powerCut.connect();
		powerCut.clock.advance(120_000);
		expect(powerCut.wifi.transmitPowerDbm).toBe(14);
	});

	test("a supply that fails at the start of the radio leads down to the lowest step, which is stored before the radio starts", () => {
		const store = new RecordingStore();
		const started: number[] = [];
		for (let brownOutCount = 0; brownOutCount < 6; brownOutCount++) {
			const { network } = new NetworkBench({ store, brownOutCount });
			started.push(network.power.powerDbm);
			expect(readPowerHistory(store).inForceDbm).toBe(network.power.powerDbm);
		}
		expect(started).toEqual([8.5, 7, 5, 2, 2, 2]);
	});

	test("good days raise the ceiling again, and flash is written seldom", () => {
		const store = new RecordingStore();
		store.values.set(POWER_HISTORY_KEY, "1 11 8.5 3 0 0 7");
		const bench = new NetworkBench({ store });
		bench.air.add({ rssiDbm: -90 });
		bench.connect();
		let writes = 0;
		let last = "";
		for (let hour = 0; hour < 8 * 24; hour++) {
			bench.clock.advance(HOUR_MS);
			const now = store.values.get(POWER_HISTORY_KEY) ?? "";
			if (now !== last) writes++;
			last = now;
		}
		expect([bench.network.power.ceilingDbm, bench.wifi.transmitPowerDbm]).toEqual([13, 13]);
		expect(writes).toBeLessThanOrEqual(8 * 4 + 2);
	});

	test("a store that refuses is reported, and the radio works all the same", () => {
		const store = new RecordingStore();
		store.failure = new Error("flash is full");
		const bench = new NetworkBench({ store });
		bench.air.add({ rssiDbm: -90 });
		bench.connect();
		bench.clock.advance(120_000);
		expect([bench.network.state, bench.wifi.transmitPowerDbm]).toEqual(["connected", 15]);
		expect(bench.faults[0]).toBe("Wi-Fi power history: Error: flash is full");
	});
});
