import { describe, expect, test } from "vitest";
import { DayHistory } from "../../src/insight/day-history.js";
import { FakeClock } from "../support/fake-clock.js";
import { MeterBench } from "../support/meter-bench.js";
import { telegramOf } from "../support/telegram.js";

const SLOT_MS = 300_000;
const DAY_SLOTS = 288;

/** A meter and what is remembered of it. */
function remember() {
	const parts: { history?: DayHistory } = {};
	const bench = new MeterBench({
		profile: "se",
		listeners: [{ onReading: (reading) => parts.history?.onReading(reading) }],
	});
	const history = new DayHistory(bench.clock);
	parts.history = history;
	const read = (importW: number, exportW = 0): void => {
		const kilowatts = (watts: number): string => (watts / 1000).toFixed(3).padStart(8, "0");
		bench.port.receive(telegramOf([`1-0:1.7.0(${kilowatts(importW)}*kW)`, `1-0:2.7.0(${kilowatts(exportW)}*kW)`]));
	};
	return { bench, history, read, clock: bench.clock };
}

describe("DayHistory", () => {
	test("a slot is the mean of its readings, import less export, and the current one so far", () => {
		const { history, read, clock } = remember();
		for (const watts of [100, 200, 600]) read(watts);
		expect(history.meanW(0)).toBe(300);
		read(0, 1500);
		expect(history.meanW(0)).toBe(-150);
		clock.advance(SLOT_MS);
		read(7);
		expect([history.meanW(0), history.meanW(1)]).toEqual([-150, 7]);
		expect([history.firstSlot, history.currentSlot]).toEqual([0, 1]);
	});

	test("slots without readings are absent, never 0; so are those that are not there", () => {
		const { history, read, clock } = remember();
		read(100);
		clock.advance(3 * SLOT_MS);
		read(0);
		expect([0, 1, 2, 3, 4, -1].map((slot) => history.meanW(slot))).toEqual([
			100,
			undefined,
			undefined,
			0,
			undefined,
			undefined,
		]);
	});

	test("a telegram without power says nothing of it", () => {
		const { history, bench } = remember();
		bench.port.receive(telegramOf(["1-0:2.7.0(0001.000*kW)"]));
		expect(history.meanW(0)).toBeUndefined();
	});

	test("remembers 25 hours, and in them the whole of the longest day", () => {
		const { history, read, clock } = remember();
		for (let slot = 0; slot < 700; slot++) {
			read(slot);
			clock.advance(SLOT_MS);
		}
		expect(history.currentSlot).toBe(700);
		expect(history.firstSlot).toBe(401);
		for (let slot = 401; slot < 700; slot++) expect(history.meanW(slot)).toBe(slot);
		expect([history.meanW(400), history.meanW(700)]).toEqual([undefined, undefined]);
		// 25 h of 12 slots, of which the current one is one.
		expect(history.currentSlot - history.firstSlot + 1).toBe(25 * 12);
	});

	test.each([1, 299, 300, 301, 100_000])("after a silence of %i slots nothing old passes for new", (slots) => {
		const { history, read, clock } = remember();
		for (let slot = 0; slot < DAY_SLOTS; slot++) {
			read(1000);
			clock.advance(SLOT_MS);
		}
		clock.advance((slots - 1) * SLOT_MS);
		read(5);
		const known: number[] = [];
		for (let slot = history.firstSlot; slot <= history.currentSlot; slot++) {
			const powerW = history.meanW(slot);
			if (powerW !== undefined) known.push(powerW);
		}
		expect(known.filter((watts) => watts === 1000)).toHaveLength(Math.max(0, Math.min(DAY_SLOTS, 300 - slots)));
		expect(known.at(-1)).toBe(5);
	});

	test("tells how long ago a slot began, whatever the time of day is said to be", () => {
		const clock = new FakeClock();
		clock.advance(123_456);
		const history = new DayHistory(clock);
		clock.advance(2 * SLOT_MS + 1000);
		expect([history.startedAgoMs(0), history.startedAgoMs(history.currentSlot)]).toEqual([2 * SLOT_MS + 1000, 1000]);
	});
});
