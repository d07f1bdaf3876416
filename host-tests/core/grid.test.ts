import { describe, expect, test } from "vitest";
import { Decoder } from "../../src/core/decoder.js";
import {
	APPARENT_POWER_VA,
	GridPhases,
	magnitudeOf,
	netOf,
	PHASES,
	POWER_W,
	REACTIVE_POWER_VAR,
	registerTotal,
} from "../../src/core/grid.js";
import { FIELD } from "../../src/core/obis-table.js";
import type { Reading } from "../../src/core/reading.js";
import { ascii } from "../support/decode-all.js";
import { corpusTelegram, telegramOf } from "../support/telegram.js";

function readingOf(telegram: readonly string[] | Uint8Array): Reading {
	let result: Reading | undefined;
	const decoder = new Decoder({
		onReading: (reading) => {
			result = reading;
		},
		onError: ({ code }) => {
			throw new Error(code);
		},
	});
	decoder.push(telegram instanceof Uint8Array ? telegram : ascii(telegramOf(telegram)));
	decoder.flush();
	if (result === undefined) throw new Error("no reading");
	return result;
}

describe("net of import and export", () => {
	test.each([
		{ rows: ["1-0:1.7.0(0001.500*kW)", "1-0:2.7.0(0000.000*kW)"], netW: 1500 },
		{ rows: ["1-0:1.7.0(0000.000*kW)", "1-0:2.7.0(0002.250*kW)"], netW: -2250 },
		{ rows: ["1-0:1.7.0(0001.500*kW)", "1-0:2.7.0(0000.400*kW)"], netW: 1100 },
		{ rows: ["1-0:1.7.0(0001.500*kW)"], netW: 1500 },
		{ rows: ["1-0:16.7.0(-0001.500*kW)"], netW: -1500 },
		{ rows: ["1-0:1.7.0(0001.000*kW)", "1-0:2.7.0(0000.000*kW)", "1-0:16.7.0(0009.000*kW)"], netW: 1000 },
		{ rows: ["1-0:2.7.0(0001.500*kW)"], netW: undefined },
		{ rows: ["1-0:3.7.0(0001.500*kvar)"], netW: undefined },
	])("$rows: $netW W", ({ rows, netW }) => {
		expect(netOf(readingOf(rows), POWER_W)).toBe(netW);
	});

	test("reactive power has no row of its own for the net", () => {
		const rows = ["1-0:3.7.0(0000.100*kvar)", "1-0:4.7.0(0000.350*kvar)"];
		expect(netOf(readingOf(rows), REACTIVE_POWER_VAR)).toBe(-250);
		expect(netOf(readingOf(["1-0:1.7.0(0001.500*kW)"]), REACTIVE_POWER_VAR)).toBeUndefined();
	});

	test("each phase has its own rows", () => {
		const reading = readingOf([
			"1-0:21.7.0(0000.001*kW)",
			"1-0:22.7.0(0000.020*kW)",
			"1-0:41.7.0(0000.300*kW)",
			"1-0:42.7.0(0004.000*kW)",
			"1-0:61.7.0(0050.000*kW)",
			"1-0:62.7.0(0600.000*kW)",
		]);
		expect(PHASES.map(({ power_W }) => netOf(reading, power_W))).toEqual([-19, -3700, -550_000]);
		const net = readingOf(["1-0:36.7.0(0001.000*kW)", "1-0:56.7.0(0002.000*kW)", "1-0:76.7.0(0003.000*kW)"]);
		expect(PHASES.map(({ power_W }) => netOf(net, power_W))).toEqual([1000, 2000, 3000]);
	});
});

test.each([
	{ rows: ["1-0:9.7.0(0001.500*kVA)", "1-0:10.7.0(0000.000*kVA)"], magnitudeVA: 1500 },
	{ rows: ["1-0:9.7.0(0000.000*kVA)", "1-0:10.7.0(0002.500*kVA)"], magnitudeVA: 2500 },
	{ rows: ["1-0:9.7.0(0001.500*kVA)"], magnitudeVA: 1500 },
	{ rows: ["1-0:10.7.0(0000.700*kVA)"], magnitudeVA: 700 },
	{ rows: ["1-0:1.7.0(0001.500*kW)"], magnitudeVA: undefined },
])("magnitude of $rows: $magnitudeVA VA", ({ rows, magnitudeVA }) => {
	expect(magnitudeOf(readingOf(rows), APPARENT_POWER_VA)).toBe(magnitudeVA);
});

describe("cumulative register over all tariffs", () => {
	test.each([
		{ rows: ["1-0:1.8.0(001581.123*kWh)"], totalWh: 1_581_123 },
		{ rows: ["1-0:1.8.1(001000.001*kWh)", "1-0:1.8.2(000500.002*kWh)"], totalWh: 1_500_003 },
		{ rows: [1, 2, 3, 4].map((tariff) => `1-0:1.8.${tariff}(000001.00${tariff}*kWh)`), totalWh: 4010 },
		{ rows: ["1-0:1.8.0(001581.123*kWh)", "1-0:1.8.1(001000.000*kWh)"], totalWh: 1_581_123 },
		{ rows: ["1-0:1.8.2(000000.000*kWh)"], totalWh: 0 },
		{ rows: ["1-0:2.8.0(001581.123*kWh)"], totalWh: undefined },
	])("$rows: $totalWh Wh", ({ rows, totalWh }) => {
		expect(registerTotal(readingOf(rows), FIELD.energyImport_Wh)).toBe(totalWh);
	});

	test.each([
		["energyImport_Wh", "1-0:1.8", "kWh"],
		["energyExport_Wh", "1-0:2.8", "kWh"],
		["reactiveEnergyImport_varh", "1-0:3.8", "kvarh"],
		["reactiveEnergyExport_varh", "1-0:4.8", "kvarh"],
	] as const)("%s: its four tariffs follow it in the table", (name, code, unit) => {
		const rows = ["0.001", "0.010", "0.100", "1.000"].map((value, i) => `${code}.${i + 1}(00000${value}*${unit})`);
		const reading = readingOf(rows);
		expect(registerTotal(reading, FIELD[name])).toBe(1111);
	});
});

describe("phases of the house", () => {
	const unconnected = (phases: GridPhases): boolean[] => [0, 1, 2].map((index) => phases.isUnconnected(index));

	test.each([
		{ telegram: "se/lgf-e360-a.txt", expected: [false, false, false] },
		{ telegram: "nl-v5/iskra-m550e-a.txt", expected: [false, true, true] },
		{ telegram: "nl-v4/xmx-42-a.txt", expected: [false, true, true] },
		{ telegram: "lt-other/hu-eon.txt", expected: [false, false, false] },
		// Says nothing of phases, so none is known to be missing.
		{ telegram: "nl-v2/iskra-mt382-a.txt", expected: [false, false, false] },
	])("$telegram: L1, L2, L3 not there: $expected", ({ telegram, expected }) => {
		const phases = new GridPhases();
		phases.observe(readingOf(corpusTelegram(telegram)));
		expect(unconnected(phases)).toEqual(expected);
	});

	test.each([
		"1-0:52.7.0(230.1*V)",
		"1-0:51.7.0(001.0*A)",
		"1-0:41.7.0(0000.100*kW)",
		"1-0:42.7.0(0000.100*kW)",
		"1-0:56.7.0(0000.100*kW)",
		"1-0:43.7.0(0000.100*kvar)",
		"1-0:44.7.0(0000.100*kvar)",
		"1-0:49.7.0(0000.100*kVA)",
		"1-0:50.7.0(0000.100*kVA)",
		"1-0:53.7.0(0.990)",
	])("%s alone shows that there is an L2", (row) => {
		const phases = new GridPhases();
		phases.observe(readingOf([row]));
		expect(unconnected(phases)).toEqual([true, false, true]);
	});

	test("a phase that was seen stays, whatever later telegrams leave out", () => {
		const phases = new GridPhases();
		expect(unconnected(phases)).toEqual([false, false, false]);
		phases.observe(readingOf(["1-0:31.7.0(001.0*A)", "1-0:71.7.0(001.0*A)"]));
		expect(unconnected(phases)).toEqual([false, true, false]);
		phases.observe(readingOf(["1-0:31.7.0(001.0*A)"]));
		expect(unconnected(phases)).toEqual([false, true, false]);
		phases.observe(readingOf(["1-0:1.7.0(0001.000*kW)"]));
		expect(unconnected(phases)).toEqual([false, false, false]);
	});
});
