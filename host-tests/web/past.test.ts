import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DayCurve } from "../../web/day-curve.js";
import { CurveFeed, parsePowerHistory } from "../../web/past.js";

const MINUTE_MS = 60_000;
const SLOT_S = 300;

beforeEach(() => {
	vi.stubEnv("TZ", "Europe/Stockholm");
});
afterEach(() => {
	vi.unstubAllEnvs();
});

/** What the dongle says that has been running for `hours`, the same power throughout, or one for each slot. */
function historyOf(hours: number, powerW: (slot: number) => number = () => 500): string {
	const slots = (hours * 3600) / SLOT_S;
	return JSON.stringify({
		intervalS: SLOT_S,
		runs: [{ startedAgoS: hours * 3600, powerW: Array.from({ length: slots }, (_, slot) => powerW(slot)) }],
	});
}

/** A page that is opened at a local time; `answers` are the dongle's, undefined for none. */
function pageAt(time: Date, ...answers: (string | undefined)[]) {
	const curve = new DayCurve();
	const page = { nowMs: time.getTime(), curve, asked: 0 };
	const feed = new CurveFeed(
		curve,
		async () => {
			page.asked++;
			return answers.shift();
		},
		() => page.nowMs,
	);
	const settle = () => new Promise((resolve) => setImmediate(resolve));
	return { page, feed, settle };
}

describe("parsePowerHistory", () => {
	test("each value with its time, counted back from the answer", () => {
		const text =
			'{"intervalS":300,"runs":[{"startedAgoS":1000.5,"powerW":[100,-20]},{"startedAgoS":100,"powerW":[7]}]}';
		expect(parsePowerHistory(text, 2_000_000)).toEqual([
			{ startMs: 999_500, endMs: 1_299_500, powerW: 100 },
			{ startMs: 1_299_500, endMs: 1_599_500, powerW: -20 },
			{ startMs: 1_900_000, endMs: 2_200_000, powerW: 7 },
		]);
	});

	test.each([
		"",
		"[]",
		"{}",
		'{"intervalS":0,"runs":[]}',
		'{"intervalS":300,"runs":{}}',
		'{"intervalS":300,"runs":[{"powerW":[1]}]}',
		'{"intervalS":300,"runs":[{"startedAgoS":1,"powerW":[null]}]}',
		'{"intervalS":300,"runs":[{"startedAgoS":1,"powerW":7}]}',
	])("%j is none", (text) => {
		expect(parsePowerHistory(text, 0)).toBeUndefined();
	});
});

describe("CurveFeed", () => {
	test("opened in the evening: the curve is there since midnight, and goes on with the readings", async () => {
		const { page, feed, settle } = pageAt(new Date(2026, 5, 15, 21, 30), historyOf(25));
		feed.add(800);
		await settle();
		const { summary } = page.curve;
		expect(summary?.fromMs).toBe(new Date(2026, 5, 15).getTime());
		expect(summary?.meanW).toBeCloseTo(500, -1);
		const { timesS, importW } = page.curve.points(30);
		expect(importW).not.toContain(null);
		expect(timesS.at(-1)).toBeGreaterThan(page.nowMs / 1000 - 120);
		expect(page.asked).toBe(1);
	});

	test("just after midnight: nothing of yesterday", async () => {
		const { page, feed, settle } = pageAt(
			new Date(2026, 5, 15, 0, 7),
			historyOf(25, (slot) => slot),
		);
		await feed.fill();
		await settle();
		expect(page.curve.summary?.fromMs).toBeGreaterThanOrEqual(new Date(2026, 5, 15).getTime());
		expect(page.curve.summary?.lowW).toBeGreaterThanOrEqual(298);
	});

	test.each([
		["25 hours, when summer time ends", [2026, 9, 25], 25],
		["23 hours, when it begins", [2026, 2, 29], 23],
	] as const)("a day of %s, all of it", async (_name, [year, month, day], hours) => {
		const { page, feed } = pageAt(new Date(year, month, day, 23, 59), historyOf(25));
		await feed.fill();
		const { timesS } = page.curve.points(30);
		const lengthH = ((timesS.at(-1) ?? 0) - (timesS[0] ?? 0)) / 3600;
		expect(lengthH).toBeGreaterThan(hours - 0.1);
		expect(lengthH).toBeLessThanOrEqual(hours);
	});

	test("what the dongle does not have is a gap", async () => {
		const text =
			'{"intervalS":300,"runs":[{"startedAgoS":7200,"powerW":[100,100]},{"startedAgoS":600,"powerW":[100,100]}]}';
		const { page, feed } = pageAt(new Date(2026, 5, 15, 12, 0), text);
		await feed.fill();
		expect(page.curve.points(30).importW.filter((value) => value === null)).toHaveLength(1);
	});

	test("a page that slept gets what it missed, and keeps what it has", async () => {
		const { page, feed, settle } = pageAt(
			new Date(2026, 5, 15, 12, 0),
			historyOf(1),
			historyOf(4, () => -900),
		);
		feed.add(500);
		await settle();
		page.nowMs += 3 * 60 * MINUTE_MS;
		feed.add(-900);
		await settle();
		expect(page.asked).toBe(2);
		const means = page.curve.means(3600);
		expect(means.map(({ powerW }) => Math.round(powerW / 10) * 10)).toEqual([-900, -900, -900, -900, 500]);
		expect(page.curve.points(30).timesS).toEqual([...page.curve.points(30).timesS].sort((a, b) => a - b));
	});

	test("readings that come while it is asked are added behind; it is not asked twice", async () => {
		const { page, feed, settle } = pageAt(new Date(2026, 5, 15, 12, 0), historyOf(1));
		for (const powerW of [1000, 2000, 3000]) {
			feed.add(powerW);
			page.nowMs += 2000;
		}
		expect(page.curve.length).toBe(0);
		await settle();
		expect(page.curve.summary?.highW).toBe(3000);
		for (let minute = 0; minute < 60; minute++) {
			page.nowMs += MINUTE_MS;
			feed.add(400);
		}
		await settle();
		expect(page.asked).toBe(1);
	});

	test("no answer: asked again with the next readings, then they begin the curve themselves", async () => {
		const { page, feed, settle } = pageAt(new Date(2026, 5, 15, 12, 0), undefined, historyOf(2));
		feed.add(1);
		await settle();
		feed.add(2);
		await settle();
		expect(page.curve.summary?.fromMs).toBeLessThan(page.nowMs - 100 * MINUTE_MS);
		const mute = pageAt(new Date(2026, 5, 15, 12, 0));
		for (let i = 0; i < 7; i++) {
			mute.feed.add(100 + i);
			await mute.settle();
			mute.page.nowMs += 2000;
		}
		expect(mute.page.asked).toBe(5);
		expect(mute.page.curve.length).toBe(7);
	});
});
