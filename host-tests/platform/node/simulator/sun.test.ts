import { describe, expect, test } from "vitest";
import { Sun } from "../../../../src/platform/node/simulator/sun.js";

const STOCKHOLM = { latitude: 59.33, longitude: 18.07 };
const PLANT = { peakW: 10_000, inverterW: 8000, tilt: 30 };
/** The upper edge is on the horizon, refraction included. */
const AT_HORIZON = Math.sin((-0.833 * Math.PI) / 180);

function upAt(utcMs: number): number {
	const sun = new Sun();
	sun.set(utcMs, STOCKHOLM);
	return sun.up;
}

function wattsAt(utc: string): number {
	const sun = new Sun();
	sun.set(Date.parse(utc), STOCKHOLM);
	return sun.clearSkyW(PLANT);
}

describe("sun", () => {
	// Almanac for Stockholm in UTC: rise, set, and degrees at noon (90 - latitude + declination).
	test.each([
		["2026-06-21", "01:31", "20:08", 54.1],
		["2026-12-21", "07:44", "13:48", 7.2],
		["2026-03-20", "04:52", "17:03", 30.6],
	])(
		"rises, culminates and sets over Stockholm on %s as in the almanac, within 5 minutes and 1 degree",
		(day, rise, set, noon) => {
			const midnightMs = Date.parse(`${day}T00:00:00Z`);
			const minutes = Array.from({ length: 1440 }, (_, minute) => upAt(midnightMs + minute * 60_000));
			const minuteOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
			const rises = minutes.findIndex((up) => up >= AT_HORIZON);
			const sets = rises + minutes.slice(rises).findIndex((up) => up < AT_HORIZON);
			expect(Math.abs(rises - minuteOf(rise))).toBeLessThanOrEqual(5);
			expect(Math.abs(sets - minuteOf(set))).toBeLessThanOrEqual(5);
			expect(Math.abs((Math.asin(Math.max(...minutes)) * 180) / Math.PI - noon)).toBeLessThan(1);
		},
	);

	test("stands in the south at noon, in the east before and in the west after", () => {
		const sun = new Sun();
		const directions = ["06:00", "10:50", "16:00"].map((time) => {
			sun.set(Date.parse(`2026-03-20T${time}Z`), STOCKHOLM);
			return [Math.round(sun.south * 10) / 10, Math.round(sun.west * 10) / 10];
		});
		expect(directions[0]?.[1]).toBeLessThan(-0.8);
		expect(directions[1]?.[0]).toBeGreaterThan(0.8);
		expect(directions[2]?.[1]).toBeGreaterThan(0.8);
	});

	test("gives nothing at night, the inverter's limit at a summer noon, little at a winter noon", () => {
		expect(wattsAt("2026-06-21T23:00:00Z")).toBe(0);
		expect(wattsAt("2026-06-21T10:50:00Z")).toBe(8000);
		expect(wattsAt("2026-12-21T10:50:00Z")).toBeGreaterThan(300);
		expect(wattsAt("2026-12-21T10:50:00Z")).toBeLessThan(4000);
	});
});
