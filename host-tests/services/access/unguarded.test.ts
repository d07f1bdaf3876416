import { describe, expect, test } from "vitest";
import { unguardedBy } from "../../../src/services/access/unguarded.js";
import { defaultSettings } from "../../../src/services/settings/parse.js";
import { SETTINGS, type Settings } from "../../../src/services/settings/table.js";

const CLOSED: Settings = { ...defaultSettings("device"), readAccess: "password", telegram: false };

describe("unguardedBy", () => {
	test.each(["telegram", "modbus", "shelly", "homewizard"] as const)(
		"%s does not go with a password for reading; its help says so",
		(key) => {
			expect(unguardedBy({ ...CLOSED, [key]: true }).map((way) => way.key)).toEqual([key]);
			expect(SETTINGS[key].help).toMatch(/no password/);
		},
	);

	test("all of them off: nothing", () => {
		expect(unguardedBy(CLOSED)).toEqual([]);
	});

	test("reading is open: nothing", () => {
		expect(unguardedBy({ ...CLOSED, readAccess: "open", telegram: true, modbus: true, shelly: true })).toEqual([]);
	});

	test("a dongle as it comes: the telegram port, once reading takes a password", () => {
		const settings: Settings = { ...defaultSettings("device"), readAccess: "password" };
		expect(unguardedBy(settings).map(({ key }) => key)).toEqual(["telegram"]);
	});
});
