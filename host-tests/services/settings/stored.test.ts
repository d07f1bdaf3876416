import { describe, expect, test } from "vitest";
import { MemoryKeyValueStore } from "../../../src/platform/node/key-value-store.js";
import { defaultSettings } from "../../../src/services/settings/parse.js";
import { parseSettingText, readStoredSettings, writeStoredSettings } from "../../../src/services/settings/stored.js";
import { SETTINGS } from "../../../src/services/settings/table.js";

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
		store.write("mqttPort", "1234");
		writeStoredSettings(store, settings, "device");
		expect(readStoredSettings(store, "device")).toEqual({ settings, errors: [] });
		expect(store.read("mqttPort")).toBeUndefined();
		expect(store.read("version")).toBe("1");
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
