import { describe, expect, test } from "vitest";
import { announce, entitiesOf, learnFrom, writeDocuments } from "../../../support/announcements.js";
import { readCorpus } from "../../../support/corpus.js";
import { ascii, telegramOf } from "../../../support/decode-all.js";
import { everyRow } from "../../../support/every-row.js";
import { readAnnouncement } from "../../../support/home-assistant.js";
import { ENERGY_DASHBOARD } from "../../../support/home-assistant-rules.js";
import { dutchTelegram, swedishTelegram } from "../../../support/telegrams.js";
import { renderTemplate } from "../../../support/value-template.js";

describe("what is announced", () => {
	test("the dongle: stable identifiers, and nothing that Home Assistant could not show", () => {
		const [document] = announce(swedishTelegram()).documents;
		expect(document?.topic).toBe("homeassistant/device/p1_a1b2c3d4e5f6/config");
		const { device, origin } = readAnnouncement(document?.topic ?? "", document?.payload ?? "");
		expect(device).toEqual({
			identifiers: "p1_a1b2c3d4e5f6",
			name: "P1 dongle",
			manufacturer: "p1-dongle",
			model: "host",
			serial_number: "a1b2c3d4e5f6",
			sw_version: "1.2.3",
			configuration_url: "http://192.168.1.5/",
		});
		expect(origin).toEqual({ name: "p1-dongle", sw_version: "1.2.3" });
	});

	test("entities are available while the dongle is connected and the reading is not stale", () => {
		for (const [key, entity] of entitiesOf(announce(dutchTelegram()).documents)) {
			const availability = entity.availability ?? [];
			if (key === "connection") {
				expect(availability).toEqual([{ topic: "p1/status" }]);
				continue;
			}
			expect(entity.availability_mode).toBe("all");
			expect(availability.map(({ topic }) => topic)).toEqual(["p1/status", "p1/state"]);
			const template = String(availability[1]?.value_template);
			expect(renderTemplate(template, { stale: false })).toBe("online");
			expect(renderTemplate(template, { stale: true })).toBe("offline");
			expect(entity).not.toHaveProperty("expire_after");
		}
	});

	test("whether the meter speaks is an entity of its own, known as long as the dongle is connected", () => {
		const connection = entitiesOf(announce(swedishTelegram()).documents).get("connection");
		expect(connection).toMatchObject({ platform: "binary_sensor", device_class: "connectivity" });
		expect(renderTemplate(connection?.value_template ?? "", { stale: false })).toBe("ON");
		expect(renderTemplate(connection?.value_template ?? "", { stale: true })).toBe("OFF");
	});

	test.each([
		{ key: "energyImport", source: "grid", telegram: swedishTelegram() },
		{ key: "energyExport", source: "grid", telegram: swedishTelegram() },
		{ key: "powerNet", source: "power", telegram: swedishTelegram() },
		{ key: "energyImportTariff1", source: "grid", telegram: dutchTelegram() },
		{ key: "energyExportTariff2", source: "grid", telegram: dutchTelegram() },
		{ key: "mbus1_gas_volume", source: "gas", telegram: dutchTelegram() },
		{
			key: "mbus1_water_volume",
			source: "water",
			telegram: dutchTelegram({ mbus: { deviceType: 7, register_dm3: 5 } }),
		},
	])("$key may go into the Energy dashboard as it is", ({ key, source, telegram }) => {
		const entity = entitiesOf(announce(telegram).documents).get(key);
		const rule = ENERGY_DASHBOARD[source];
		expect(entity?.device_class).toBe(rule?.deviceClass);
		expect(rule?.units).toContain(entity?.unit_of_measurement);
		expect(rule?.stateClasses).toContain(entity?.state_class);
		expect(entity).not.toHaveProperty("entity_category");
		expect(entity).not.toHaveProperty("enabled_by_default");
	});

	test("net power is import minus export, unknown without either", () => {
		const entities = entitiesOf(announce(swedishTelegram()).documents);
		const template = entities.get("powerNet")?.value_template ?? "";
		expect(renderTemplate(template, { powerImportW: 0, powerExportW: 1500 })).toBe("-1500");
		expect(renderTemplate(template, { powerImportW: 20, powerExportW: 0 })).toBe("20");
		expect(renderTemplate(template, { powerImportW: 20 })).toBe("None");
		expect(renderTemplate(template, { powerExportW: 20 })).toBe("None");
	});

	test("net power is the meter's own where it sends that, and is missing where nobody knows the export", () => {
		const own = entitiesOf(
			announce(ascii(telegramOf(["1-0:1.7.0(01.000*kW)", "1-0:2.7.0(00.000*kW)", "1-0:16.7.0(01.000*kW)"]))).documents,
		);
		expect(own.get("powerNet")?.value_template).toBe("{{value_json.powerNetW|default(none)}}");
		const importOnly = entitiesOf(announce(swedishTelegram({ powerExport_W: undefined })).documents);
		expect(importOnly.has("powerImport")).toBe(true);
		expect(importOnly.has("powerNet")).toBe(false);
	});

	test("energies have the number of the meter's display", () => {
		const { documents, json } = announce(swedishTelegram());
		const entity = entitiesOf(documents).get("energyImport");
		expect(entity).toMatchObject({ unit_of_measurement: "kWh", suggested_display_precision: 3 });
		expect(renderTemplate(entity?.value_template ?? "", json)).toBe("2721.126");
	});

	test("names and identifiers are words; identifiers begin with the base topic", () => {
		const { known } = learnFrom(dutchTelegram());
		const documents = writeDocuments(known, { base: "Hus/P1-mätare".replace("ä", "a") });
		const entities = entitiesOf(documents);
		const named = (key: string) => [entities.get(key)?.name, entities.get(key)?.default_entity_id];
		expect(named("powerImportL1")).toEqual(["Power import L1", "sensor.hus_p1_matare_power_import_l1"]);
		expect(named("energyImportTariff1")).toEqual([
			"Energy import tariff 1",
			"sensor.hus_p1_matare_energy_import_tariff1",
		]);
		expect(named("p1Version")).toEqual(["P1 version", "sensor.hus_p1_matare_p1_version"]);
		expect(named("mbus1_gas_volume")).toEqual(["Volume", "sensor.hus_p1_matare_gas_volume"]);
		expect(named("connection")).toEqual(["Meter connection", "binary_sensor.hus_p1_matare_connection"]);
	});

	test("the tariff's name is a choice where there is a national rule", () => {
		expect(entitiesOf(announce(dutchTelegram()).documents).get("tariff")).toMatchObject({
			device_class: "enum",
			options: ["low", "normal"],
		});
		expect(entitiesOf(announce(swedishTelegram()).documents).has("tariff")).toBe(false);
	});

	test("the meter's time, new with each telegram, is not enabled; the gas meter's is", () => {
		const entities = entitiesOf(announce(dutchTelegram()).documents);
		expect(entities.get("time")).toMatchObject({ device_class: "timestamp", enabled_by_default: false });
		expect(entities.get("mbus1_gas_time")).not.toHaveProperty("enabled_by_default");
		for (const [key, entity] of entities) if (key !== "time") expect(entity).not.toHaveProperty("enabled_by_default");
	});

	test("texts, counters and limits are diagnostic; what has no history has no state class", () => {
		const entities = entitiesOf(announce(ascii(telegramOf(everyRow()))).documents);
		for (const key of ["equipmentIdentifier", "powerFailures", "limiterThreshold", "fuseThreshold", "textMessage"]) {
			expect(entities.get(key)?.entity_category).toBe("diagnostic");
		}
		for (const key of ["limiterThreshold", "fuseThreshold", "breakerState", "textMessage", "voltageSagMagnitudeL1"]) {
			expect(entities.get(key)).not.toHaveProperty("state_class");
		}
		expect(entities.get("powerFailures")?.state_class).toBe("total_increasing");
		for (const [key, { entity_category: category }] of entities) {
			if (/^(energy|power(Import|Export|Net)|voltageL|currentL|reactive)/.test(key)) expect(category).toBeUndefined();
		}
	});

	test("reactive quantities have their own classes", () => {
		const entities = entitiesOf(announce(swedishTelegram()).documents);
		expect(entities.get("reactivePowerImport")).toMatchObject({
			device_class: "reactive_power",
			unit_of_measurement: "var",
		});
		expect(entities.get("reactiveEnergyImport")).toMatchObject({
			device_class: "reactive_energy",
			unit_of_measurement: "kvarh",
			state_class: "total_increasing",
		});
	});
});

describe("an M-Bus device", () => {
	test.each([
		{ deviceType: 3, medium: "gas", name: "Gas meter", deviceClass: "gas" },
		{ deviceType: 7, medium: "water", name: "Water meter", deviceClass: "water" },
		{ deviceType: 6, medium: "warmWater", name: "Warm water meter", deviceClass: "water" },
		{ deviceType: 10, medium: "cooling", name: "Cooling meter", deviceClass: "volume" },
		{ deviceType: 99, medium: "mbus", name: "M-Bus device", deviceClass: "volume" },
	])("of type $deviceType is a device of its own: $name", ({ deviceType, medium, name, deviceClass }) => {
		const { documents } = announce(dutchTelegram({ mbus: { deviceType, register_dm3: 1234, registerTime: 1e12 } }));
		expect(documents.map(({ topic }) => topic)).toEqual([
			"homeassistant/device/p1_a1b2c3d4e5f6/config",
			"homeassistant/device/p1_a1b2c3d4e5f6_mbus1/config",
		]);
		const announcement = readAnnouncement(documents[1]?.topic ?? "", documents[1]?.payload ?? "");
		expect(announcement.complaints).toEqual([]);
		expect(announcement.device).toEqual({
			identifiers: "p1_a1b2c3d4e5f6_mbus1",
			name,
			model: "M-Bus 1",
			via_device: "p1_a1b2c3d4e5f6",
		});
		expect(announcement.entities.get(`${medium}_volume`)).toMatchObject({
			device_class: deviceClass,
			state_class: "total_increasing",
			unit_of_measurement: "m³",
			unique_id: `p1_a1b2c3d4e5f6_mbus1_${medium}_volume`,
		});
	});

	test("heat in GJ and slave electricity in kWh are energy", () => {
		const telegram = ascii(
			telegramOf([
				"0-2:24.1.0(004)",
				"0-2:24.2.1(240108164940W)(1.5*GJ)",
				"0-3:24.1.0(002)",
				"0-3:24.2.1(240108164940W)(7.5*kWh)",
			]),
		);
		const { documents, json } = announce(telegram);
		const entities = entitiesOf(documents);
		expect(entities.get("mbus2_heat_energy")).toMatchObject({ device_class: "energy", unit_of_measurement: "GJ" });
		expect(renderTemplate(entities.get("mbus2_heat_energy")?.value_template ?? "", json)).toBe("1.5");
		expect(entities.get("mbus3_electricity_energy")).toMatchObject({
			device_class: "energy",
			unit_of_measurement: "kWh",
		});
		expect(renderTemplate(entities.get("mbus3_electricity_energy")?.value_template ?? "", json)).toBe("7.5");
	});

	test("each channel is read by its number, whatever the order in the JSON", () => {
		const row = readCorpus().find(({ name }) => name === "nl-v5/iskra-v5-many-mbus");
		const { documents, json } = announce(row?.bytes ?? new Uint8Array(0));
		const devices = json.mbus as { channel: number }[];
		expect(devices.length).toBeGreaterThan(1);
		const turned = { ...json, mbus: [...devices].reverse() };
		for (const [, { value_template: template = "" }] of entitiesOf(documents)) {
			expect(renderTemplate(template, turned)).toBe(renderTemplate(template, json));
		}
	});
});
