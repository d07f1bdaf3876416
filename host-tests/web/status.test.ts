import { describe, expect, test } from "vitest";
import { parseStatus } from "../../web/status.js";
import { statusText } from "./support/reading-text.js";

describe("parseStatus", () => {
	test("a dongle on Wi-Fi with everything on", () => {
		const text = statusText({
			reading: { sequence: 7, ageS: 1.5, stale: false, pushIntervalS: 10.1 },
			telegrams: { good: 9, bad: 1 },
			p1Port: { connected: true, detail: "serial", noiseBytes: 3 },
			link: { kind: "wifi", connected: true, rssiDbm: -61, ssid: "home" },
			mqtt: { state: "awaiting-retry", lastReason: "unreachable" },
		});
		expect(parseStatus(text)).toEqual({
			version: "0.1.0",
			serial: "3c39e7aabbcc",
			uptimeS: 90,
			reading: { sequence: 7, ageS: 1.5, pushIntervalS: 10.1 },
			goodTelegrams: 9,
			badTelegrams: 1,
			p1Port: { connected: true, detail: "serial", noiseBytes: 3 },
			isSetupOpen: false,
			wifi: { ssid: "home", rssiDbm: -61 },
			mqtt: { connected: false, reason: "unreachable" },
		});
	});

	test("what is not there is not made up", () => {
		expect(parseStatus(statusText())).toMatchObject({ reading: undefined, wifi: undefined, mqtt: undefined });
	});

	test.each(["", "[]", "null", "<html>", "{}", '{"version":7}'])("%j is none", (text) => {
		expect(parseStatus(text)).toBeUndefined();
	});
});

test.each([
	[{ setup: { state: "awaiting-wifi", open: true } }, true],
	[{ setup: { state: "closed", open: false } }, false],
	[{}, false],
])("whether the dongle's own network is there: %j", (section, expected) => {
	expect(parseStatus(JSON.stringify({ version: "0.1.0", ...section }))?.isSetupOpen).toBe(expected);
});
