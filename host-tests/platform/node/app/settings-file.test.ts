import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findHostConflict, settingsFileStorage } from "../../../../src/platform/node/app/settings-file.js";
import { defaultSettings } from "../../../../src/services/settings/parse.js";
import type { SettingKey, Settings } from "../../../../src/services/settings/table.js";

let directory: string;
let path: string;

beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), "p1-settings-"));
	path = join(directory, "settings.json");
});

afterEach(() => rmSync(directory, { recursive: true }));

function change(changes: Partial<Settings>): string {
	const storage = settingsFileStorage(path);
	storage.write({ ...storage.read().settings, ...changes }, Object.keys(changes) as SettingKey[]);
	return readFileSync(path, "utf8");
}

describe("settings in a file that people write, too", () => {
	test("keys keep their places, new ones come last, nothing else is touched", () => {
		writeFileSync(path, '{\n    "mqttTopic": "house",\n    "version": 1,\n    "httpPort": 8081\n}\n');
		expect(change({ httpPort: 8082, name: "Källaren" })).toBe(
			'{\n    "mqttTopic": "house",\n    "version": 1,\n    "httpPort": 8082,\n    "name": "Källaren"\n}\n',
		);
	});

	test.each([
		['{\n\t"httpPort": 8081\n}', '{\n\t"httpPort": 8082\n}\n', "tabs"],
		['{ "httpPort": 8081 }', '{\n  "httpPort": 8082\n}\n', "one line"],
		["{}", '{\n  "httpPort": 8082\n}\n', "an empty object"],
	])("%s becomes %s (%s)", (before, after) => {
		writeFileSync(path, before);
		expect(change({ httpPort: 8082 })).toBe(after);
	});

	test("without a file: one is made, for its owner alone", () => {
		expect(JSON.parse(change({ name: "New" }))).toEqual({ name: "New" });
		expect(statSync(path).mode & 0o777).toBe(0o600);
	});

	test("a default that somebody wrote down stays written down, others are not added", () => {
		writeFileSync(path, '{"httpPort": 8081, "name": "Mine"}');
		expect(JSON.parse(change({ httpPort: 8080, mqttQos: 0 }))).toEqual({ httpPort: 8080, name: "Mine" });
	});

	test("what somebody writes while the program runs counts, and is kept", () => {
		writeFileSync(path, "{}");
		const storage = settingsFileStorage(path);
		storage.read();
		writeFileSync(path, '{"name": "By hand"}');
		const { settings } = storage.read();
		expect(settings.name).toBe("By hand");
		storage.write({ ...settings, httpPort: 8082 }, ["httpPort"]);
		expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ name: "By hand", httpPort: 8082 });
	});

	test.each([
		["{ not JSON", /is not JSON/],
		['{"httpPort": 0}', /httpPort must be/],
	])("a file with a mistake, %j: a sentence that names it, and it is left alone", (content, says) => {
		writeFileSync(path, content);
		expect(() => settingsFileStorage(path).read()).toThrow(says);
		expect(readFileSync(path, "utf8")).toBe(content);
	});

	test("a link stays one: the file that it leads to changes", () => {
		const target = join(directory, "target.json");
		writeFileSync(target, "{}");
		symlinkSync(target, path);
		change({ name: "New" });
		expect(JSON.parse(readFileSync(target, "utf8"))).toEqual({ name: "New" });
	});

	test("what cannot be written: a sentence with the path, and no file left over", () => {
		path = join(directory, "missing", "settings.json");
		const settings = { ...defaultSettings("host"), name: "New" };
		expect(() => settingsFileStorage(path).write(settings, ["name"])).toThrow(/missing.*no such file/);
		expect(existsSync(join(directory, "missing"))).toBe(false);
	});
});

test.each([
	[{ mqttTls: true }, "mqttTls"],
	[{ mqttTls: true, mqttHost: "broker.lan" }, undefined],
	[{ mqttTls: true, mqtt: false }, undefined],
	[{}, undefined],
])("%j on a computer: what does not fit is %s", (settings, key) => {
	expect(findHostConflict({ ...defaultSettings("host"), ...settings })?.key).toBe(key);
});
