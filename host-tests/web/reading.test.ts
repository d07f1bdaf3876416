import { describe, expect, test } from "vitest";
import { parseReading } from "../../web/reading.js";
import { readingText } from "./support/reading-text.js";

function parsed(more: Readonly<Record<string, unknown>>): NonNullable<ReturnType<typeof parseReading>> {
	const reading = parseReading(readingText(more));
	if (reading === undefined) throw new Error("no reading");
	return reading;
}

describe("parseReading", () => {
	test.each([
		["import", { powerImportW: 4251, powerExportW: 0 }, 4251],
		["export", { powerImportW: 0, powerExportW: 1200 }, -1200],
		["both at once", { powerImportW: 300, powerExportW: 200 }, 100],
		["import alone: export is not measured", { powerImportW: 300 }, 300],
		["net alone", { powerNetW: -70 }, -70],
		["export alone says nothing of the net", { powerExportW: 200 }, undefined],
		["nothing", {}, undefined],
		["not a number", { powerImportW: "300" }, undefined],
	])("power: %s", (_name, more, expected) => {
		expect(parsed(more).powerW).toBe(expected);
	});

	test("what is absent is never 0", () => {
		expect(parsed({})).toEqual({
			stale: false,
			identification: "ADN9 6534",
			powerW: undefined,
			importW: undefined,
			exportW: undefined,
			frequencyHz: undefined,
			phases: [],
			tariff: undefined,
			registers: [],
			mbus: [],
		});
	});

	test("a house with one phase has one", () => {
		const { phases } = parsed({ voltageL1V: 231, currentL1A: 3 });
		expect(phases).toEqual([{ name: "L1", currentA: 3, voltageV: 231, powerW: undefined }]);
	});

	test("three phases, one of which feeds in", () => {
		const { phases } = parsed({
			currentL1A: 0.4,
			powerImportL1W: 90,
			powerExportL1W: 0,
			currentL2A: 5,
			powerImportL2W: 0,
			powerExportL2W: 1100,
			powerNetL3W: 12,
		});
		expect(phases.map(({ name, currentA, powerW }) => [name, currentA, powerW])).toEqual([
			["L1", 0.4, 90],
			["L2", 5, -1100],
			["L3", undefined, 12],
		]);
	});

	test("registers in the order in which people look for them", () => {
		const { registers } = parsed({
			reactiveEnergyImportVarh: 4,
			energyExportWh: 3,
			energyImportTariff2Wh: 2,
			energyImportTariff1Wh: 1,
			energyImportWh: 0,
		});
		expect(registers).toEqual([
			{ key: "energyImportWh", value: 0 },
			{ key: "energyImportTariff1Wh", value: 1 },
			{ key: "energyImportTariff2Wh", value: 2 },
			{ key: "energyExportWh", value: 3 },
			{ key: "reactiveEnergyImportVarh", value: 4 },
		]);
	});

	test("meters behind the meter, each with the time of its own", () => {
		const { mbus } = parsed({
			mbus: [
				{ channel: 1, medium: "gas", volumeM3: 2345.678, time: "2026-11-24T03:00:00Z" },
				{ channel: 2, energyGJ: 1.5 },
				{ channel: 3, medium: "electricity", energyWh: 1500, time: "soon" },
				{ channel: 4, medium: "water" },
				"nonsense",
			],
		});
		const timeMs = Date.parse("2026-11-24T03:00:00Z");
		expect(mbus).toEqual([
			{ channel: 1, medium: "gas", value: 2345.678, unit: "m³", timeMs },
			{ channel: 2, medium: undefined, value: 1.5, unit: "GJ", timeMs: undefined },
			{ channel: 3, medium: "electricity", value: 1.5, unit: "kWh", timeMs: undefined },
		]);
	});

	test.each([
		["nothing", ""],
		["no JSON", "<html>"],
		["no object", "[]"],
		["an error", '{"error":{"code":"x"}}'],
	])("%s is no reading", (_name, text) => {
		expect(parseReading(text)).toBeUndefined();
	});
});
