import { describe, expect, test } from "vitest";
import { SETTINGS } from "../../src/services/settings/table.js";
import { SWEDISH_SETTINGS } from "../../web/setting-texts.js";
import { chooseTexts, LANGUAGE_TAGS, TEXTS } from "../../web/texts.js";

const ROWS = Object.entries(TEXTS) as [string, readonly unknown[]][];
/** Words that are the same in both. */
const ALIKE = [
	"noValue",
	"mqtt",
	"wifi",
	"secondUnit",
	"minuteUnit",
	"hourUnit",
	"mediumGas",
	"chartUnit",
	"version",
	"tariff",
];

describe("TEXTS", () => {
	test.each(ROWS)("%s is there in every language, and of the same form", (_key, row) => {
		expect(row).toHaveLength(LANGUAGE_TAGS.length);
		expect(new Set(row.map((text) => typeof text)).size).toBe(1);
		for (const text of row) {
			if (typeof text === "function") expect(text.length).toBe((row[0] as () => string).length);
			else expect(String(text).trim()).not.toBe("");
		}
	});

	test("says it in another way in another language", () => {
		const said = (text: unknown): string => (typeof text === "function" ? text("a", "b", "c") : String(text));
		const same = ROWS.filter(([, row]) => said(row[0]) === said(row[1])).map(([key]) => key);
		expect(same.sort()).toEqual([...ALIKE].sort());
	});
});

describe("chooseTexts", () => {
	test.each([
		[["sv-SE", "en-US"], "sv"],
		[["sv"], "sv"],
		[["SV-FI"], "sv"],
		[["en-GB", "sv"], "en"],
		[["nb-NO", "sv-SE"], "sv"],
		[["de-DE"], "en"],
		[[], "en"],
	] as const)("%j: %s", (wanted, tag) => {
		const texts = chooseTexts(wanted);
		expect(texts.tag).toBe(tag);
		expect(texts.fromGrid).toBe(tag === "sv" ? "från nätet" : "from the grid");
	});
});

describe("how often, in Swedish", () => {
	test.each([
		[1, "varje sekund"],
		[2, "varannan sekund"],
		[10, "var 10:e sekund"],
		[11, "var 11:e sekund"],
		[12, "var 12:e sekund"],
		[21, "var 21:a sekund"],
		[22, "var 22:a sekund"],
		[111, "var 111:e sekund"],
	])("%i s", (seconds, text) => {
		expect(chooseTexts(["sv"]).every(seconds)).toBe(text);
	});
});

describe("SWEDISH_SETTINGS", () => {
	test("has every setting, and no other", () => {
		expect(Object.keys(SWEDISH_SETTINGS).sort()).toEqual(Object.keys(SETTINGS).sort());
	});

	test.each(Object.entries(SWEDISH_SETTINGS))("%s has a title and an explanation", (_key, [title, help]) => {
		expect(title).toMatch(/\S/);
		expect(help).toMatch(/\.$/);
	});
});
