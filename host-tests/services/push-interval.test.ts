import { describe, expect, test } from "vitest";
import { PushInterval } from "../../src/services/push-interval.js";

/** The median after telegrams that came these many milliseconds after each other. */
function learn(...gapsMs: number[]): number | undefined {
	const interval = new PushInterval();
	let nowMs = 5000;
	interval.record(nowMs);
	for (const gapMs of gapsMs) {
		nowMs += gapMs;
		interval.record(nowMs);
	}
	return interval.medianMs;
}

const times = (count: number, gapMs: number): number[] => new Array<number>(count).fill(gapMs);

describe("PushInterval", () => {
	test("knows nothing before the first telegram", () => {
		expect(new PushInterval().medianMs).toBeUndefined();
	});

	test.each<[string, readonly number[], number | undefined]>([
		["one telegram is no interval", [], undefined],
		["two gaps are not enough", times(2, 1000), undefined],
		["three gaps are", times(3, 1000), 1000],
		["every tenth second", times(9, 10_000), 10_000],
		["jitter: the middle one", [9990, 10_004, 10_010], 10_004],
		["of an even number the longer of the two in the middle", [1000, 1001, 1002, 1003], 1002],
		["one lost among the first three", [1000, 2000, 1000], 1000],
		["four of nine lost", [1000, 2000, 1000, 2000, 1000, 3000, 1000, 2000, 1000], 1000],
		["a night without the cable", [...times(8, 1000), 28_800_000], 1000],
		["a slower meter is believed once it fills half the memory", [...times(9, 1000), ...times(5, 10_000)], 10_000],
		["and not before", [...times(9, 1000), ...times(4, 10_000)], 1000],
		["a faster meter likewise", [...times(9, 10_000), ...times(5, 1000)], 1000],
		["the memory holds nine gaps only", [...times(100, 1000), ...times(9, 5000)], 5000],
	])("%s", (_name, gapsMs, medianMs) => {
		expect(learn(...gapsMs)).toBe(medianMs);
	});

	test("telegrams that were held back and came at once are no interval", () => {
		// What a bridge sends after a hiccup of two minutes.
		expect(learn(...times(9, 10_000), 120_000, ...times(12, 0), ...times(3, 2))).toBe(10_000);
		expect(learn(...times(12, 3))).toBeUndefined();
	});

	test("a simulated meter of twenty telegrams a second is learned", () => {
		expect(learn(...times(3, 50))).toBe(50);
	});

	test("asking changes nothing", () => {
		const interval = new PushInterval();
		for (const nowMs of [0, 3000, 4000, 6000]) interval.record(nowMs);
		expect([interval.medianMs, interval.medianMs]).toEqual([2000, 2000]);
		interval.record(7000);
		interval.record(8000);
		expect(interval.medianMs).toBe(1000);
	});
});
