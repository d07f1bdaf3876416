import { describe, expect, test } from "vitest";
import { FIELD, MBUS_FIELD, mbusSlot } from "../../../../src/core/obis-table.js";
import type { ProfileId } from "../../../../src/core/profile.js";
import { TelegramValues } from "../../../../src/core/telegram-values.js";
import { UNIT } from "../../../../src/core/units.js";
import { House, HouseSample } from "../../../../src/platform/node/simulator/house.js";
import { SimulatedMeter } from "../../../../src/platform/node/simulator/simulated-meter.js";

function meterAt(profile: ProfileId, start: string, seed = 4) {
	const startUtcMs = Date.parse(start);
	const meter = new SimulatedMeter({ profile, seed, startUtcMs });
	const values = new TelegramValues();
	return {
		at(utcMs: number): TelegramValues {
			meter.advanceTo(utcMs);
			meter.fill(values);
			return values;
		},
		startUtcMs,
	};
}

function get(values: TelegramValues, slot: number): number {
	expect(values.units[slot]).not.toBe(UNIT.absent);
	return values.values[slot] as number;
}

describe("simulatedMeter", () => {
	test("counts the net of the three phases of every second, exactly", () => {
		const { at, startUtcMs } = meterAt("se", "2026-06-21T03:00:00Z");
		const before = at(startUtcMs);
		const importBefore = get(before, FIELD.energyImport_Wh);
		const exportBefore = get(before, FIELD.energyExport_Wh);
		const house = new House({ seed: 4, gas: false });
		const sample = new HouseSample();
		let importMws = 0;
		let exportMws = 0;
		for (let s = 0; s < 4 * 3600; s++) {
			house.sample(startUtcMs + s * 1000, sample);
			const netMw = sample.activeMw.reduce((total, mw) => total + mw, 0);
			if (netMw > 0) importMws += netMw;
			else exportMws -= netMw;
		}
		const after = at(startUtcMs + 4 * 3_600_000);
		// Both directions within the hours after sunrise.
		expect(Math.min(importMws, exportMws)).toBeGreaterThan(36_000_000);
		expect(get(after, FIELD.energyImport_Wh) - importBefore).toBe(Math.floor(importMws / 3_600_000));
		expect(get(after, FIELD.energyExport_Wh) - exportBefore).toBe(Math.floor(exportMws / 3_600_000));
	});

	test("has no powers before its first second", () => {
		const { at, startUtcMs } = meterAt("se", "2026-06-21T03:00:00Z");
		expect(at(startUtcMs).units[FIELD.powerImport_W]).toBe(UNIT.absent);
		expect(at(startUtcMs + 1000).units[FIELD.powerImport_W]).toBe(UNIT.W);
	});

	test("adds to the register of the tariff that holds, and the total is their sum", () => {
		const { at, startUtcMs } = meterAt("dsmr5", "2026-01-06T05:30:00Z");
		const tariffs = () => {
			const values = at(startUtcMs + minutes * 60_000);
			const [total, low, normal] = [
				FIELD.energyImport_Wh,
				FIELD.energyImportTariff1_Wh,
				FIELD.energyImportTariff2_Wh,
			].map((slot) => get(values, slot));
			expect(total).toBe((low ?? 0) + (normal ?? 0));
			return { indicator: get(values, FIELD.tariffIndicator), low, normal };
		};
		let minutes = 0;
		const first = tariffs();
		minutes = 29;
		const beforeSeven = tariffs();
		minutes = 30;
		const atSeven = tariffs();
		minutes = 90;
		const afterSeven = tariffs();
		expect([beforeSeven.indicator, atSeven.indicator]).toEqual([1, 2]);
		expect(beforeSeven.low).toBeGreaterThan(first.low ?? 0);
		expect(beforeSeven.normal).toBe(first.normal);
		expect(afterSeven.normal).toBeGreaterThan(atSeven.normal ?? 0);
		expect(afterSeven.low).toBe(atSeven.low);
	});

	test.each<[ProfileId, number, number]>([
		["dsmr2", MBUS_FIELD.registerDsmr3_dm3, 3600],
		["dsmr4", MBUS_FIELD.register_dm3, 3600],
		["dsmr5", MBUS_FIELD.register_dm3, 300],
		["be", MBUS_FIELD.registerUnconverted_dm3, 300],
	])("%s reads its gas meter at whole periods", (profile, field, intervalS) => {
		const { at, startUtcMs } = meterAt(profile, "2026-01-20T06:00:10Z");
		const slot = mbusSlot(1, field);
		let lastDm3 = 0;
		const changes: number[] = [];
		for (let s = 0; s < 4 * 3600; s += 50) {
			const values = at(startUtcMs + s * 1000);
			const timeMs = get(values, slot + 1);
			expect(timeMs % (intervalS * 1000)).toBe(0);
			const ageMs = startUtcMs + s * 1000 - timeMs;
			expect(ageMs).toBeGreaterThanOrEqual(0);
			expect(ageMs).toBeLessThan(intervalS * 1000);
			const dm3 = get(values, slot);
			expect(dm3).toBeGreaterThanOrEqual(lastDm3);
			if (dm3 !== lastDm3) changes.push(timeMs);
			lastDm3 = dm3;
		}
		expect(changes.length).toBeGreaterThan(3);
		expect(new Set(changes).size).toBe(changes.length);
	});

	test("the Belgian demand is the quarter's energy, and its peak is kept until the month ends", () => {
		// 31 January 19:00 local time to 1 February 00:15, an evening on which the car of seed 6 is charged.
		const quarters = 20;
		const { at, startUtcMs } = meterAt("be", "2026-01-31T18:00:00Z", 6);
		const firstPeakW = get(at(startUtcMs), FIELD.maximumDemandImport_W);
		let peakW = firstPeakW;
		for (let quarter = 1; quarter <= quarters; quarter++) {
			const fromWh = get(at(startUtcMs + (quarter - 1) * 900_000), FIELD.energyImport_Wh);
			const before = at(startUtcMs + quarter * 900_000 - 1000);
			const demandW = get(before, FIELD.demandImport_W);
			const meanW = (get(before, FIELD.energyImport_Wh) - fromWh) * 4;
			expect(Math.abs(demandW - meanW)).toBeLessThanOrEqual(8);
			peakW = Math.max(peakW, demandW);
			const after = at(startUtcMs + quarter * 900_000);
			expect(get(after, FIELD.demandImport_W)).toBe(0);
			// One more second of at most 17 kW.
			if (quarter < quarters) expect(get(after, FIELD.maximumDemandImport_W) - peakW).toBeLessThan(20);
		}
		expect(peakW).toBeGreaterThan(firstPeakW + 5000);
		const inFebruary = at(startUtcMs + (quarters + 1) * 900_000);
		const offset = inFebruary.textOffset(FIELD.demandHistory);
		const length = inFebruary.textLength(FIELD.demandHistory);
		const log = Buffer.from(inFebruary.bytes.subarray(offset, offset + length)).toString("latin1");
		const months = log.slice(1, -1).split(")(");
		expect(months.slice(0, 4)).toEqual(["13", "1-0:1.6.0", "1-0:1.6.0", "250201000000W"]);
		const [monthEnd, at1, peak] = months.slice(-3);
		expect(monthEnd).toBe("260201000000W");
		expect(at1).toMatch(/^2601(312[0-3](00|15|30|45)|3119(15|30|45))00W$/);
		expect(Math.abs(Number.parseFloat(peak ?? "") * 1000 - peakW)).toBeLessThan(20);
		expect(months.length).toBe(3 + 3 * 13);
		expect(get(inFebruary, FIELD.maximumDemandImportTime)).toBe(startUtcMs + (quarters + 1) * 900_000);
	});
});
