import { beforeEach, describe, expect, test } from "vitest";
import { MeterState } from "../../web/meter-state.js";
import { type PageStatus, parseStatus } from "../../web/status.js";
import { readingText, statusText } from "./support/reading-text.js";

function status(reading?: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}): PageStatus {
	const parsed = parseStatus(statusText({ ...(reading === undefined ? {} : { reading }), ...more }));
	if (parsed === undefined) throw new Error("no status");
	return parsed;
}

const ONE = readingText({ powerImportW: 1 });
const TWO = readingText({ powerImportW: 2 });
const STALE = readingText({ powerImportW: 2, stale: true });

let state: MeterState;
beforeEach(() => {
	state = new MeterState(0);
});

describe("how old a reading is", () => {
	test("one that was pushed is as old as its arrival", () => {
		state.onReading(ONE, 1, false, 1000);
		expect(state.onReading(TWO, 2, true, 5000)?.powerW).toBe(2);
		expect(state.ageS(8000)).toBe(3);
	});

	test("the first one is as old as the status said", () => {
		state.onStatus(status({ sequence: 4, ageS: 7 }), 1000);
		state.onReading(ONE, 4, false, 1200);
		expect(state.ageS(2000)).toBe(8);
	});

	test("the first one without a number, too: it was asked for after the status", () => {
		state.onStatus(status({ sequence: 4, ageS: 7 }), 1000);
		state.onReading(ONE, undefined, false, 1200);
		expect(state.ageS(2000)).toBe(8);
		state.onReading(TWO, undefined, false, 3000);
		expect(state.ageS(3000)).toBe(0);
	});

	test("the first one of a stream that was opened late is not new", () => {
		state.onReading(ONE, 4, false, 1000);
		expect(state.ageS(1000)).toBe(0);
		state.onStatus(status({ sequence: 4, ageS: 20 }), 11_000);
		expect(state.ageS(11_000)).toBe(20);
	});

	test("a status about a later telegram makes an old reading no younger", () => {
		state.onReading(ONE, 4, true, 1000);
		state.onStatus(status({ sequence: 9, ageS: 0.2 }), 60_000);
		expect(state.ageS(60_000)).toBe(59);
		expect(state.isSilent(60_000)).toBe(true);
	});

	test("the same reading again is no new one", () => {
		state.onReading(ONE, 1, true, 1000);
		expect(state.onReading(ONE, 1, false, 9000)).toBeUndefined();
		expect(state.ageS(9000)).toBe(8);
	});

	test("becoming stale is no new telegram", () => {
		state.onReading(TWO, 1, true, 1000);
		expect(state.onReading(STALE, 1, true, 31_000)).toBeUndefined();
		expect(state.ageS(31_000)).toBe(30);
		expect(state.reading?.stale).toBe(true);
	});

	test("one that is stale from the start is as old as the status says, before and after", () => {
		state.onReading(STALE, 4, false, 500);
		expect(state.ageS(500)).toBeUndefined();
		state.onStatus(status({ sequence: 4, ageS: 600, stale: true }), 1000);
		expect(state.ageS(1000)).toBe(600);
		const other = new MeterState(0);
		other.onStatus(status({ sequence: 4, ageS: 600, stale: true }), 1000);
		other.onReading(STALE, 4, false, 1100);
		expect(other.ageS(2000)).toBe(601);
	});

	test("nonsense changes nothing", () => {
		state.onReading(ONE, 1, true, 1000);
		expect(state.onReading("<html>", 2, true, 2000)).toBeUndefined();
		expect(state.reading?.powerW).toBe(1);
		expect(state.ageS(2000)).toBe(1);
	});
});

describe("silence", () => {
	test.each([
		["the dongle says so", STALE, 2, 0, true],
		["three intervals and the way", ONE, 2, 8100, true],
		["less than that", ONE, 2, 7900, false],
		["an interval that is not known is taken for ten seconds", ONE, undefined, 31_000, false],
		["and silence for three of those", ONE, undefined, 32_100, true],
	])("%s", (_name, text, pushIntervalS, laterMs, expected) => {
		state.onStatus(status({ sequence: 1, ageS: 0, pushIntervalS }), 0);
		state.onReading(text, 1, true, 0);
		expect(state.isSilent(laterMs)).toBe(expected);
		expect(state.isStale(laterMs)).toBe(expected);
	});

	test("without contact, or without the password, values are of the past", () => {
		state.onReading(ONE, 1, true, 1000);
		for (const link of ["lost", "locked"] as const) {
			state.onLink(link, 1500);
			expect(state.isStale(1600)).toBe(true);
			expect(state.isSilent(1600)).toBe(false);
		}
		expect(state.linkS(4500)).toBe(3);
		state.onLink("streaming", 5000);
		expect(state.isStale(1600)).toBe(false);
	});
});

describe("why there is no reading", () => {
	test.each([
		["nothing was heard", {}, "no-telegram"],
		["noise", { p1Port: { connected: true, noiseBytes: 3 } }, "no-valid-telegram"],
		["a telegram that was damaged", { telegrams: { good: 0, bad: 1 } }, "no-valid-telegram"],
		["a source that is gone", { p1Port: { connected: false, detail: "gone", noiseBytes: 9 } }, "p1-port-disconnected"],
		["a source that was not heard of yet", { p1Port: { connected: false, noiseBytes: 0 } }, "no-telegram"],
	])("%s", (_name, more, waiting) => {
		state.onStatus(status(undefined, more), 0);
		expect(state.waiting).toBe(waiting);
	});

	test("is not known without a status, and no question when there is a reading or will be one", () => {
		expect(state.waiting).toBeUndefined();
		state.onStatus(status({ sequence: 1, ageS: 1 }), 0);
		expect(state.waiting).toBeUndefined();
		state.onStatus(status(), 1);
		state.onReading(ONE, 1, true, 1);
		expect(state.waiting).toBeUndefined();
	});
});
