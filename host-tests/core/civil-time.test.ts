import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CivilTime } from "../../src/core/civil-time.js";
import { PROFILES } from "../../src/core/profile.js";
import { DST, localMs, toUtcMs } from "../../src/core/timestamp.js";

const CET = PROFILES.dsmr5.time;

function show(utc: string, rule = CET): string {
	const time = new CivilTime();
	time.setUtc(Date.parse(utc), rule);
	const { year, month, day, hour, minute, second, summer, weekday, offsetMinutes } = time;
	return `${year}-${month}-${day} ${hour}:${minute}:${second} ${summer ? "S" : "W"} ${weekday} ${offsetMinutes}`;
}

describe("civilTime", () => {
	test.each([
		["1970-01-01T00:00:00Z", "1970-1-1 1:0:0 W 3 60"],
		["1969-12-31T22:59:59Z", "1969-12-31 23:59:59 W 2 60"],
		["2024-02-29T12:00:00Z", "2024-2-29 13:0:0 W 3 60"],
		["2025-12-31T23:30:00Z", "2026-1-1 0:30:0 W 3 60"],
		// Directive 2000/84/EC: 01:00 UTC on the last Sundays of March and October; 2026: the 29th and the 25th.
		["2026-03-29T00:59:59Z", "2026-3-29 1:59:59 W 6 60"],
		["2026-03-29T01:00:00Z", "2026-3-29 3:0:0 S 6 120"],
		["2026-10-25T00:59:59Z", "2026-10-25 2:59:59 S 6 120"],
		["2026-10-25T01:00:00Z", "2026-10-25 2:0:0 W 6 60"],
	])("%s is %s in central Europe", (utc, shown) => {
		expect(show(utc)).toBe(shown);
	});

	test("stays on normal time where the rule is fixed", () => {
		expect(show("2026-07-01T12:00:00Z", PROFILES.se.time)).toBe("2026-7-1 13:0:0 W 2 60");
	});

	test("is what the decoder's conversion undoes, and what the calendar of the engine says", () => {
		const rules = [PROFILES.se.time, PROFILES.dsmr5.time, PROFILES.lt.time];
		const seconds = fc.integer({ min: Date.UTC(1970, 0, 1) / 1000, max: Date.UTC(2099, 11, 31) / 1000 });
		fc.assert(
			fc.property(seconds, fc.constantFrom(...rules), (utcS, rule) => {
				const time = new CivilTime();
				time.setUtc(utcS * 1000, rule);
				const local = localMs(time.year, time.month, time.day, time.hour, time.minute, time.second);
				expect(toUtcMs(local, time.year, time.summer ? DST.summer : DST.winter, rule)).toBe(utcS * 1000);
				expect(local - utcS * 1000).toBe(time.offsetMinutes * 60_000);
				expect(time.weekday).toBe((new Date(local).getUTCDay() + 6) % 7);
			}),
			{ numRuns: 2000 },
		);
	});
});
