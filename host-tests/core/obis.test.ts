import { describe, expect, test } from "vitest";
import { findSlot, obisKey, obisKeyStep } from "../../src/core/obis.js";
import {
	FIELD,
	MBUS_FIELD,
	mbusSlot,
	SLOT_FACTS,
	SLOT_KIND,
	SLOT_UNIT,
	SLOTS,
	TIME_SLOTS,
} from "../../src/core/obis-table.js";
import { UNITS } from "../../src/core/units.js";

const CODES = SLOT_FACTS.map(({ code }) => code).filter((code) => code !== "");

function extend(key: number, text: string): number {
	let extended = key;
	for (let i = 0; i < text.length; i++) extended = obisKeyStep(extended, text.charCodeAt(i));
	return extended;
}

describe("obis table", () => {
	test("finds every code of the table at its own slot", () => {
		expect(new Set(CODES).size).toBe(CODES.length);
		for (const [slot, { code }] of SLOT_FACTS.entries())
			if (code !== "") expect(findSlot(obisKey(code)), code).toBe(slot);
	});

	test("takes no other code for one of its own", () => {
		const known = new Map(CODES.map((code) => [obisKey(code), code]));
		const aliases: string[] = [];
		for (let a = 0; a <= 1; a++) {
			for (let b = 0; b <= 4; b++) {
				const ab = extend(0, `${a}-${b}:`);
				for (let c = 0; c < 100; c++) {
					const abc = extend(ab, `${c}.`);
					for (let d = 0; d < 100; d++) {
						const abcd = extend(abc, `${d}.`);
						for (let e = 0; e < 32; e++) {
							const hit = known.get(e < 10 ? obisKeyStep(abcd, 48 + e) : extend(abcd, String(e)));
							if (hit !== undefined && hit !== `${a}-${b}:${c}.${d}.${e}`) aliases.push(`${a}-${b}:${c}.${d}.${e}`);
						}
					}
				}
			}
		}
		expect(aliases).toEqual([]);
		expect(findSlot(obisKey("1-0:99.99.99"))).toBe(-1);
		expect(findSlot(obisKey("01-0:1.8.0"))).toBe(-1);
	});

	test("names each quantity once, with its unit", () => {
		expect(FIELD.voltageL1_mV).toBe(SLOT_FACTS.findIndex(({ code }) => code === "1-0:32.7.0"));
		expect(SLOT_FACTS[mbusSlot(4, MBUS_FIELD.register_dm3)]).toEqual({
			code: "0-4:24.2.1",
			name: "register",
			channel: 4,
		});
		const names = SLOT_FACTS.map(
			({ name, channel }, slot) => `${channel} ${name} ${UNITS[SLOT_UNIT[slot] ?? 0]?.json}`,
		);
		expect(new Set(names).size).toBe(SLOTS);
		expect(SLOTS).toBeLessThanOrEqual(256);
	});

	test("knows its time slots", () => {
		expect(Array.from(TIME_SLOTS, (slot) => SLOT_FACTS[slot]?.name)).toContain("maximumDemandImportTime");
		for (const slot of TIME_SLOTS) expect(UNITS[SLOT_UNIT[slot] ?? 0]?.symbol).toBe("ms");
		expect(TIME_SLOTS.length).toBe(Array.from(SLOT_KIND).filter((kind) => kind === SLOT_KIND[FIELD.time]).length);
	});
});
