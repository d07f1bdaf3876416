import { describe, expect, test } from "vitest";
import { FIELD } from "../../src/core/obis-table.js";
import { TelegramValues, toOctets } from "../../src/core/telegram-values.js";
import { UNIT } from "../../src/core/units.js";

function text(values: TelegramValues, slot: number): string {
	const offset = values.textOffset(slot);
	return String.fromCharCode(...values.bytes.subarray(offset, offset + values.textLength(slot)));
}

describe("telegramValues", () => {
	test("keeps numbers in the unit of the slot's key, or in the one that is asked for", () => {
		const values = new TelegramValues();
		values.set(FIELD.powerImport_W, 4190);
		values.set(FIELD.limiterThreshold_W, 27_600, UNIT.VA);
		expect([values.values[FIELD.powerImport_W], values.units[FIELD.powerImport_W]]).toEqual([4190, UNIT.W]);
		expect([values.values[FIELD.limiterThreshold_W], values.units[FIELD.limiterThreshold_W]]).toEqual([
			27_600,
			UNIT.VA,
		]);
	});

	test("keeps texts apart, the last one of a slot", () => {
		const values = new TelegramValues();
		values.setText(FIELD.equipmentIdentifier, "4530");
		values.setText(FIELD.emucsVersion, "50217");
		values.setText(FIELD.equipmentIdentifier, "4531303030");
		expect([text(values, FIELD.equipmentIdentifier), text(values, FIELD.emucsVersion)]).toEqual([
			"4531303030",
			"50217",
		]);
	});

	test("has no text where a slot is absent or a number", () => {
		const values = new TelegramValues();
		values.set(FIELD.powerImport_W, 1);
		values.setText(FIELD.emucsVersion, "50217");
		values.remove(FIELD.emucsVersion);
		expect([text(values, FIELD.powerImport_W), text(values, FIELD.emucsVersion)]).toEqual(["", ""]);
		expect([values.textOffset(FIELD.emucsVersion), values.units[FIELD.emucsVersion]]).toEqual([0, UNIT.absent]);
	});

	test("refuses texts beyond its room, until it is cleared", () => {
		const values = new TelegramValues();
		values.setText(FIELD.textMessage, "4".repeat(4096));
		expect(() => values.setText(FIELD.emucsVersion, "5")).toThrow(RangeError);
		values.clear();
		expect(values.units[FIELD.textMessage]).toBe(UNIT.absent);
		values.setText(FIELD.emucsVersion, "50217");
		expect(text(values, FIELD.emucsVersion)).toBe("50217");
	});
});

describe("toOctets", () => {
	// telegrams/nl-v4/kaifa-42-a.txt: the M-Bus meter whose identifier is G0025003276855515.
	test("writes hexadecimal digits in capitals", () => {
		expect(toOctets("G0025003276855515")).toBe("4730303235303033323736383535353135");
		expect(toOctets("\nO")).toBe("0A4F");
	});
});
