import { describe, expect, test } from "vitest";
import { announcedServices } from "../../src/services/discovery.js";

const OPTIONS = {
	serial: "3c39e7aabbcc",
	name: "Källaren",
	version: "0.1.0",
	httpPort: 8080,
	hasHomeWizard: false,
	hasShelly: false,
};

describe("announced services", () => {
	test("are the page and the API under the device's own name", () => {
		const host = { name: "p1-aabbcc", hostName: "p1-aabbcc", port: 8080 };
		expect(announcedServices(OPTIONS)).toEqual([
			{ type: "_http._tcp", ...host, txt: { path: "/" } },
			{
				type: "_p1-dongle._tcp",
				...host,
				txt: { version: "0.1.0", path: "/api/v1", serial: "3c39e7aabbcc", name: "Källaren" },
			},
		]);
	});

	test("have HomeWizard's with its five keys and its host name only where that API is on", () => {
		const found = announcedServices({ ...OPTIONS, hasHomeWizard: true }).filter(
			({ type }) => type === "_hwenergy._tcp",
		);
		// Home Assistant homewizard/config_flow.py: all five, and this very path.
		expect(found).toEqual([
			{
				type: "_hwenergy._tcp",
				name: "p1meter-aabbcc",
				hostName: "p1meter-aabbcc",
				port: 8080,
				txt: {
					api_enabled: "1",
					path: "/api/v1",
					serial: "3c39e7aabbcc",
					product_name: "P1 Meter",
					product_type: "HWE-P1",
				},
			},
		]);
	});

	test("have the Shelly of the second generation only where the emulation is on", () => {
		expect(announcedServices({ ...OPTIONS, hasShelly: true }).filter(({ type }) => type === "_shelly._tcp")).toEqual([
			{
				type: "_shelly._tcp",
				name: "shellypro3em-3c39e7aabbcc",
				hostName: "p1-aabbcc",
				port: 8080,
				txt: { gen: "2", app: "Pro3EM", ver: "1.4.4" },
			},
		]);
	});

	test("keep to the limits of DNS-SD: 15 characters of type, one label of 63 bytes, 255 bytes of text", () => {
		for (const { type, name, hostName, txt } of announcedServices({
			...OPTIONS,
			name: "å".repeat(64),
			hasHomeWizard: true,
			hasShelly: true,
		})) {
			expect(type).toMatch(/^_[a-z0-9-]{1,15}\._tcp$/);
			for (const label of [name, hostName]) expect(label).toMatch(/^[a-z0-9-]{1,63}$/);
			for (const [key, value] of Object.entries(txt)) {
				expect(Buffer.byteLength(`${key}=${value}`)).toBeLessThanOrEqual(255);
			}
		}
	});
});
