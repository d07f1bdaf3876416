import { describe, expect, test } from "vitest";
import { MAP_END, REGISTER_MAP, rowOf } from "../../../src/publishers/modbus/register-map.js";
import { readCorpus } from "../../support/corpus.js";
import { ModbusBench, readFrame } from "../../support/modbus-bench.js";

/**
 * What an SDM630 has where: Eastron's SDM630Modbus protocol, as volkszaehler/mbmd meters/rs485/sdm.go (fb8f9c2) lists it,
 * with the OBIS codes of IEC 62056-61 that mean the same. Import, then export for a net value.
 */
const SDM630 = [
	{ address: 0x0000, unit: "V", obis: ["1-0:32.7.0"], phase: 1 },
	{ address: 0x0002, unit: "V", obis: ["1-0:52.7.0"], phase: 2 },
	{ address: 0x0004, unit: "V", obis: ["1-0:72.7.0"], phase: 3 },
	{ address: 0x0006, unit: "A", obis: ["1-0:31.7.0"], phase: 1 },
	{ address: 0x0008, unit: "A", obis: ["1-0:51.7.0"], phase: 2 },
	{ address: 0x000a, unit: "A", obis: ["1-0:71.7.0"], phase: 3 },
	{ address: 0x000c, unit: "W", obis: ["1-0:21.7.0", "1-0:22.7.0"], phase: 1 },
	{ address: 0x000e, unit: "W", obis: ["1-0:41.7.0", "1-0:42.7.0"], phase: 2 },
	{ address: 0x0010, unit: "W", obis: ["1-0:61.7.0", "1-0:62.7.0"], phase: 3 },
	{ address: 0x0018, unit: "VAr", obis: ["1-0:23.7.0", "1-0:24.7.0"], phase: 1 },
	{ address: 0x001a, unit: "VAr", obis: ["1-0:43.7.0", "1-0:44.7.0"], phase: 2 },
	{ address: 0x001c, unit: "VAr", obis: ["1-0:63.7.0", "1-0:64.7.0"], phase: 3 },
	{ address: 0x0034, unit: "W", obis: ["1-0:1.7.0", "1-0:2.7.0"] },
	{ address: 0x003c, unit: "VAr", obis: ["1-0:3.7.0", "1-0:4.7.0"] },
	{ address: 0x0046, unit: "Hz", obis: ["1-0:14.7.0"] },
] as const;
const ENERGIES = [
	{ address: 0x0048, unit: "kWh", obis: "1-0:1.8" },
	{ address: 0x004a, unit: "kWh", obis: "1-0:2.8" },
	{ address: 0x004c, unit: "kVArh", obis: "1-0:3.8" },
	{ address: 0x004e, unit: "kVArh", obis: "1-0:4.8" },
] as const;

/** In the register's unit: telegrams have kW and kvar, registers W and VAr. */
const PER_WIRE: Readonly<Record<string, number>> = {
	kw: 1000,
	w: 1,
	kvar: 1000,
	var: 1,
	v: 1,
	a: 1,
	hz: 1,
	kwh: 1,
	wh: 0.001,
	kvarh: 1,
	varh: 0.001,
};

type Objects = Readonly<Record<string, readonly string[]>>;

/** The value of a row as it stands in the telegram; undefined when it is not there. */
function wireValue(objects: Objects, code: string): number | undefined {
	const group = objects[code]?.[0];
	if (group === undefined) return undefined;
	const [digits = "", unit = ""] = group.split("*");
	const factor = PER_WIRE[unit.toLowerCase()];
	return factor === undefined ? undefined : Math.round(Number(digits) * factor * 1000) / 1000;
}

/** A voltage, frequency or reactive value that is missing is NaN; what a charger limits by is refused. */
function expectedValue(objects: Objects, { obis, unit, ...row }: (typeof SDM630)[number]): number | string {
	const [imported, exported] = obis.map((code) => wireValue(objects, code));
	if (imported !== undefined) return Math.fround(Math.round((imported - (exported ?? 0)) * 1000) / 1000);
	const codes = SDM630.filter((other) => "phase" in other && "phase" in row && other.phase === row.phase);
	const isThere = codes.some((other) => other.obis.some((code) => objects[code] !== undefined));
	const isAnyThere = SDM630.some((other) => "phase" in other && other.obis.some((code) => objects[code] !== undefined));
	if ("phase" in row && isAnyThere && !isThere) return 0;
	return unit === "A" || unit === "W" ? "0x02" : Number.NaN;
}

function expectedEnergy(objects: Objects, { obis, unit }: (typeof ENERGIES)[number]): number | string {
	const total = wireValue(objects, `${obis}.0`);
	if (total !== undefined) return Math.fround(total);
	const tariffs = [1, 2, 3, 4].flatMap((tariff) => wireValue(objects, `${obis}.${tariff}`) ?? []);
	if (tariffs.length === 0) return unit === "kWh" ? "0x02" : Number.NaN;
	return Math.fround(Math.round(tariffs.reduce((sum, value) => sum + value, 0) * 1000) / 1000);
}

describe("registers of an SDM630", () => {
	const corpus = readCorpus().filter(({ folder, expected }) => folder !== "malformed" && expected.crc.ok !== false);

	test.each(corpus)("$name", ({ bytes, expected: { objects } }) => {
		const bench = new ModbusBench();
		bench.meter.receive(bytes);
		const values = [...SDM630, ...ENERGIES].map(({ address }) => [address, bench.value(address)]);
		expect(values).toEqual([
			...SDM630.map((row) => [row.address, expectedValue(objects, row)]),
			...ENERGIES.map((row) => [row.address, expectedEnergy(objects, row)]),
		]);
	});

	test("the corpus has each of these values, in both directions where there are two", () => {
		const codes = [...SDM630.flatMap(({ obis }) => [...obis]), ...ENERGIES.map(({ obis }) => `${obis}.0`)];
		const missing = codes.filter((code) => !corpus.some(({ expected }) => expected.objects[code] !== undefined));
		expect(missing).toEqual([]);
	});

	test("watts are not VAr: the registers that are easily swapped", () => {
		const bench = new ModbusBench();
		bench.meter.receive([
			"1-0:1.7.0(0006.000*kW)",
			"1-0:2.7.0(0000.000*kW)",
			"1-0:3.7.0(0000.000*kvar)",
			"1-0:4.7.0(0000.600*kvar)",
			...["21", "41", "61"].map((code, i) => `1-0:${code}.7.0(000${i + 1}.000*kW)`),
			...["22", "42", "62"].map((code) => `1-0:${code}.7.0(0000.000*kW)`),
			...["23", "43", "63"].map((code) => `1-0:${code}.7.0(0000.000*kvar)`),
			...["24", "44", "64"].map((code, i) => `1-0:${code}.7.0(0000.${i + 1}00*kvar)`),
		]);
		const read = (addresses: readonly number[]): (number | string)[] =>
			addresses.map((address) => bench.value(address));
		expect(read([0x0c, 0x0e, 0x10, 0x34])).toEqual([1000, 2000, 3000, 6000]);
		expect(read([0x18, 0x1a, 0x1c, 0x3c])).toEqual([-100, -200, -300, -600]);
	});

	test("powers are negative while energy is delivered to the grid, currents never are", () => {
		const bench = new ModbusBench();
		bench.meter.receive([
			"1-0:1.7.0(0000.000*kW)",
			"1-0:2.7.0(0004.140*kW)",
			"1-0:21.7.0(0000.000*kW)",
			"1-0:22.7.0(0004.140*kW)",
			"1-0:31.7.0(018.1*A)",
			"1-0:13.7.0(0.997)",
			"1-0:33.7.0(0.991)",
		]);
		expect(bench.value(0x34)).toBe(-4140);
		expect(bench.value(0x0c)).toBe(-4140);
		expect(bench.value(0x06)).toBe(Math.fround(18.1));
		expect(bench.value(0x3e)).toBe(Math.fround(-0.997));
		expect(bench.value(0x1e)).toBe(Math.fround(-0.991));
	});

	test.each([
		{ address: 0x0012, rows: ["1-0:29.7.0(0001.100*kVA)", "1-0:30.7.0(0000.000*kVA)"], value: 1100 },
		{ address: 0x0014, rows: ["1-0:49.7.0(0001.200*kVA)"], value: 1200 },
		{ address: 0x0016, rows: ["1-0:70.7.0(0001.300*kVA)"], value: 1300 },
		{ address: 0x0038, rows: ["1-0:9.7.0(0000.000*kVA)", "1-0:10.7.0(0003.600*kVA)"], value: 3600 },
		{ address: 0x001e, rows: ["1-0:33.7.0(0.500)"], value: Number.NaN },
		{ address: 0x001e, rows: ["1-0:33.7.0(0.500)", "1-0:21.7.0(0000.000*kW)"], value: 0.5 },
		{ address: 0x003e, rows: ["1-0:1.7.0(0000.001*kW)"], value: Number.NaN },
		{ address: 0x00e0, rows: ["1-0:91.7.0(002.5*A)"], value: 2.5 },
		{ address: 0x0030, rows: ["1-0:31.7.0(001.5*A)", "1-0:51.7.0(002.0*A)", "1-0:71.7.0(003.0*A)"], value: 6.5 },
		{ address: 0x0030, rows: ["1-0:31.7.0(001.5*A)"], value: 1.5 },
		{ address: 0x0030, rows: ["1-0:31.7.0(001.5*A)", "1-0:52.7.0(230.0*V)"], value: "0x02" },
		{ address: 0x0156, rows: ["1-0:1.8.0(000010.000*kWh)", "1-0:2.8.0(000002.500*kWh)"], value: 12.5 },
		{ address: 0x0156, rows: ["1-0:1.8.0(000010.000*kWh)"], value: "0x02" },
		{ address: 0x0158, rows: ["1-0:3.8.0(000001.000*kvarh)", "1-0:4.8.0(000002.000*kvarh)"], value: 3 },
		{ address: 0x0158, rows: ["1-0:3.8.0(000001.000*kvarh)"], value: Number.NaN },
		{ address: 0x0034, rows: ["1-0:16.7.0(-0001.500*kW)"], value: -1500 },
		{ address: 0x0034, rows: ["1-0:2.7.0(0001.500*kW)"], value: "0x02" },
		// Phase angle, demand, distortion, energy of a phase: an SDM630 has them, a P1 port has not.
		{ address: 0x0024, rows: [], value: Number.NaN },
		{ address: 0x0054, rows: ["1-0:1.4.0(0001.000*kW)"], value: Number.NaN },
		{ address: 0x00ea, rows: [], value: Number.NaN },
		{ address: 0x015a, rows: [], value: Number.NaN },
	])("$address from $rows: $value", ({ address, rows, value }) => {
		const bench = new ModbusBench();
		bench.meter.receive(["0-0:1.0.0(240108164940W)", ...rows]);
		expect(bench.value(address)).toEqual(value);
	});

	test("a register that is read alone, and the same in the block of an SDM630's whole first page", () => {
		const bench = new ModbusBench();
		bench.meter.receive(["1-0:1.7.0(0001.234*kW)", "1-0:31.7.0(001.5*A)", "1-0:21.7.0(0001.234*kW)"]);
		const { data, exception } = bench.ask(readFrame(0x0c, 42));
		expect(exception).toBeUndefined();
		expect(new DataView(data.buffer).getFloat32(2 * (0x34 - 0x0c))).toBe(1234);
		expect([...data.subarray(2 * (0x34 - 0x0c)).subarray(0, 4)]).toEqual([0x44, 0x9a, 0x40, 0x00]);
	});
});

describe("register map", () => {
	test("each value has an even address of its own below the end of the map", () => {
		const addresses = REGISTER_MAP.map(({ address }) => address);
		expect(new Set(addresses).size).toBe(addresses.length);
		for (const address of addresses) {
			expect(address % 2).toBe(0);
			expect(address).toBeLessThan(MAP_END);
		}
		expect(REGISTER_MAP.map(({ address }) => rowOf(address))).toEqual(REGISTER_MAP);
		expect(rowOf(0x24)).toBeUndefined();
	});

	test("has the units of the SDM630", () => {
		const units = [...SDM630, ...ENERGIES].map(({ address }) => [address, rowOf(address)?.unit]);
		expect(units).toEqual([...SDM630, ...ENERGIES].map(({ address, unit }) => [address, unit]));
	});

	test("nothing of it can be changed", () => {
		expect(Object.isFrozen(REGISTER_MAP)).toBe(true);
		expect(REGISTER_MAP.every((row) => Object.isFrozen(row) && Object.isFrozen(row.source))).toBe(true);
	});
});
