import { describe, expect, test } from "vitest";
import {
	describeRange,
	isValid,
	KEY_MAX_LENGTH,
	type SettingDefinition,
} from "../../../src/services/settings/definition.js";
import { defaultSettings } from "../../../src/services/settings/parse.js";
import { findSetting, SETTING_KEYS, SETTINGS } from "../../../src/services/settings/table.js";

describe("table of settings", () => {
	const rows = SETTING_KEYS.map((key) => ({ key, definition: SETTINGS[key] as SettingDefinition }));

	test.each(rows)("$key: a key for NVS, texts for people, a default that it allows itself", ({ key, definition }) => {
		expect(key).toMatch(/^[a-z][A-Za-z0-9]*$/);
		expect(key.length).toBeLessThanOrEqual(KEY_MAX_LENGTH);
		expect(definition.title).toMatch(/^[A-Z].*[^.]$/);
		expect(definition.help).toMatch(/^\S.*\.$/);
		expect(isValid(definition, definition.default)).toBe(true);
		if (definition.hostDefault !== undefined) expect(isValid(definition, definition.hostDefault)).toBe(true);
		expect(describeRange(definition)).not.toMatch(/undefined/);
		expect(Object.isFrozen(definition)).toBe(true);
	});

	test("passwords are marked as secrets, nothing else is", () => {
		expect(rows.filter(({ definition }) => definition.isSecret).map(({ key }) => key)).toEqual([
			"wifiPass",
			"mqttPass",
		]);
	});

	test("the text of any setting fits NVS, which takes 4000 bytes", () => {
		for (const { definition } of rows) if (definition.type === "text") expect(definition.maxLength).toBeLessThan(4000);
	});

	test.each(["__proto__", "constructor", "toString", "", "HTTPPORT"])("%j is no setting", (key) => {
		expect(findSetting(key)).toBeUndefined();
	});

	test("defaults: a computer listens on 8080 for itself only, a dongle on 80", () => {
		expect(defaultSettings("host")).toMatchObject({ httpPort: 8080, httpHost: "127.0.0.1", source: "simulator" });
		expect(defaultSettings("device")).toMatchObject({ httpPort: 80, mqttHost: "", mqttTopic: "p1" });
	});
});

describe("what a setting allows", () => {
	test.each([
		{ key: "mqtt", allowed: [true, false], refused: ["true", 1, 0, null, undefined] },
		{ key: "httpPort", allowed: [1, 80, 65_535], refused: [0, 65_536, -1, 80.5, "80", Number.NaN, null, [80]] },
		{ key: "mqttQos", allowed: [0, 1], refused: [2, -1, "0", true] },
		{ key: "profile", allowed: ["auto", "se", "dsmr2", "p1"], refused: ["SE", "", "dsmr", 5, null] },
		{
			key: "name",
			allowed: ["P1", "Källarmätaren 🔌", "x".repeat(32)],
			refused: ["", "x".repeat(33), "a\nb", "a\u0000", 5],
		},
		{
			key: "source",
			allowed: [
				"simulator",
				"-",
				"serial:/dev/ttyUSB0",
				"serial:COM3",
				"tcp:192.168.1.5:2001",
				"tcp:[fe80::1]:23",
				"file:/tmp/a b:c.txt",
			],
			refused: [
				"",
				"Simulator",
				"serial:",
				"serial",
				"tcp:host",
				"tcp:host:0",
				"tcp:host:70000",
				"tcp::23",
				"tcp:a:b:23",
				"tcp:h:2e3",
				"http:x",
			],
		},
		{
			key: "wifiSsid",
			allowed: ["", "home", "Källarnätet 🏠", "å".repeat(16), "x".repeat(32)],
			refused: ["å".repeat(17), "x".repeat(33), "a\u0000", "a\nb", 5],
		},
		{
			key: "wifiPass",
			allowed: ["", "12345678", "x".repeat(63), "blåbärspaj", "åäöå"],
			refused: ["1234567", "x".repeat(64), "å".repeat(32), "1234567\n", 12_345_678],
		},
		{ key: "wifiPowerDbm", allowed: [2, 15, 20], refused: [1, 21, 8.5, "15"] },
		{
			key: "mqttHost",
			allowed: ["", "broker", "broker.lan", "192.168.1.5", "::1", "fe80::1%eth0", "my_host-1"],
			refused: ["mqtt://broker", "broker:1883", "user@broker", "bro ker", "broker/x", "x".repeat(129)],
		},
		{ key: "mqttTopic", allowed: ["p1", "house/p1"], refused: ["", "a/#", "a/+", "/a", "a/", "a//b", "$SYS", "a b"] },
		{ key: "haPrefix", allowed: ["homeassistant", "house/ha"], refused: ["", "ha/", "+", "$SYS", "h a"] },
		{ key: "mqttPass", allowed: ["", "p@ss wörd\"'", "x".repeat(256)], refused: ["x".repeat(257), "a\nb", 1234] },
		{
			key: "mqttCa",
			allowed: ["", "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n"],
			refused: ["/etc/ca.pem", "-----BEGIN CERTIFICATE-----", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----"],
		},
	])("$key", ({ key, allowed, refused }) => {
		const definition = findSetting(key);
		if (definition === undefined) throw new Error(key);
		const valid = (values: readonly unknown[]): unknown[] => values.filter((value) => isValid(definition, value));
		expect(valid(allowed)).toEqual(allowed);
		expect(valid(refused)).toEqual([]);
	});
});
