import { describe, expect, test } from "vitest";
import { MemoryKeyValueStore } from "../../../src/platform/node/key-value-store.js";
import type { KeyValueStore } from "../../../src/ports/key-value-store.js";
import { MIGRATIONS, migrate, type RawSettings } from "../../../src/services/settings/migrations.js";
import { defaultSettings } from "../../../src/services/settings/parse.js";
import { parseSettingText, readStoredSettings, writeStoredSettings } from "../../../src/services/settings/stored.js";
import { SETTINGS, SETTINGS_VERSION, type Settings } from "../../../src/services/settings/table.js";
import { readWholeText, writeWholeText } from "../../../src/services/settings/whole-text.js";
import { CUT, CuttingStore, RecordingStore } from "../../support/faulty-store.js";

function storeOf(values: Readonly<Record<string, string>>): MemoryKeyValueStore {
	const store = new MemoryKeyValueStore();
	for (const [key, value] of Object.entries(values)) store.write(key, value);
	return store;
}

describe("settings as text", () => {
	test.each([
		{ key: "mqtt", text: "true", value: true },
		{ key: "mqtt", text: "false", value: false },
		{ key: "mqtt", text: "TRUE", value: undefined },
		{ key: "mqtt", text: "1", value: undefined },
		{ key: "mqtt", text: "", value: undefined },
		{ key: "httpPort", text: "8080", value: 8080 },
		{ key: "httpPort", text: " 8080", value: undefined },
		{ key: "httpPort", text: "8080.0", value: undefined },
		{ key: "httpPort", text: "08080", value: undefined },
		{ key: "httpPort", text: "1e3", value: undefined },
		{ key: "httpPort", text: "0x50", value: undefined },
		{ key: "httpPort", text: "", value: undefined },
		{ key: "httpPort", text: "65536", value: undefined },
		{ key: "profile", text: "se", value: "se" },
		{ key: "profile", text: "xx", value: undefined },
		{ key: "mqttUser", text: "", value: "" },
		{ key: "name", text: "true", value: "true" },
	] as const)("$key = $text", ({ key, text, value }) => {
		expect(parseSettingText(SETTINGS[key], text)).toBe(value);
	});
});

// As the program wrote it before settings were stored as a whole.
const VERSION_0 = {
	version: "1",
	name: "Källaren",
	httpPort: "8081",
	mqttHost: "broker.lan",
	mqttUser: "p1",
	mqttPass: "s3cret",
	mqttTls: "true",
	mqttQos: "1",
};

describe("settings of version 0, a key each", () => {
	const settings = {
		...defaultSettings("device"),
		...{ name: "Källaren", httpPort: 8081, mqttHost: "broker.lan", mqttUser: "p1", mqttPass: "s3cret" },
		...{ mqttTls: true, mqttQos: 1 },
	};

	test("are read", () => {
		expect(readStoredSettings(storeOf(VERSION_0), "device")).toEqual({ settings, errors: [] });
	});

	test("are gone once the settings have been written as a whole", () => {
		const store = storeOf({ ...VERSION_0, serial: "3c39e7aabbcc" });
		writeStoredSettings(store, settings, "device");
		expect(readStoredSettings(store, "device")).toEqual({ settings, errors: [] });
		for (const key of Object.keys(VERSION_0)) expect(store.read(key)).toBeUndefined();
		expect(store.read("serial")).toBe("3c39e7aabbcc");
	});
});

describe("migrations", () => {
	const steps = [
		(values: RawSettings) => ({ ...values, b: Number(values.a) + 1 }),
		({ a: _a, ...rest }: RawSettings) => ({ ...rest, c: Number(rest.b) * 10 }),
	];
	test.each([
		[1, { a: 1 }, { b: 2, c: 20 }],
		[2, { b: 5 }, { b: 5, c: 50 }],
		[3, { c: 7 }, { c: 7 }],
		[9, { d: 1 }, { d: 1 }],
	])("from version %i: each later step once, in order", (version, before, after) => {
		expect(migrate(before, version, steps)).toEqual(after);
	});

	test("there is one for each version but the first", () => {
		expect(MIGRATIONS).toHaveLength(SETTINGS_VERSION - 1);
	});
});

describe("a power cut", () => {
	const old = {
		...defaultSettings("device"),
		name: "Old",
		mqttHost: "old.lan",
		mqttUser: "old",
		mqttPass: "old-secret",
	};
	const pem = `-----BEGIN CERTIFICATE-----\n${"MII".repeat(900)}\n-----END CERTIFICATE-----`;
	const next = { ...old, name: "New", mqttHost: "new.lan", mqttUser: "new", mqttPass: "new-secret", mqttCa: pem };

	test.each([
		["over version 0", () => storeOf({ ...VERSION_0, name: "Old", mqttHost: "old.lan", mqttUser: "old" })],
		["over settings as a whole", () => stored(old)],
		["over longer ones", () => stored({ ...old, mqttCa: `${pem}\n` })],
		["over what another cut left behind", () => cutAfter(stored(old), next, 2)],
	])("at any write %s: the old settings or the new ones, never a mix", (_what, make) => {
		const before = readStoredSettings(make(), "device").settings;
		const seen = new Set<string>();
		let cuts = 0;
		for (; ; cuts++) {
			const store = make();
			const isCut = write(new CuttingStore(store, cuts), next);
			const { settings, errors } = readStoredSettings(store, "device");
			expect(errors).toEqual([]);
			expect([before, next]).toContainEqual(settings);
			seen.add(settings.name);
			// Life goes on, whatever was left.
			writeStoredSettings(store, { ...next, name: "Later" }, "device");
			expect(readStoredSettings(store, "device").settings).toEqual({ ...next, name: "Later" });
			if (!isCut) break;
		}
		expect(cuts).toBeGreaterThan(4);
		expect([...seen].sort()).toEqual(["New", "Old"]);
	});

	test("a secret that was replaced does not stay in the store", () => {
		const store = new RecordingStore();
		writeStoredSettings(store, old, "device");
		writeStoredSettings(store, next, "device");
		expect([...store.values.values()].join()).not.toContain("old-secret");
		writeStoredSettings(store, { ...next, mqttPass: "", mqttUser: "" }, "device");
		expect([...store.values.values()].join()).not.toContain("secret");
	});

	test("keys are as NVS takes them: 15 characters, 4000 bytes of ASCII", () => {
		const store = new RecordingStore();
		writeStoredSettings(store, { ...next, name: "Källaren 🔌" }, "device");
		for (const [key, value] of store.values) {
			expect(key.length).toBeLessThanOrEqual(15);
			expect(value).toMatch(/^[ -~]{1,4000}$/);
		}
		expect(readStoredSettings(store, "device").settings.name).toBe("Källaren 🔌");
	});

	test("more than there is room for: refused, and nothing has changed", () => {
		const store = stored(old);
		const ca = `${pem}${"\u20ac".repeat(1000)}\n-----END CERTIFICATE-----`;
		expect(() => writeStoredSettings(store, { ...old, mqttCa: ca }, "device")).toThrow(RangeError);
		expect(readStoredSettings(store, "device").settings).toEqual(old);
	});
});

function stored(settings: Settings): KeyValueStore {
	const store = new MemoryKeyValueStore();
	writeStoredSettings(store, settings, "device");
	return store;
}

/** @returns whether the power went before the end. */
function write(store: KeyValueStore, settings: Settings): boolean {
	try {
		writeStoredSettings(store, settings, "device");
		return false;
	} catch (error) {
		expect(error).toBe(CUT);
		return true;
	}
}

function cutAfter(store: KeyValueStore, settings: Settings, writes: number): KeyValueStore {
	write(new CuttingStore(store, writes), settings);
	return store;
}

describe("settings in a store", () => {
	test("an empty store: the defaults", () => {
		expect(readStoredSettings(storeOf({}), "device")).toEqual({ settings: defaultSettings("device"), errors: [] });
	});

	test("what is written is read again, and defaults take no room", () => {
		const settings = {
			...defaultSettings("device"),
			name: "Cellar",
			mqttHost: "broker.lan",
			mqttTls: true,
			mqttQos: 1,
		};
		const store = new MemoryKeyValueStore();
		writeStoredSettings(store, settings, "device");
		expect(readStoredSettings(store, "device")).toEqual({ settings, errors: [] });
		const whole = readWholeText(store);
		const kept = { version: 1, name: "Cellar", mqttHost: "broker.lan", mqttTls: true, mqttQos: 1 };
		expect(JSON.parse(whole.kind === "text" ? whole.text : "")).toEqual(kept);
	});

	test("settings of a newer program: what is known counts, what is not is left out", () => {
		const store = new MemoryKeyValueStore();
		writeWholeText(store, '{"version":7,"name":"Cellar","colour":"red","mqttQos":[1]}');
		const { settings, errors } = readStoredSettings(store, "device");
		expect(settings).toEqual({ ...defaultSettings("device"), name: "Cellar" });
		expect(errors.map(({ key }) => key)).toEqual(["mqttQos"]);
	});

	test.each(["", "a", "c 1 2 3", "a 1 5 0", "a x y z", "a 99 1 1", "a 1 2 44 5", "\u0000"])(
		"a head that says %j: damaged, the defaults stand, and the next write puts it right",
		(head) => {
			const store = new MemoryKeyValueStore();
			writeStoredSettings(store, { ...defaultSettings("device"), name: "Cellar" }, "device");
			store.write("settings", head);
			const { settings, errors } = readStoredSettings(store, "device");
			expect(settings).toEqual(defaultSettings("device"));
			expect(errors).toMatchObject([{ key: "settings", message: expect.stringMatching(/damaged/) as string }]);
			writeStoredSettings(store, { ...defaultSettings("device"), name: "Attic" }, "device");
			expect(readStoredSettings(store, "device").settings.name).toBe("Attic");
		},
	);

	test.each(['{"name":"Cellar"', "[1]", "null", "7"])("a text that is no object, %s: damaged", (text) => {
		const store = new MemoryKeyValueStore();
		writeWholeText(store, text);
		expect(readStoredSettings(store, "device").errors).toHaveLength(1);
	});

	test("a value that is not allowed is reported and its default stands; the others count", () => {
		const { settings, errors } = readStoredSettings(storeOf({ httpPort: "x", mqttQos: "7", name: "Cellar" }), "device");
		expect(settings).toEqual({ ...defaultSettings("device"), name: "Cellar" });
		expect(errors.map(({ key }) => key)).toEqual(["httpPort", "mqttQos"]);
	});

	test("a password without a user name is reported and left out", () => {
		const { settings, errors } = readStoredSettings(storeOf({ mqttPass: "hunter2" }), "device");
		expect(settings.mqttPass).toBe("");
		expect(errors).toMatchObject([{ code: "conflict", key: "mqttPass" }]);
	});

	test("a dongle does not read what is for a computer", () => {
		expect(readStoredSettings(storeOf({ source: "-" }), "device").settings.source).toBe("simulator");
		expect(readStoredSettings(storeOf({ source: "-" }), "host").settings.source).toBe("-");
	});
});
