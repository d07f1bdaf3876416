import { describe, expect, test } from "vitest";
import { decimalsOf, Format } from "../../web/format.js";
import { chooseTexts } from "../../web/texts.js";

const swedish = (): Format => new Format(chooseTexts(["sv"]), "Europe/Stockholm");
const english = (): Format => new Format(chooseTexts(["en"]), "Europe/Stockholm");

/** Spaces that do not break are hard to see in a test. */
function plain(text: string): string {
	return text.replaceAll(/[\u00a0\u202f]/g, " ");
}

describe("power", () => {
	test.each([
		[0, "0 W", "0 W"],
		[167, "167 W", "167 W"],
		[999, "999 W", "999 W"],
		[999.6, "1,00 kW", "1.00 kW"],
		[1000, "1,00 kW", "1.00 kW"],
		[4251, "4,25 kW", "4.25 kW"],
		[17_249, "17,25 kW", "17.25 kW"],
		[-1234, "1,23 kW", "1.23 kW"],
		[1_234_567, "1 234,57 kW", "1,234.57 kW"],
	])("%f W", (powerW, inSwedish, inEnglish) => {
		expect(plain(swedish().powerText(powerW))).toBe(inSwedish);
		expect(plain(english().powerText(powerW))).toBe(inEnglish);
	});
});

describe("measured values keep the meter's resolution", () => {
	test.each([
		[7, 0],
		[6.9, 1],
		[233.75, 2],
		[10_614.198, 3],
		[0.1 + 0.2, 1],
		[1 / 3, 3],
		[-0.25, 2],
	])("%f has %i decimals", (value, decimals) => {
		expect(decimalsOf(value)).toBe(decimals);
	});

	test("a whole number among tenths has its decimal", () => {
		const format = swedish();
		expect([6.9, 7, 7.1].map((value) => format.measured("current", value))).toEqual(["6,9", "7,0", "7,1"]);
	});

	test("a meter of whole amperes gets no decimal made up", () => {
		const format = swedish();
		expect([6, 7, 0].map((value) => format.measured("current", value))).toEqual(["6", "7", "0"]);
	});

	test("each kind of value has its own", () => {
		const format = swedish();
		format.measured("kWh", 1.234);
		expect(format.measured("current", 2)).toBe("2");
	});

	test("with a unit that stays on the line", () => {
		expect(swedish().measuredText("voltage", 233.7, "V")).toBe("233,7\u00a0V");
	});
});

describe("duration", () => {
	test.each([
		[0, "0 s", "0 s"],
		[-3, "0 s", "0 s"],
		[40.9, "40 s", "40 s"],
		[119, "119 s", "119 s"],
		[120, "2 min", "2 min"],
		[3599, "59 min", "59 min"],
		[3600, "1 h", "1 h"],
		[12_000, "3 h 20 min", "3 h 20 min"],
		[86_399, "23 h 59 min", "23 h 59 min"],
		[86_400, "1 dygn", "1 d"],
		[187_200, "2 dygn 4 h", "2 d 4 h"],
	])("%f s", (seconds, inSwedish, inEnglish) => {
		expect(plain(swedish().duration(seconds))).toBe(inSwedish);
		expect(plain(english().duration(seconds))).toBe(inEnglish);
	});
});

describe("times of day", () => {
	const timeMs = Date.parse("2026-06-15T12:05:09Z");
	test("have 24 hours in both languages", () => {
		expect([swedish(), english()].map((format) => format.clock(timeMs))).toEqual(["14:05:09", "14:05:09"]);
		expect([swedish(), english()].map((format) => format.minute(timeMs))).toEqual(["14:05", "14:05"]);
	});

	test("midnight is 00:00", () => {
		expect(english().minute(Date.parse("2026-06-15T22:00:00Z"))).toBe("00:00");
	});

	test("with the day", () => {
		expect(swedish().moment(timeMs)).toMatch(/15 juni.*14:05/);
		expect(english().moment(timeMs)).toMatch(/15 Jun.*14:05/);
	});
});
