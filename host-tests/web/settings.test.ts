import { describe, expect, test } from "vitest";
import { SETTING_KEYS } from "../../src/services/settings/table.js";
import { changeOf, GROUPS, groupOf, parseSettings, type Setting } from "../../web/settings.js";

function row(key: string, more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
	return { key, type: "text", title: `Title of ${key}`, help: "Help.", secret: false, maxLength: 64, ...more };
}

function parse(rows: readonly unknown[], values: Readonly<Record<string, unknown>>): readonly Setting[] {
	const settings = parseSettings(JSON.stringify({ version: 1, settings: rows }), JSON.stringify(values));
	if (settings === undefined) throw new Error("no settings");
	return settings;
}

describe("parseSettings", () => {
	test("each type of the schema with its value", () => {
		const rows = [
			row("name", { optional: true }),
			row("httpPort", { type: "integer", min: 1, max: 65_535 }),
			row("mqtt", { type: "boolean" }),
			row("profile", { type: "choice", choices: ["auto", "se"] }),
			row("mqttPass", { secret: true }),
		];
		const values = { name: "Cellar", httpPort: 80, mqtt: false, profile: "se", mqttPass: { set: true } };
		const settings = parse(rows, values);
		expect(settings.map(({ key, type, value }) => [key, type, value])).toEqual([
			["name", "text", "Cellar"],
			["httpPort", "integer", 80],
			["mqtt", "boolean", false],
			["profile", "choice", "se"],
			["mqttPass", "text", true],
		]);
		expect(settings[1]).toMatchObject({
			min: 1,
			max: 65_535,
			title: "Title of httpPort",
			help: "Help.",
			isSecret: false,
		});
		expect(settings[3]?.choices).toEqual(["auto", "se"]);
		expect(settings[0]).toMatchObject({ isOptional: true, maxLength: 64 });
	});

	test("what the page cannot show is left out", () => {
		const rows = [row("a", { type: "colour" }), row("b"), "nonsense", { type: "text" }, row("c")];
		expect(parse(rows, { a: "red", c: "x" }).map(({ key }) => key)).toEqual(["c"]);
	});

	test.each([
		["", "{}"],
		["{}", "{}"],
		['{"settings":[]}', "<html>"],
	])("%j and %j are none", (schema, values) => {
		expect(parseSettings(schema, values)).toBeUndefined();
	});
});

describe("changeOf", () => {
	const [text, integer, flag, choice, secret, noSecret] = parse(
		[
			row("name"),
			row("httpPort", { type: "integer" }),
			row("mqtt", { type: "boolean" }),
			row("profile", { type: "choice", choices: ["auto", "se"] }),
			row("mqttPass", { secret: true }),
			row("other", { secret: true }),
		],
		{ name: "Cellar", httpPort: 80, mqtt: false, profile: "auto", mqttPass: { set: true }, other: { set: false } },
	) as [Setting, Setting, Setting, Setting, Setting, Setting];

	test.each([
		["a text that is the same", text, "Cellar", false, undefined],
		["another text", text, "Attic", false, "Attic"],
		["a text that is gone", text, "", false, ""],
		["a number that is the same", integer, "80", false, undefined],
		["another number", integer, "8080", false, 8080],
		["0 is a number", integer, "0", false, 0],
		["no number: the dongle says what is wrong", integer, "", false, ""],
		["a switch that is the same", flag, "false", false, undefined],
		["a switch that is on", flag, "true", false, true],
		["another choice", choice, "se", false, "se"],
		["a secret that nobody touched", secret, "", false, undefined],
		["another secret", secret, "hunter2", false, "hunter2"],
		["a secret that is to go", secret, "", true, null],
		["a secret where there was none", noSecret, "hunter2", false, "hunter2"],
	])("%s", (_name, setting, entered, isRemoved, change) => {
		expect(changeOf(setting, entered, isRemoved)).toBe(change);
	});
});

describe("groupOf", () => {
	test("every group has settings, and names about MQTT and Home Assistant are together", () => {
		const settings = parse(
			SETTING_KEYS.map((key) => row(key)),
			Object.fromEntries(SETTING_KEYS.map((key) => [key, "x"])),
		);
		const groups = new Map(settings.map((setting) => [setting.key, groupOf(setting)]));
		expect(new Set(groups.values())).toEqual(new Set(GROUPS));
		expect([groups.get("mqttHost"), groups.get("haPrefix"), groups.get("name"), groups.get("httpPort")]).toEqual([
			"broker",
			"broker",
			"general",
			"network",
		]);
	});
});
