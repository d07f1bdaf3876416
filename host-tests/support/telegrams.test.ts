import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { telegramFormat } from "../../src/core/telegram-format.js";
import { belgianTelegram, buildTelegram, dutchTelegram, SWEDISH_FIELDS, swedishTelegram } from "./telegrams.js";

const text = (telegram: Uint8Array) => Buffer.from(telegram).toString("latin1");
const rows = (telegram: Uint8Array) => text(telegram).split("\r\n");

describe("telegram builders", () => {
	test("the Swedish one is telegrams/se/lgf-e360-a.txt to the byte", () => {
		const capture = readFileSync(join(import.meta.dirname, "../telegrams/se/lgf-e360-a.txt"), "latin1");
		expect(text(swedishTelegram())).toBe(capture);
	});

	test("an override changes its row, undefined leaves it out", () => {
		const changed = rows(swedishTelegram({ powerImport_W: 11_040, voltageL3_mV: undefined }));
		expect(changed).toContain("1-0:1.7.0(0011.040*kW)");
		expect(changed.some((row) => row.startsWith("1-0:72.7.0"))).toBe(false);
		expect(changed.length).toBe(rows(swedishTelegram()).length - 1);
	});

	test("Dutch and Belgian ones have their marks and their gas", () => {
		expect(rows(dutchTelegram())).toContain("0-1:24.2.1(211205210500W)(10142.194*m3)");
		expect(rows(dutchTelegram({ mbus: undefined })).some((row) => row.startsWith("0-1:"))).toBe(false);
		expect(rows(belgianTelegram())).toContain("1-0:1.6.0(240107190000W)(02.485*kW)");
	});

	test("takes a format of the test's own", () => {
		const format = telegramFormat("se", "/ADN9 6534\n\n1-0:1.8.0(00000000.000*kWh)\n!");
		expect(rows(buildTelegram(format, SWEDISH_FIELDS)).slice(0, 3)).toEqual([
			"/ADN9 6534",
			"",
			"1-0:1.8.0(00002721.126*kWh)",
		]);
	});
});
