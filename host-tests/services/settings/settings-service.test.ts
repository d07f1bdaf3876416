import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultSettings } from "../../../src/services/settings/parse.js";
import { SettingsService, type SettingsServiceOptions } from "../../../src/services/settings/settings-service.js";
import { readStoredSettings, storeOfSettings, writeStoredSettings } from "../../../src/services/settings/stored.js";
import { SETTING_KEYS, type Settings } from "../../../src/services/settings/table.js";
import { RecordingStore } from "../../support/faulty-store.js";

const DEFAULTS = defaultSettings("host");
const WITH_BROKER: Settings = { ...DEFAULTS, mqttHost: "broker.lan", mqttUser: "me", mqttPass: "hunter2hunter2" };

function serviceOf(stored: Settings = DEFAULTS, options: Partial<SettingsServiceOptions> = {}) {
	const store = new RecordingStore();
	writeStoredSettings(store, stored, "host");
	const storage = storeOfSettings(store, "host");
	const service = new SettingsService({ platform: "host", storage, running: stored, ...options });
	return { service, store, stored: () => readStoredSettings(store, "host").settings };
}

describe("SettingsService", () => {
	test("a change is stored, shown, and says what waits for the next start", () => {
		const { service, stored } = serviceOf();
		const change = service.change({ name: "Cellar", readAccess: "password", mqttQos: 1 });
		expect(change).toEqual({ ok: true, changed: ["name", "readAccess", "mqttQos"], restart: ["name", "mqttQos"] });
		const expected = { ...DEFAULTS, name: "Cellar", readAccess: "password", mqttQos: 1 };
		expect(stored()).toEqual(expected);
		expect(service.current).toEqual(expected);
	});

	test("what waits is told again, until it is as it was", () => {
		const { service } = serviceOf();
		service.change({ mqttQos: 1 });
		expect(service.change({})).toEqual({ ok: true, changed: [], restart: ["mqttQos"] });
		expect(service.change({ mqttQos: 0 })).toEqual({ ok: true, changed: ["mqttQos"], restart: [] });
	});

	test("whoever wants to know is told of what was stored, and of nothing else", () => {
		const told: Settings[] = [];
		const { service, store } = serviceOf(DEFAULTS, { onChanged: (settings) => told.push(settings) });
		service.change({});
		service.change({ name: DEFAULTS.name });
		service.change({ httpPort: 0 });
		store.write = () => {
			throw new Error("flash is full");
		};
		service.change({ name: "Attic" });
		expect(told).toEqual([]);
		delete (store as Partial<RecordingStore>).write;
		service.change({ name: "Cellar" });
		expect(told).toEqual([{ ...DEFAULTS, name: "Cellar" }]);
	});

	test("null is the default", () => {
		const { service, stored } = serviceOf({ ...DEFAULTS, name: "Cellar", httpPort: 81 });
		expect(service.change({ name: null, httpPort: null })).toMatchObject({ ok: true, changed: ["name", "httpPort"] });
		expect(stored()).toEqual(DEFAULTS);
	});

	test.each([
		{ patch: { httpPort: 0, name: "New" }, keys: ["httpPort"] },
		{ patch: { name: "New", colour: 1, mqtt: "yes" }, keys: ["colour", "mqtt"] },
		{ patch: { mqttPass: "x", name: "New" }, keys: ["mqttPass"] },
		{ patch: [], keys: [""] },
		{ patch: null, keys: [""] },
		{ patch: "name", keys: [""] },
		{ patch: JSON.parse('{"__proto__":{"name":"New"}}') as unknown, keys: ["__proto__"] },
		{ patch: { version: 99, name: "New" }, keys: ["version"] },
	])("$patch: the keys that are wrong are named, and nothing changes", ({ patch, keys }) => {
		const { service, stored } = serviceOf();
		const change = service.change(patch);
		expect("errors" in change && change.errors.map(({ key }) => key)).toEqual(keys);
		expect(service.current).toBe(DEFAULTS);
		expect(stored()).toEqual(DEFAULTS);
	});

	test("what is in force is the storage with the command line above it, which cannot be changed from here", () => {
		const running = { ...DEFAULTS, mqttHost: "option.lan" };
		const { service, stored } = serviceOf({ ...DEFAULTS, name: "Cellar" }, { running, overridden: ["mqttHost"] });
		expect(service.change({ mqttHost: "broker.lan" })).toMatchObject({
			ok: false,
			errors: [{ code: "conflict", key: "mqttHost", message: expect.stringMatching(/command line/) as string }],
		});
		expect(service.change({ mqttQos: 1 })).toMatchObject({ ok: true });
		expect(service.current).toMatchObject({ mqttHost: "option.lan", mqttQos: 1 });
		expect(stored()).toMatchObject({ mqttHost: "", mqttQos: 1 });
	});

	test("what the platform cannot start with is refused", () => {
		const error = { code: "conflict", key: "mqttTls", message: "mqttTls needs mqttHost." } as const;
		const { service, stored } = serviceOf(DEFAULTS, { check: ({ mqttTls }) => (mqttTls ? error : undefined) });
		expect(service.change({ mqttTls: true })).toEqual({ ok: false, errors: [error] });
		expect(stored()).toEqual(DEFAULTS);
	});

	test("storage that fails: a sentence, and everything as it was", () => {
		const { service, store, stored } = serviceOf();
		store.failure = new Error("flash is full");
		expect(service.change({ name: "Cellar" })).toEqual({ ok: false, problem: "flash is full" });
		expect(service.current).toBe(DEFAULTS);
		expect(stored()).toEqual(DEFAULTS);
	});

	test("storage that cannot be read: a sentence", () => {
		const storage = {
			read(): never {
				throw new Error("p1-settings.json is not JSON");
			},
			write: () => {},
		};
		expect(serviceOf(DEFAULTS, { storage }).service.change({ name: "x" })).toEqual({
			ok: false,
			problem: "p1-settings.json is not JSON",
		});
	});

	test("whatever comes: it never throws, and what it does not take changes nothing", () => {
		const key = fc.oneof(fc.constantFrom(...SETTING_KEYS, "version"), fc.string());
		const patch = fc.oneof(fc.dictionary(key, fc.jsonValue()), fc.jsonValue());
		fc.assert(
			fc.property(patch, (input) => {
				const { service, stored } = serviceOf(WITH_BROKER);
				const { ok } = service.change(input);
				if (!ok) expect(stored()).toEqual(WITH_BROKER);
				expect(stored()).toEqual(service.current);
			}),
			{ numRuns: 500 },
		);
	});
});

describe("secrets", () => {
	test.each([
		{ patch: { mqttPass: { set: true }, name: "New" }, pass: WITH_BROKER.mqttPass, what: "as it is shown: it stays" },
		{ patch: { mqttPass: null }, pass: "", what: "null: it is removed" },
		{ patch: { mqttPass: "another" }, pass: "another", what: "a text: it is replaced" },
	])("$what", ({ patch, pass }) => {
		const { service, stored } = serviceOf(WITH_BROKER);
		expect(service.change(patch)).toMatchObject({ ok: true });
		expect(stored().mqttPass).toBe(pass);
	});

	test.each([{ set: false }, { set: true, more: 1 }, {}, true, { set: "true" }])(
		"%j is not how it is shown",
		(value) => {
			const { service, stored } = serviceOf(WITH_BROKER);
			expect(service.change({ mqttPass: value })).toMatchObject({ ok: false, errors: [{ key: "mqttPass" }] });
			expect(stored()).toEqual(WITH_BROKER);
		},
	);

	test.each([
		{ mqttHost: "attacker.example" },
		{ mqttHost: "" },
		{ mqttPort: 1884 },
		{ mqttTls: true },
		{ mqttVerify: false },
		{ mqttHost: "attacker.example", mqttPass: { set: true } },
	])("%j: the password is not told to another broker", (patch) => {
		const { service, stored } = serviceOf(WITH_BROKER);
		expect(service.change(patch)).toMatchObject({
			ok: false,
			errors: [{ code: "conflict", key: "mqttPass", message: expect.stringMatching(/given again/) as string }],
		});
		expect(stored()).toEqual(WITH_BROKER);
	});

	test.each([
		{ mqttHost: "new.lan", mqttPass: "another" },
		{ mqttHost: "new.lan", mqttPass: WITH_BROKER.mqttPass },
		{ mqttHost: "new.lan", mqttPass: null },
		{ mqttHost: "broker.lan" },
		{ mqttTopic: "house" },
	])("%j is allowed", (patch) => {
		expect(serviceOf(WITH_BROKER).service.change(patch)).toMatchObject({ ok: true });
	});

	test("no message shows one", () => {
		for (const key of SETTING_KEYS) {
			const change = serviceOf(WITH_BROKER).service.change({ [key]: ["hunter2hunter2"] });
			expect(JSON.stringify(change)).not.toContain("hunter2");
		}
	});
});
