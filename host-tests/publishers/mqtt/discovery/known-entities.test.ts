import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SLOT_ACCEPTS, SLOT_FACTS } from "../../../../src/core/obis-table.js";
import { UNIT } from "../../../../src/core/units.js";
import { lookOf } from "../../../../src/publishers/mqtt/discovery/entities.js";
import { toSlug, toSnakeCase, toWords } from "../../../../src/publishers/mqtt/discovery/entity-names.js";
import { KnownEntities } from "../../../../src/publishers/mqtt/discovery/known-entities.js";
import { learnFrom } from "../../../support/announcements.js";
import { ascii, telegramOf } from "../../../support/decode-all.js";
import { everyRow } from "../../../support/every-row.js";
import { dutchTelegram } from "../../../support/telegrams.js";

describe("known entities", () => {
	test.each([
		{ name: "a Dutch meter", telegram: dutchTelegram() },
		{ name: "every row", telegram: ascii(telegramOf(everyRow())) },
	])("$name: what is known survives as text", ({ telegram }) => {
		const { known } = learnFrom(telegram);
		const restored = new KnownEntities();
		expect(restored.restore(known.toText())).toBe(true);
		expect(restored.units).toEqual(known.units);
		for (let document = 0; document <= 4; document++) expect(restored.medium(document)).toBe(known.medium(document));
		expect(known.toText()).toMatch(/^[\x20-\x7e]{200,400}$/);
	});

	test("a text that was written by something else is refused or harmless", () => {
		const text = learnFrom(dutchTelegram()).known.toText();
		fc.assert(
			fc.property(fc.string(), fc.nat(text.length), fc.nat(5), (garbage, at, length) => {
				const known = new KnownEntities();
				known.restore(text.slice(0, at) + garbage + text.slice(at + length));
				for (const [entity, unit] of known.units.entries()) {
					expect(unit <= UNIT.text && unit !== UNIT.bare).toBe(true);
					lookOf(entity, unit, "gas");
				}
			}),
		);
	});
});

describe("how slots are shown", () => {
	test("each slot that can be published has a look in every unit that it believes, and a name", () => {
		for (const [slot, { name, channel }] of SLOT_FACTS.entries()) {
			if (/Log$|History$/.test(name)) continue;
			for (let unit = 1; unit <= UNIT.text; unit++) {
				if (unit === UNIT.bare || (((SLOT_ACCEPTS[slot] ?? 0) >> unit) & 1) === 0) continue;
				expect({ name, look: lookOf(slot, unit, channel === 0 ? undefined : "gas") }).toEqual({
					name,
					look: expect.any(Object),
				});
			}
			expect(toWords(name)).toMatch(/^[A-Z][a-z]*( [a-z]+| L[123]| \d)*$/);
			expect(toSnakeCase(name)).toMatch(/^[a-z]+[0-9]?(_[a-z]+[0-9]?)*$/);
		}
	});

	test.each([
		["powerImportL1", "Power import L1", "power_import_l1"],
		["energyImportTariff1", "Energy import tariff 1", "energy_import_tariff1"],
		["relay1State", "Relay 1 state", "relay1_state"],
		["voltageSagDurationL3", "Voltage sag duration L3", "voltage_sag_duration_l3"],
		["fuseThresholdL2", "Fuse threshold L2", "fuse_threshold_l2"],
		["longPowerFailures", "Long power failures", "long_power_failures"],
		["textMessage2", "Text message 2", "text_message2"],
		["limiterThreshold", "Limiter threshold", "limiter_threshold"],
	])("%s is %j and %j", (name, words, snake) => {
		expect([toWords(name), toSnakeCase(name)]).toEqual([words, snake]);
	});

	test.each([
		["p1", "p1"],
		["house/P1-meter", "house_p1_meter"],
		["!~", "p1"],
		["--a--", "a"],
		["x".repeat(64), "x".repeat(32)],
		[`${"x".repeat(31)}/y`, "x".repeat(31)],
	])("the base topic %s begins identifiers as %s", (base, slug) => {
		expect(toSlug(base)).toBe(slug);
	});
});
