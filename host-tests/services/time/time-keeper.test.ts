import { describe, expect, test } from "vitest";
import type { ProfileId } from "../../../src/core/profile.js";
import { type MeterClockModel, TimeBench, type TimeBenchOptions } from "../../support/time-bench.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const WINTER = Date.UTC(2027, 0, 15, 12);
const SUMMER = Date.UTC(2027, 6, 15, 12);

/** Meters of the countries whose clocks matter, and rows by which their profile is found. */
const SE: MeterClockModel = { fixedMinutes: 60 };
const NL: MeterClockModel = { zone: "Europe/Amsterdam" };
const NL_ROWS = ["1-3:0.2.8(50)"];
const BE_ROWS = ["0-0:96.1.4(50217)"];
const LT_ROWS = ["1-0:0.2.0((ER11))", "1-0:16.24.0(-00.010*kW)"];

function bench(options: Partial<TimeBenchOptions> = {}): TimeBench {
	return new TimeBench({ startUtcMs: SUMMER, meter: { ...SE }, profile: "se", ...options });
}

/** Whole seconds, so that half a second of a stamp's doubt does not matter. */
function errorS(time: TimeBench): number | undefined {
	return time.errorMs === undefined ? undefined : Math.trunc(time.errorMs / SECOND);
}

describe("the time at the start", () => {
	test("is unknown until the meter's stamps have fitted together for 20 s", () => {
		const time = bench();
		time.telegrams(20 * SECOND);
		expect(time.errorMs).toBeUndefined();
		time.telegrams(10 * SECOND);
		expect(time.errorMs).toBeCloseTo(500, -1);
		expect(time.keeper).toMatchObject({ source: "meter", meterClock: "unchecked", steps: 0 });
	});

	test("waits a minute for a time server that may contradict the meter, then takes the meter's", () => {
		const time = bench({ hasServer: true });
		time.serverAheadMs = undefined;
		time.telegrams(50 * SECOND);
		expect(time.errorMs).toBeUndefined();
		expect(time.keeper.meterClock).toBe("waiting");
		time.telegrams(20 * SECOND);
		expect(errorS(time)).toBe(0);
		expect(time.keeper).toMatchObject({ source: "meter", meterClock: "unchecked" });
	});

	test("is the meter's as soon as a time server confirms it", () => {
		const time = bench({ hasServer: true });
		time.isOnline = false;
		time.telegrams(40 * SECOND);
		time.isOnline = true;
		time.telegrams(10 * SECOND);
		expect(time.keeper).toMatchObject({ source: "meter", meterClock: "good" });
		expect(time.errorMs).toBeCloseTo(500, -1);
	});

	test("is the time server's where the meter has none, once two answers agree", () => {
		const time = bench({ hasServer: true });
		time.advance(2 * SECOND);
		expect(time.errorMs).toBeUndefined();
		time.advance(10 * SECOND);
		expect(errorS(time)).toBe(0);
		expect(time.keeper).toMatchObject({ source: "server", meterClock: "absent" });
	});

	test("is nobody's while two time servers contradict each other", () => {
		const time = bench({ hasServer: true });
		let asked = 0;
		time.serverAnswers = () => ++asked * 7 * MINUTE;
		time.advance(DAY);
		expect(time.errorMs).toBeUndefined();
		expect(time.questions).toBeLessThan(30);
	});

	test("comes later where no time server is to be asked and the meter is silent", () => {
		const time = bench();
		time.advance(DAY);
		expect(time.errorMs).toBeUndefined();
		expect(time.keeper).toMatchObject({ source: "none", meterClock: "absent", check: undefined });
	});
});

describe("a meter's clock that is an hour wrong", () => {
	const wrong: [string, MeterClockModel, ProfileId, number][] = [
		["ahead", { fixedMinutes: 60, aheadMs: HOUR }, "se", 3600],
		["behind", { fixedMinutes: 60, aheadMs: -HOUR + 2 * SECOND }, "se", -3598],
		["Swedish, but on summer time", { zone: "Europe/Stockholm", flag: "W" }, "se", 3600],
		["Dutch, but on normal time with the flag of summer", { fixedMinutes: 60, flag: "S" }, "dsmr5", -3600],
	];

	test.each(wrong)("%s: the time server's time stands, and the status says so", (_name, meter, profile, aheadS) => {
		const time = bench({ meter: { ...meter }, profile, hasServer: true });
		for (let i = 0; i < 24 * 60; i++) {
			time.telegrams(MINUTE);
			if (time.errorMs !== undefined) expect(Math.abs(time.errorMs)).toBeLessThan(3 * SECOND);
		}
		expect(time.errorMs).toBeDefined();
		expect(time.keeper).toMatchObject({ source: "server", meterClock: "wrong", steps: 0 });
		expect(time.keeper.meterAheadS).toBeGreaterThan(aheadS - 3);
		expect(time.keeper.meterAheadS).toBeLessThan(aheadS + 3);
	});

	test("is left as soon as a time server can be asked, by one step", () => {
		const time = bench({ meter: { ...SE, aheadMs: HOUR }, hasServer: true });
		time.isOnline = false;
		time.telegrams(HOUR);
		expect(errorS(time)).toBe(3600);
		time.isOnline = true;
		time.telegrams(MINUTE);
		expect(errorS(time)).toBe(0);
		time.telegrams(DAY, MINUTE);
		expect(time.keeper).toMatchObject({ source: "server", meterClock: "wrong", steps: 1 });
	});

	test.each([
		["a Swedish stamp that says summer", { ...SE, flag: "S" }, "se", SUMMER],
		["a Dutch stamp that says winter in July", { fixedMinutes: 120, flag: "W" }, "dsmr5", SUMMER],
		["a Dutch stamp that says summer in January", { fixedMinutes: 60, flag: "S" }, "dsmr5", WINTER],
		["a stamp without a flag", { ...SE, flag: "" }, "p1", SUMMER],
	] as [string, MeterClockModel, ProfileId, number][])(
		"%s is not believed without a time server",
		(_name, meter, profile, startUtcMs) => {
			const time = bench({ startUtcMs, meter, profile });
			time.telegrams(HOUR);
			expect(time.errorMs).toBeUndefined();
			expect(time.keeper).toMatchObject({ source: "none", meterClock: "doubtful" });
		},
	);

	test("a doubtful stamp that a time server confirms is followed like any other", () => {
		const time = bench({ meter: { ...SE, flag: "S" }, hasServer: true });
		time.telegrams(5 * MINUTE);
		expect(time.keeper).toMatchObject({ source: "meter", meterClock: "good" });
		expect(errorS(time)).toBe(0);
	});

	test.each([1, -1, 2, -5, 14])("a jump by %i h on the way is never followed without a time server", (hours) => {
		const time = bench();
		time.telegrams(HOUR);
		time.meter.aheadMs = hours * HOUR;
		time.telegrams(2 * DAY, MINUTE);
		expect(Math.abs(time.errorMs ?? Number.NaN)).toBeLessThan(3 * SECOND);
		expect(time.keeper).toMatchObject({ meterClock: "jumped", meterAheadS: hours * 3600, steps: 0 });
		time.meter.aheadMs = 0;
		time.telegrams(MINUTE);
		expect(time.keeper).toMatchObject({ source: "meter", meterClock: "unchecked", steps: 0 });
	});

	test("a jump is known for what it is for a week after a time server's word", () => {
		const time = bench({ hasServer: true });
		time.telegrams(HOUR);
		time.serverAheadMs = undefined;
		time.telegrams(6 * DAY, MINUTE);
		time.meter.aheadMs = 7 * MINUTE;
		time.telegrams(HOUR);
		expect(time.keeper).toMatchObject({ source: "server", meterClock: "wrong", steps: 0 });
		expect(Math.abs(time.errorMs ?? Number.NaN)).toBeLessThan(3 * SECOND);
	});

	test("its minutes still hold our own clock to the time", () => {
		const time = bench({ driftPpm: 50 });
		time.telegrams(HOUR);
		time.meter.aheadMs = HOUR;
		time.telegrams(30 * DAY, 10 * MINUTE);
		expect(time.keeper.meterClock).toBe("jumped");
		expect(Math.abs(time.errorMs ?? Number.NaN)).toBeLessThan(4 * SECOND);
	});

	test("the kind of port that is found anew does not move the clock", () => {
		// Until its version row came, the port looked Swedish: the same stamp was another instant.
		const time = new TimeBench({ startUtcMs: SUMMER, meter: { ...NL }, rows: NL_ROWS });
		time.telegrams(HOUR);
		expect(errorS(time)).toBe(0);
		const other = new TimeBench({ startUtcMs: SUMMER, meter: { ...NL } });
		other.telegrams(HOUR);
		expect(other.keeper.meterClock).toBe("doubtful");
	});
});

describe("a meter's clock that is otherwise wrong", () => {
	test.each([
		["before the firmware was made", Date.UTC(2025, 11, 31, 23)],
		["in 2000, as after a battery's end", Date.UTC(2000, 0, 1)],
		["decades ahead", Date.UTC(2080, 0, 1)],
	])("%s: is implausible, and the time server's time stands", (_name, shownMs) => {
		const time = bench({ meter: { ...SE, aheadMs: shownMs - SUMMER }, hasServer: true });
		time.telegrams(10 * MINUTE);
		expect(time.keeper).toMatchObject({ source: "server", meterClock: "implausible", meterAheadS: undefined });
		expect(errorS(time)).toBe(0);
		expect(bench({ meter: { ...SE, aheadMs: shownMs - SUMMER } }).errorMs).toBeUndefined();
	});

	test("one that stands still is never believed, and a clock that goes is not stopped by it", () => {
		const stopped = bench({ meter: { ...SE, stoppedAtMs: SUMMER } });
		stopped.telegrams(HOUR, SECOND);
		expect(stopped.errorMs).toBeUndefined();
		expect(stopped.keeper.meterClock).toBe("unsteady");
		const later = bench();
		later.telegrams(HOUR);
		later.meter.stoppedAtMs = later.trueUtcMs;
		later.telegrams(HOUR, SECOND);
		expect(errorS(later)).toBeLessThanOrEqual(1);
		expect(errorS(later)).toBeGreaterThanOrEqual(-4);
	});

	test("one that is put right by some minutes is followed after a quarter of an hour, in one step", () => {
		const time = bench({ meter: { ...SE, aheadMs: -7 * MINUTE } });
		time.telegrams(HOUR);
		expect(errorS(time)).toBe(-419);
		time.meter.aheadMs = 0;
		time.telegrams(14 * MINUTE);
		expect(errorS(time)).toBe(-419);
		time.telegrams(3 * MINUTE);
		expect(errorS(time)).toBe(0);
		expect(time.keeper).toMatchObject({ meterClock: "unchecked", steps: 1 });
	});

	test("one that wanders is followed at most four times an hour", () => {
		const time = bench();
		time.telegrams(HOUR);
		for (let i = 0; i < 24 * 3; i++) {
			time.meter.aheadMs = i % 2 === 0 ? 5 * MINUTE : -5 * MINUTE;
			time.telegrams(20 * MINUTE);
		}
		expect(time.keeper.steps).toBeLessThanOrEqual(4 * 24);
	});

	test("after a jump a time server is asked at once", () => {
		const time = bench({ hasServer: true });
		time.telegrams(5 * MINUTE);
		time.serverAheadMs = undefined;
		time.telegrams(8 * DAY, MINUTE);
		expect(time.keeper.serverAgeMs).toBeUndefined();
		time.serverAheadMs = 0;
		time.meter.aheadMs = 7 * MINUTE;
		time.telegrams(3 * HOUR);
		expect(time.keeper).toMatchObject({ source: "server", meterClock: "wrong" });
		expect(Math.abs(time.errorMs ?? Number.NaN)).toBeLessThan(40 * SECOND);
	});
});

describe("a time server that is wrong", () => {
	test("moves no clock by one answer", () => {
		const time = bench({ hasServer: true });
		time.telegrams(HOUR);
		let asked = 0;
		time.serverAnswers = () => (asked++ === 0 ? HOUR : 0);
		time.telegrams(DAY, MINUTE);
		expect(asked).toBeGreaterThan(2);
		expect(time.keeper).toMatchObject({ source: "meter", meterClock: "good", steps: 0 });
		expect(errorS(time)).toBe(0);
	});

	test("that answers nonsense at the start leaves the meter's time", () => {
		const time = bench({ hasServer: true });
		time.serverAnswers = () => -60 * 365 * DAY;
		time.telegrams(HOUR);
		expect(time.keeper).toMatchObject({ source: "meter", meterClock: "unchecked" });
		expect(errorS(time)).toBe(0);
	});

	test("is asked four times a day while it answers, and about once an hour while it does not", () => {
		const time = bench({ hasServer: true });
		time.telegrams(10 * MINUTE);
		const before = time.questions;
		time.telegrams(DAY, MINUTE);
		expect(time.questions - before).toBe(4);
		time.serverAheadMs = undefined;
		time.telegrams(DAY, MINUTE);
		const failing = time.questions;
		time.telegrams(DAY, MINUTE);
		expect(time.questions - failing).toBeLessThan(40);
		expect(time.keeper.check?.state).toBe("failed");
	});

	test("that a device without a network could not ask has not failed", () => {
		const time = bench({ hasServer: true });
		time.isOnline = false;
		time.advance(DAY);
		expect(time.questions).toBe(0);
		expect(time.keeper.check).toMatchObject({ state: "waiting", failures: 0 });
	});

	test("is asked no more after close", () => {
		const time = bench({ hasServer: true });
		time.advance(50);
		time.keeper.close();
		time.advance(10 * DAY);
		expect(time.questions).toBe(1);
		expect(time.errorMs).toBeUndefined();
		expect(time.clock.timerCount).toBe(0);
	});
});

describe("a year of telegrams", () => {
	const years: [string, MeterClockModel, readonly string[], ProfileId][] = [
		["Sweden, +01:00 all year", SE, [], "se"],
		["the Netherlands", NL, NL_ROWS, "dsmr5"],
		["Belgium", { zone: "Europe/Brussels" }, BE_ROWS, "be"],
		["Lithuania, +02:00", { zone: "Europe/Vilnius" }, LT_ROWS, "lt"],
	];
	/** Both changes of 2027, by directive 2000/84/EC, and the turn of the year. */
	const MOMENTS = [Date.UTC(2027, 2, 28, 1), Date.UTC(2027, 9, 31, 1), Date.UTC(2028, 0, 1)];

	test.each(
		years.flatMap(([name, meter, rows, profile]) =>
			[false, true].map((hasServer) => ({ name, meter, rows, profile, hasServer })),
		),
	)("in $name with a time server $hasServer: never wrong by 4 s, never back", ({ meter, rows, hasServer }) => {
		const time = new TimeBench({
			startUtcMs: Date.UTC(2027, 0, 5),
			meter: { ...meter },
			rows,
			hasServer,
			driftPpm: 40,
		});
		time.telegrams(2 * MINUTE);
		let shownMs = 0;
		let worstMs = 0;
		const watch = (): void => {
			const utcMs = time.wall.utcMs ?? 0;
			expect(utcMs).toBeGreaterThanOrEqual(shownMs);
			shownMs = utcMs;
			worstMs = Math.max(worstMs, Math.abs(time.errorMs ?? Number.POSITIVE_INFINITY));
		};
		for (const moment of [...MOMENTS, Date.UTC(2028, 0, 10)]) {
			while (time.trueUtcMs < moment - 2 * HOUR) {
				time.telegrams(HOUR, HOUR / 2);
				watch();
			}
			while (time.trueUtcMs < moment + 2 * HOUR) {
				time.telegrams(10 * SECOND);
				watch();
			}
		}
		expect(worstMs).toBeLessThan(4 * SECOND);
		expect(time.keeper).toMatchObject({ source: "meter", meterClock: hasServer ? "good" : "unchecked", steps: 0 });
	});

	test.each([
		["2038-01-19T03:14:07Z, the end of 31 bits", Date.UTC(2038, 0, 19, 3, 14, 7)],
		["2036-02-07T06:28:16Z, the end of NTP's first round", Date.UTC(2036, 1, 7, 6, 28, 16)],
		["2028-02-29, a leap day", Date.UTC(2028, 1, 29)],
	])("passes %s", (_name, moment) => {
		const time = bench({ startUtcMs: moment - HOUR, hasServer: true });
		time.telegrams(2 * HOUR);
		expect(time.keeper).toMatchObject({ source: "meter", meterClock: "good", steps: 0 });
		expect(errorS(time)).toBe(0);
	});

	test("a leap second moves nothing", () => {
		const time = bench({ hasServer: true });
		time.telegrams(HOUR);
		const shown = time.errorMs;
		time.meter.aheadMs = -SECOND;
		time.serverAheadMs = -SECOND;
		time.telegrams(DAY, MINUTE);
		expect(time.errorMs).toBe(shown);
	});
});
