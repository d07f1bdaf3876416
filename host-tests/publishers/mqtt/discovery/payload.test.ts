import { describe, expect, test } from "vitest";
import { PART_BYTES } from "../../../../src/publishers/mqtt/discovery/payload.js";
import { BASE_TOPIC_MAX_LENGTH } from "../../../../src/publishers/mqtt/topics.js";
import {
	IDENTITY,
	learnFrom,
	readTelegrams,
	type SentDocument,
	writeDocuments,
} from "../../../support/announcements.js";
import { readCorpus } from "../../../support/corpus.js";
import { ascii, telegramOf } from "../../../support/decode-all.js";
import { everyRow } from "../../../support/every-row.js";
import { type Entity, liveEntities, readAnnouncement } from "../../../support/home-assistant.js";
import { ENERGY_DASHBOARD } from "../../../support/home-assistant-rules.js";
import { belgianTelegram, dutchTelegram, swedishTelegram } from "../../../support/telegrams.js";
import { renderTemplate } from "../../../support/value-template.js";

/** Anonymised telegrams get the CRC that fits them now. */
const corpus = readCorpus()
	.filter(({ folder }) => folder !== "malformed")
	.map(({ name, bytes, expected }) => {
		const telegram = Buffer.from(bytes);
		if (expected.crc.ok === false) telegram.write(expected.crc.computed, telegram.lastIndexOf("!") + 1, "latin1");
		return { name, bytes: new Uint8Array(telegram) };
	});
const everything = { name: "every row of the table", bytes: ascii(telegramOf(everyRow())) };
const subjects = [
	...corpus,
	{ name: "a Swedish meter", bytes: swedishTelegram() },
	{ name: "a Dutch meter", bytes: dutchTelegram() },
	{ name: "a Belgian meter", bytes: belgianTelegram() },
	everything,
];

function announce(...telegrams: readonly Uint8Array[]): { documents: SentDocument[]; json: Record<string, unknown> } {
	const { known, jsons } = learnFrom(...telegrams);
	return { documents: writeDocuments(known), json: jsons.at(-1) ?? {} };
}

/** By the identifier that is unique, without the dongle's: `mbus1_gas_volume`. */
function entitiesOf(documents: readonly SentDocument[]): ReadonlyMap<string, Entity> {
	const all = documents.flatMap(({ topic, payload }) => [...liveEntities(readAnnouncement(topic, payload)).values()]);
	return new Map(all.map((entity) => [(entity.unique_id ?? "").replace("p1_a1b2c3d4e5f6_", ""), entity]));
}

/** Members of the JSON that are no entity of their own. */
const NO_ENTITY = ["stale", "profile", "meterTime", "powerFailureLog", "demandHistory", "mbus"];
const NO_MBUS_ENTITY = ["channel", "deviceType", "medium"];

/** The members of a reading's JSON that have to be an entity, as `name` or `channel/name`. */
function members(json: Record<string, unknown>): string[] {
	const devices = (json.mbus ?? []) as Record<string, unknown>[];
	return [
		...Object.keys(json).filter((name) => !NO_ENTITY.includes(name)),
		...devices.flatMap((device) =>
			Object.keys(device)
				.filter((name) => !NO_MBUS_ENTITY.includes(name))
				.map((name) => `${device.channel}/${name}`),
		),
	].sort();
}

/** The member that a template reads, in the same form; undefined for what is computed. */
function memberOf({ value_template: template = "" }: Entity): string | undefined {
	const mbus = /'channel','eq',(\d)\)\|map\(attribute='(\w+)'/.exec(template);
	if (mbus !== null) return `${mbus[1]}/${mbus[2]}`;
	const names = [...template.matchAll(/value_json\.(\w+)/g)].map(([, name]) => name);
	return names.length === 1 && names[0] !== "stale" ? names[0] : undefined;
}

function memberValue(json: Record<string, unknown>, name: string): unknown {
	const [channel, member] = name.includes("/") ? name.split("/") : [undefined, name];
	if (channel === undefined) return json[name];
	const devices = (json.mbus ?? []) as Record<string, unknown>[];
	return devices.find((device) => device.channel === Number(channel))?.[member ?? ""];
}

function without(json: Record<string, unknown>, name: string): Record<string, unknown> {
	const [channel, member = ""] = name.includes("/") ? name.split("/") : [undefined, name];
	const copy = structuredClone(json);
	if (channel === undefined) delete copy[name];
	else for (const device of copy.mbus as Record<string, unknown>[]) delete device[member];
	return copy;
}

describe("discovery payload", () => {
	test.each(subjects)("$name: Home Assistant has nothing against it", ({ bytes }) => {
		for (const { topic, payload } of announce(bytes).documents) {
			expect(readAnnouncement(topic, payload).complaints).toEqual([]);
		}
	});

	test.each(subjects)("$name: an entity for each value that the meter sends, and no other", ({ bytes }) => {
		const { documents, json } = announce(bytes);
		const read = [...entitiesOf(documents).values()].flatMap((entity) => memberOf(entity) ?? []);
		expect(read.sort()).toEqual(members(json));
	});

	test.each(subjects)("$name: each template gives the JSON's value, and unknown without it: never 0", ({ bytes }) => {
		const { documents, json } = announce(bytes);
		for (const [key, entity] of entitiesOf(documents)) {
			const { value_template: template = "" } = entity;
			const name = memberOf(entity);
			if (name === undefined) {
				expect(["connection", "powerNet"]).toContain(key);
				continue;
			}
			const value = memberValue(json, name);
			const rendered = renderTemplate(template, json);
			if (typeof value !== "number") expect(rendered).toBe(String(value).slice(0, 255));
			else
				expect(Number(rendered)).toBe(
					/^k|^GJ/.test(entity.unit_of_measurement ?? "") && /\/1000/.test(template) ? value / 1000 : value,
				);
			expect(renderTemplate(template, without(json, name))).toBe("None");
			expect(renderTemplate(template, { stale: true })).toBe("None");
		}
	});

	test.each(subjects)("$name: unit and name of the JSON and of the entity agree", ({ bytes }) => {
		const units: Readonly<Record<string, string>> = {
			Wh: "kWh",
			W: "W",
			Varh: "kvarh",
			Var: "var",
			VAh: "kVAh",
			VA: "VA",
			V: "V",
			A: "A",
			Hz: "Hz",
			M3: "m³",
			GJ: "GJ",
			S: "s",
		};
		for (const [key, entity] of entitiesOf(announce(bytes).documents)) {
			const name = memberOf(entity)?.split("/").at(-1);
			if (name === undefined) continue;
			const quantity = key.split("_").at(-1) ?? "";
			expect(name.startsWith(quantity)).toBe(true);
			expect(entity.unit_of_measurement).toBe(units[name.slice(quantity.length)]);
			expect(/\/1000/.test(entity.value_template ?? "")).toBe(/^k/.test(entity.unit_of_measurement ?? ""));
		}
	});

	test("read in pieces of any size it is the same, byte for byte", () => {
		const { known } = learnFrom(everything.bytes);
		const whole = writeDocuments(known);
		for (const pieceBytes of [1, 7, 256, 100_000]) expect(writeDocuments(known, { pieceBytes })).toEqual(whole);
	});

	test("the longest name, base topic, model and URL fit, also where each character needs six bytes", () => {
		const identity = {
			...IDENTITY,
			name: "é".repeat(32),
			model: "m".repeat(32),
			configurationUrl: `http://${"u".repeat(121)}`,
		};
		const { known } = learnFrom(everything.bytes);
		for (const { topic, payload } of writeDocuments(known, { identity, base: "x".repeat(BASE_TOPIC_MAX_LENGTH) })) {
			const { complaints, entities, device } = readAnnouncement(topic, payload);
			expect(complaints).toEqual([]);
			if (device.via_device === undefined) expect(device).toMatchObject({ name: identity.name });
			const plain = writeDocuments(known).find((sent) => sent.topic === topic);
			expect([...entities.keys()]).toEqual([...readAnnouncement(topic, plain?.payload ?? "").entities.keys()]);
			const head = payload.slice(0, payload.indexOf('"cmps":{') + 8);
			expect(head.length).toBeLessThanOrEqual(PART_BYTES);
		}
	});

	test("sizes: a Swedish meter's is under 9 KB, the largest of all telegrams under 32 KB", () => {
		const sizes = subjects.map(({ name, bytes }) => ({
			name,
			size: announce(bytes).documents[0]?.payload.length ?? 0,
		}));
		expect(sizes.find(({ name }) => name === "a Swedish meter")?.size).toBeLessThan(9000);
		expect(Math.max(...corpus.map(({ bytes }) => announce(bytes).documents[0]?.payload.length ?? 0))).toBeLessThan(
			32_000,
		);
	});
});

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
		const entities = entitiesOf(announce(everything.bytes).documents);
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
		const row = corpus.find(({ name }) => name === "nl-v5/iskra-v5-many-mbus");
		const { documents, json } = announce(row?.bytes ?? new Uint8Array(0));
		const devices = json.mbus as { channel: number }[];
		expect(devices.length).toBeGreaterThan(1);
		const turned = { ...json, mbus: [...devices].reverse() };
		for (const [, { value_template: template = "" }] of entitiesOf(documents)) {
			expect(renderTemplate(template, turned)).toBe(renderTemplate(template, json));
		}
	});
});

test("nothing that a meter may send makes a document that is no JSON", () => {
	readTelegrams([ascii(telegramOf(["0-0:96.13.0(225C0A22)", '1-0:0.2.0(a"b\\c)']))], () => {});
	const { documents } = announce(ascii(telegramOf(["0-0:96.13.0(225C0A22)", '1-0:0.2.0(a"b\\c)'], 'XXX5"\\')));
	for (const { topic, payload } of documents) expect(readAnnouncement(topic, payload).complaints).toEqual([]);
});
