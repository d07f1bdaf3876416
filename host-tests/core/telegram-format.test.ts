import { describe, expect, test } from "vitest";
import { FIELD, MBUS_FIELD, mbusSlot } from "../../src/core/obis-table.js";
import { PROFILE_IDS } from "../../src/core/profile.js";
import { type FormatRow, telegramFormat } from "../../src/core/telegram-format.js";
import { TELEGRAM_FORMATS } from "../../src/core/telegram-formats.js";
import { UNIT } from "../../src/core/units.js";

function row(line: string): FormatRow | undefined {
	return telegramFormat("p1", `/ABC5\n\n${line}\n!`).rows[0];
}

describe("telegramFormat", () => {
	test("reads digits, unit and slot of a number from a row that shows them", () => {
		expect(row("1-0:1.8.0(00000000.000*kWh)")).toEqual({
			code: "1-0:1.8.0",
			always: false,
			pieces: [
				{ kind: "literal", text: "(" },
				{
					kind: "number",
					slot: FIELD.energyImport_Wh,
					wholeDigits: 8,
					decimals: 3,
					suffix: "*kWh",
					unit: UNIT.Wh,
					exponent: 3,
				},
				{ kind: "literal", text: ")" },
			],
		});
	});

	test("takes the value of a DSMR 3 row from the next line, and its unit from the group before", () => {
		const pieces = row("0-1:24.3.0(160410130000)(2C)(60)(1)(0-1:24.2.1)(m3)\n(07890.693)")?.pieces ?? [];
		const text = pieces.map((piece) => (piece.kind === "literal" ? piece.text : `<${piece.kind}>`)).join("");
		expect(text).toBe("(<time>)(2C)(60)(1)(0-1:24.2.1)(m3)\r\n(<number>)");
		expect(pieces.at(-2)).toMatchObject({
			slot: mbusSlot(1, MBUS_FIELD.registerDsmr3_dm3),
			unit: UNIT.dm3,
			suffix: "",
		});
	});

	test("takes a real telegram for its own format, CRLF and CRC included", () => {
		const format = telegramFormat("se", "/LGF5E360\r\n\r\n1-0:32.7.0(230.7*V)\r\n!2154\r\n");
		expect([format.identification, format.rows.length, format.profile]).toEqual(["LGF5E360", 1, "se"]);
	});

	test("leaves out rows with codes that the table lacks", () => {
		expect(row("0-0:94.98.31(00000)")).toBeUndefined();
	});

	test.each([
		["0-0:96.13.0()", true],
		["0-0:96.13.0(TEXT)", false],
		["1-0:0.2.0()", true],
		["1-0:99.97.0()", false],
	])("prints %s when it is absent: %s", (line, always) => {
		expect(row(line)?.always).toBe(always);
	});

	test.each([
		["1-0:13.7.0(-0.000)", UNIT.milli, 3],
		["0-0:96.14.0(0000)", UNIT.one, 0],
		["0-0:17.0.0(16500)", UNIT.bare, 3],
		["0-3:24.2.1(YYMMDDhhmmssX)(00000.000*MJ)", UNIT.kJ, 3],
	])("the number of %s is in unit %i", (line, unit, exponent) => {
		expect(row(line)?.pieces.find((piece) => piece.kind === "number")).toMatchObject({ unit, exponent });
	});

	test.each([
		["no identification line", "1-0:1.8.0(0*kWh)", "identification"],
		["a row without groups", "/ABC5\n1-0:1.8.0", "is no row"],
		["text behind a group", "/ABC5\n1-0:1.8.0(0*kWh)x", "is no row"],
		["something that is no code", "/ABC5\nenergy(0*kWh)", "is no row"],
		["a number that is none", "/ABC5\n1-0:1.8.0(abc*kWh)", "no number"],
		["an empty number", "/ABC5\n0-1:24.1.0()", "no number"],
		["an unknown unit", "/ABC5\n1-0:1.8.0(0*furlong)", "unknown unit"],
		["a time that is none", "/ABC5\n0-0:1.0.0(12:00)", "no time"],
		["a group too many", "/ABC5\n1-0:1.8.0(0*kWh)(0*kWh)", "more groups"],
	])("refuses %s", (_what, text, message) => {
		expect(() => telegramFormat("p1", text)).toThrow(message);
	});
});

describe("the formats of the profiles", () => {
	test.each(PROFILE_IDS)("%s has its own profile and only codes that the table knows, each once", (id) => {
		const { profile, rows } = TELEGRAM_FORMATS[id];
		expect(profile).toBe(id);
		expect(rows.length).toBeGreaterThan(15);
		expect(new Set(rows.map(({ code }) => code)).size).toBe(rows.length);
	});

	test("the Swedish one has the 27 rows of Branschrekommendation 2.0, bilaga 1", () => {
		expect(TELEGRAM_FORMATS.se.rows.length).toBe(27);
	});
});
