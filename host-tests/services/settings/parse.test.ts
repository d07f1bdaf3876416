import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isOnPlatform } from "../../../src/services/settings/definition.js";
import { defaultSettings, parseSettings, type SettingError } from "../../../src/services/settings/parse.js";
import { SETTING_KEYS, SETTINGS } from "../../../src/services/settings/table.js";

function errorsOf(input: unknown, platform: "host" | "device" = "host"): readonly SettingError[] {
	const result = parseSettings(input, { platform });
	return result.ok ? [] : result.errors;
}

describe("parseSettings", () => {
	test("nothing set: the defaults", () => {
		expect(parseSettings({}, { platform: "host" })).toEqual({ ok: true, settings: defaultSettings("host") });
	});

	test("what is set stands, the rest comes from the base", () => {
		const base = { ...defaultSettings("host"), name: "Cellar", mqttQos: 1 };
		expect(parseSettings({ version: 1, httpPort: 81, mqttQos: 0 }, { platform: "host", base })).toEqual({
			ok: true,
			settings: { ...base, httpPort: 81, mqttQos: 0 },
		});
	});

	test.each([null, undefined, [], "{}", 5, true])("%j is no object: one mistake", (input) => {
		expect(errorsOf(input)).toMatchObject([{ code: "not-an-object", key: "" }]);
	});

	test.each([
		{ input: { httpPort: 70_000 }, code: "bad-value", message: "httpPort must be a whole number from 1 to 65535." },
		{ input: { httpPort: "8080" }, code: "bad-value", message: "httpPort must be a whole number from 1 to 65535." },
		{ input: { mqtt: "off" }, code: "bad-value", message: "mqtt must be true or false." },
		{ input: { profile: "sweden" }, code: "bad-value", message: /^profile must be one of auto, se, dsmr2/ },
		{ input: { source: "serial" }, code: "bad-value", message: /^source must be simulator, serial:PATH/ },
		{ input: { mqttTopic: "a b" }, code: "bad-value", message: /^mqttTopic must be an MQTT topic such as p1/ },
		{
			input: { mqttprot: 1 },
			code: "unknown-key",
			message: 'There is no setting "mqttprot". Did you mean "mqttPort"?',
		},
		{
			input: { MQTTHOST: "x" },
			code: "unknown-key",
			message: 'There is no setting "MQTTHOST". Did you mean "mqttHost"?',
		},
		{ input: { colour: 1 }, code: "unknown-key", message: 'There is no setting "colour".' },
		{
			input: JSON.parse('{"__proto__": 1}') as unknown,
			code: "unknown-key",
			message: 'There is no setting "__proto__".',
		},
		{ input: { constructor: 1 }, code: "unknown-key", message: 'There is no setting "constructor".' },
		{ input: { ["k".repeat(5000)]: 1 }, code: "unknown-key", message: `There is no setting "${"k".repeat(32)}".` },
		{ input: { "a\u001b[2J": 1 }, code: "unknown-key", message: 'There is no setting "a\\u001b[2J".' },
		{ input: { version: 2 }, code: "unknown-version", message: /newer program/ },
		{ input: { version: "1" }, code: "unknown-version", message: /whole number from 1 to 1/ },
		{ input: { mqttPass: "x" }, code: "conflict", message: /^mqttPass needs mqttUser/ },
	])("$input: $code", ({ input, code, message }) => {
		const errors = errorsOf(input);
		expect(errors).toHaveLength(1);
		expect(errors[0]).toMatchObject({ code, key: code === "conflict" ? "mqttPass" : Object.keys(input as object)[0] });
		if (typeof message === "string") expect(errors[0]?.message).toBe(message);
		else expect(errors[0]?.message).toMatch(message);
	});

	test("all mistakes are told, in the order of the input, up to ten", () => {
		expect(errorsOf({ mqtt: 1, nam: "x", httpPort: 0 }).map(({ key }) => key)).toEqual(["mqtt", "nam", "httpPort"]);
		const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`k${index}`, index]));
		expect(errorsOf(many)).toHaveLength(10);
	});

	test("a dongle refuses what is for a computer", () => {
		expect(errorsOf({ source: "simulator", httpHost: "0.0.0.0", httpPort: 80 }, "device")).toMatchObject([
			{ code: "host-only", key: "source" },
			{ code: "host-only", key: "httpHost" },
		]);
	});

	test("a computer refuses what is for a dongle", () => {
		expect(errorsOf({ wifiSsid: "home", wifiPass: "12345678", httpPort: 80 })).toMatchObject([
			{ code: "device-only", key: "wifiSsid" },
			{ code: "device-only", key: "wifiPass" },
		]);
	});

	test("bad input changes nothing: neither the base nor the defaults", () => {
		const base = defaultSettings("host");
		const before = JSON.stringify(base);
		parseSettings({ name: "new", mqttPort: -1 }, { platform: "host", base });
		expect(JSON.stringify(base)).toBe(before);
		expect(JSON.stringify(defaultSettings("host"))).toBe(before);
	});

	test("no value appears in a message: it may be a password in the wrong place", () => {
		for (const key of SETTING_KEYS) {
			for (const error of errorsOf({ [key]: { hunter2: "hunter2" } })) expect(error.message).not.toContain("hunter2");
			for (const error of errorsOf({ [key]: "hunter2\n" })) expect(error.message).not.toContain("hunter2");
		}
	});

	test("whatever comes: it never throws, and what it lets through it lets through again", () => {
		const key = fc.oneof(fc.constantFrom(...SETTING_KEYS, "version"), fc.string());
		fc.assert(
			fc.property(fc.dictionary(key, fc.jsonValue()), (input) => {
				const result = parseSettings(input, { platform: "host" });
				if (!result.ok) return result.errors.length > 0;
				const ours = SETTING_KEYS.filter((each) => isOnPlatform(SETTINGS[each], "host"));
				const again = Object.fromEntries(ours.map((each) => [each, result.settings[each]]));
				expect(parseSettings(again, { platform: "host" })).toEqual(result);
				return true;
			}),
			{ numRuns: 2000 },
		);
	});
});
