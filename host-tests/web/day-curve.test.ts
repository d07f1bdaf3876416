import { describe, expect, test } from "vitest";
import { DayCurve } from "../../web/day-curve.js";

const NO_GAP_S = 30;

/** Local noon: the day is the reader's. */
function noon(): number {
	return new Date(2026, 5, 15, 12, 0, 0).getTime();
}

describe("DayCurve", () => {
	test("a whole day of readings each second stays within its bound, and keeps its extremes' place", () => {
		const curve = new DayCurve();
		const startMs = new Date(2026, 5, 15, 0, 0, 0).getTime();
		let largest = 0;
		for (let second = 0; second < 86_400; second++) {
			curve.add(startMs + second * 1000, second < 43_200 ? 1000 : -500);
			largest = Math.max(largest, curve.length);
		}
		expect(largest).toBeLessThanOrEqual(1441);
		expect(curve.length).toBeGreaterThan(700);
		const { timesS, importW, exportW } = curve.points(NO_GAP_S);
		expect(importW.filter((value) => value === 1000).length).toBeGreaterThan(600);
		expect(exportW.filter((value) => value === -500).length).toBeGreaterThan(600);
		expect(timesS).toEqual([...timesS].sort((a, b) => a - b));
		expect(curve.summary).toMatchObject({ fromMs: startMs, lowW: -500, highW: 1000 });
		expect(curve.summary?.meanW).toBeCloseTo(250, -1);
	});

	test("the mean is what it was, however wide the buckets have become", () => {
		const curve = new DayCurve();
		for (let second = 0; second < 20_000; second++) curve.add(noon() + second * 1000, second % 100);
		expect(curve.summary?.meanW).toBeCloseTo(49.5, 0);
	});

	test("readings within a bucket are averaged", () => {
		const curve = new DayCurve();
		curve.add(noon(), 100);
		curve.add(noon() + 900, 300);
		expect(curve.points(NO_GAP_S)).toEqual({ timesS: [noon() / 1000 + 1], importW: [200], exportW: [null] });
	});

	test("silence is a gap and not a line", () => {
		const curve = new DayCurve();
		curve.add(noon(), 100);
		curve.add(noon() + 10_000, 100);
		expect(curve.points(NO_GAP_S).importW).toEqual([100, 100]);
		curve.add(noon() + 120_000, 100);
		expect(curve.points(NO_GAP_S).importW).toEqual([100, 100, null, 100]);
	});

	test("where the direction changes both sides touch zero, elsewhere the other side is left off", () => {
		const curve = new DayCurve();
		for (const [index, powerW] of [300, 200, -100, -200, 0, 50].entries()) curve.add(noon() + index * 2000, powerW);
		const { importW, exportW } = curve.points(NO_GAP_S);
		expect(importW).toEqual([300, 200, 0, null, 0, 50]);
		expect(exportW).toEqual([null, 0, -100, -200, 0, null]);
	});

	test("midnight begins another day", () => {
		const curve = new DayCurve();
		const midnightMs = new Date(2026, 5, 16, 0, 0, 0).getTime();
		curve.add(midnightMs - 1000, 5000);
		curve.add(midnightMs, 100);
		expect(curve.length).toBe(1);
		expect(curve.summary).toEqual({ fromMs: midnightMs, lowW: 100, highW: 100, meanW: 100 });
	});

	test("a clock that is set back goes on with what there is", () => {
		const curve = new DayCurve();
		curve.add(noon(), 100);
		curve.add(noon() - 60_000, 300);
		expect(curve.points(NO_GAP_S).importW).toEqual([200]);
	});

	test("means of quarters of an hour, the latest first", () => {
		const curve = new DayCurve();
		for (let minute = 0; minute < 45; minute++) {
			if (minute >= 15 && minute < 30) continue;
			curve.add(noon() + minute * 60_000, minute < 15 ? 100 : 400);
		}
		expect(curve.means(900)).toMatchObject([
			{ startMs: noon() + 1_800_000, powerW: 400 },
			{ startMs: noon(), powerW: 100 },
		]);
	});

	test("is empty at first", () => {
		const curve = new DayCurve();
		expect(curve.summary).toBeUndefined();
		expect(curve.points(NO_GAP_S)).toEqual({ timesS: [], importW: [], exportW: [] });
		expect(curve.means(900)).toEqual([]);
	});
});
