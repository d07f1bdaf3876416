import { describe, expect, test } from "vitest";
import { PART_BYTES } from "../../../../src/publishers/mqtt/discovery/payload.js";
import { BASE_TOPIC_MAX_LENGTH } from "../../../../src/publishers/mqtt/topics.js";
import { announce, entitiesOf, IDENTITY, learnFrom, writeDocuments } from "../../../support/announcements.js";
import { readCorpus } from "../../../support/corpus.js";
import { ascii, telegramOf } from "../../../support/decode-all.js";
import { everyRow } from "../../../support/every-row.js";
import { type Entity, readAnnouncement } from "../../../support/home-assistant.js";
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

test("nothing that a meter may send makes a document that is no JSON", () => {
	const { documents } = announce(ascii(telegramOf(["0-0:96.13.0(225C0A22)", '1-0:0.2.0(a"b\\c)'], 'XXX5"\\')));
	for (const { topic, payload } of documents) expect(readAnnouncement(topic, payload).complaints).toEqual([]);
});
