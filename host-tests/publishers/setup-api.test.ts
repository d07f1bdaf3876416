import { describe, expect, test } from "vitest";

import { basic, codeOf, PASSWORD, WRONG_PASSWORD } from "../support/access-bench.js";
import { SetupApiBench } from "../support/setup-api-bench.js";
import { HOME_ADDRESS, TRY_MS } from "../support/setup-bench.js";

const HOME = { ssid: "home", password: "correct horse" };
const SETTLED = { credentials: HOME, homeAddress: HOME_ADDRESS };
const NEIGHBOUR = { address: "192.168.1.9" };
const CHANGES = ["scan", "test", "finish"].map((name) => ["POST", `/api/v1/setup/${name}`] as const);
const bodyOf = (path: string): unknown => (path.endsWith("/test") ? HOME : undefined);

describe("what the setup is at", () => {
	test("before anything", () => {
		expect(new SetupApiBench().json("GET", "/api/v1/setup")).toEqual({
			state: "awaiting-wifi",
			open: true,
			name: "P1-AABBCC",
			here: true,
			hasOwner: false,
			ssid: "",
			hostName: "p1-aabbcc.local",
			scanning: false,
			test: { kind: "none" },
		});
	});

	test("for somebody in the house, with settings", () => {
		const bench = new SetupApiBench(SETTLED);
		bench.access.choose();
		expect(bench.json("GET", "/api/v1/setup", undefined, NEIGHBOUR)).toMatchObject({
			state: "closed",
			open: false,
			here: false,
			hasOwner: true,
			ssid: "home",
		});
	});

	test("no password is in it, whatever was tested", () => {
		const bench = new SetupApiBench();
		bench.ask("POST", "/api/v1/setup/test", { ssid: "other", password: "marker-in-a-secret" });
		expect(bench.ask("GET", "/api/v1/setup").body).not.toContain("marker-in-a-secret");
		bench.setup.clock.advance(TRY_MS);
		const { body } = bench.ask("GET", "/api/v1/setup");
		expect(body).toContain('"test":{"kind":"connected","ssid":"other","ipAddress":"192.168.1.50"}');
		expect(body).not.toMatch(/marker-in-a-secret|correcthorse/);
	});
});

describe("who may", () => {
	test.each(CHANGES)("%s %s: in the setup network without an owner; nobody else", (method, path) => {
		const bench = new SetupApiBench(SETTLED);
		bench.setup.portal.open();
		expect(bench.ask(method, path, bodyOf(path)).status).toBeLessThan(300);
		expect(codeOf(bench.ask(method, path, bodyOf(path), NEIGHBOUR))).toBe("no-password");
	});

	test.each([...CHANGES, ["GET", "/api/v1/setup/networks"] as const])(
		"%s %s: with an owner, the password",
		(method, path) => {
			const bench = new SetupApiBench(SETTLED);
			bench.setup.portal.open();
			bench.access.choose();
			const json = bodyOf(path);
			expect(codeOf(bench.ask(method, path, json))).toBe("no-credentials");
			expect(codeOf(bench.ask(method, path, json, { authorization: basic(WRONG_PASSWORD) }))).toBe("wrong-password");
			expect(bench.ask(method, path, json, { authorization: basic(PASSWORD) }).status).toBeLessThan(300);
		},
	);

	test("once the setup network has closed its addresses count for nothing", () => {
		const bench = new SetupApiBench(SETTLED);
		expect(codeOf(bench.ask("POST", "/api/v1/setup/scan"))).toBe("no-password");
	});

	test("a session from before the password, as the cable gives one, may; it ends with the password", () => {
		const bench = new SetupApiBench(SETTLED);
		const session = { ...NEIGHBOUR, authorization: `Bearer ${bench.access.access.sessions.open()}` };
		expect(bench.ask("POST", "/api/v1/setup/scan", undefined, session).status).toBe(202);
		expect(codeOf(bench.ask("POST", "/api/v1/setup/scan", undefined, NEIGHBOUR))).toBe("no-password");
		const unknown = { ...NEIGHBOUR, authorization: `Bearer ${"0".repeat(32)}` };
		expect(codeOf(bench.ask("POST", "/api/v1/setup/scan", undefined, unknown))).toBe("no-password");
		bench.access.choose();
		expect(codeOf(bench.ask("POST", "/api/v1/setup/scan", undefined, session))).toBe("bad-credentials");
	});
});

describe("the networks", () => {
	test("are there after a scan, with their strength", () => {
		const bench = new SetupApiBench();
		bench.setup.air.add({ ssid: "Källaren", rssiDbm: -71, channel: 11 });
		bench.setup.air.add({ ssid: 'quote"d', rssiDbm: -48, password: "" });
		expect(bench.json("GET", "/api/v1/setup/networks")).toEqual({ scanning: false, networks: [] });
		expect(bench.ask("POST", "/api/v1/setup/scan").status).toBe(202);
		expect(bench.json("GET", "/api/v1/setup/networks")).toEqual({ scanning: true, networks: [] });
		bench.setup.clock.advance(5000);
		expect(bench.json("GET", "/api/v1/setup/networks")).toEqual({
			scanning: false,
			networks: [
				{ ssid: 'quote"d', rssiDbm: -48, channel: 6, needsPassword: false },
				{ ssid: "Källaren", rssiDbm: -71, channel: 11, needsPassword: true },
			],
		});
	});

	test("are at most 24, however many there are, and come in pieces", () => {
		const bench = new SetupApiBench();
		for (let i = 0; i < 60; i++) bench.setup.air.add({ ssid: `ñ${i}`.padEnd(16, "ñ"), rssiDbm: -30 - i });
		bench.ask("POST", "/api/v1/setup/scan");
		bench.setup.clock.advance(5000);
		const { networks } = bench.json("GET", "/api/v1/setup/networks") as { networks: { rssiDbm: number }[] };
		expect(networks.map(({ rssiDbm }) => rssiDbm)).toEqual(Array.from({ length: 24 }, (_, i) => -30 - i));
	});
});

describe("a test", () => {
	test.each([
		["wrong-password", { kind: "failed", ssid: "home", reason: "wrong-password" }],
		["weak-signal", { kind: "failed", ssid: "home", reason: "weak-signal" }],
	] as const)("that fails: %s", (reason, expected) => {
		const bench = new SetupApiBench();
		bench.setup.station.result = { kind: "failed", reason };
		expect(bench.ask("POST", "/api/v1/setup/test", HOME).status).toBe(202);
		expect((bench.json("GET", "/api/v1/setup") as { test: unknown }).test).toEqual({ kind: "testing", ssid: "home" });
		bench.setup.clock.advance(TRY_MS);
		expect((bench.json("GET", "/api/v1/setup") as { test: unknown }).test).toEqual(expected);
	});

	test("while another one is under way", () => {
		const bench = new SetupApiBench();
		bench.ask("POST", "/api/v1/setup/test", HOME);
		expect(codeOf(bench.ask("POST", "/api/v1/setup/test", HOME))).toBe("radio-busy");
	});

	test.each([
		["ssid", {}],
		["ssid", { ssid: "", password: "" }],
		["ssid", { ssid: 7, password: "" }],
		["ssid", { ssid: "å".repeat(17), password: "" }],
		["password", { ssid: "home" }],
		["password", { ssid: "home", password: "short" }],
		["password", { ssid: "home", password: "x".repeat(64) }],
		["password", { ssid: "home", password: 12_345_678 }],
	])("of what is no network: %s in %j", (key, json) => {
		const bench = new SetupApiBench();
		const response = bench.ask("POST", "/api/v1/setup/test", json);
		expect([response.status, (JSON.parse(response.body) as { error: { key: string } }).error.key]).toEqual([400, key]);
		expect(bench.setup.station.calls).toEqual([]);
	});

	test("of the longest name and password there are", () => {
		const bench = new SetupApiBench();
		const json = { ssid: "å".repeat(16), password: "x".repeat(63) };
		expect(bench.ask("POST", "/api/v1/setup/test", json).status).toBe(202);
		// As asciiJson of a page might send it.
		const escaped = `{"ssid":"${"\\u00e5".repeat(16)}","password":"${"\\u0078".repeat(63)}"}`;
		bench.setup.clock.advance(TRY_MS);
		const request = { body: escaped, headers: ["Content-Type: application/json"] };
		expect(bench.ask("POST", "/api/v1/setup/test", undefined, request).status).toBe(202);
		expect(bench.setup.station.calls.filter((call) => call.startsWith("try"))).toHaveLength(2);
	});

	test("and what is done keep the setup network open", () => {
		const bench = new SetupApiBench(SETTLED);
		bench.setup.portal.open();
		for (const [method, path] of [...CHANGES.slice(0, 2)]) {
			bench.setup.clock.advance(590_000);
			bench.ask(method, path, bodyOf(path));
		}
		bench.setup.clock.advance(590_000);
		expect(bench.setup.portal.isOpen).toBe(true);
		bench.setup.clock.advance(20_000);
		expect(bench.setup.portal.isOpen).toBe(false);
	});
});

describe("the end", () => {
	test("before anything is saved is none", () => {
		expect(codeOf(new SetupApiBench().ask("POST", "/api/v1/setup/finish"))).toBe("nothing-saved");
	});

	test("says where the device is", () => {
		const bench = new SetupApiBench();
		bench.ask("POST", "/api/v1/setup/test", HOME);
		bench.setup.clock.advance(TRY_MS);
		bench.setup.save(HOME);
		expect(bench.json("POST", "/api/v1/setup/finish")).toEqual({
			hostName: "p1-aabbcc.local",
			ipAddress: HOME_ADDRESS,
			closesInS: 60,
		});
		expect(bench.setup.portal.state).toBe("showing-result");
	});

	test("of what was not tested has no address", () => {
		const bench = new SetupApiBench();
		bench.setup.save(HOME);
		expect(bench.json("POST", "/api/v1/setup/finish")).toEqual({ hostName: "p1-aabbcc.local", closesInS: 60 });
	});
});

describe("a phone that looks whether there is Internet", () => {
	test.each([
		["Android", "connectivitycheck.gstatic.com", "/generate_204"],
		["Android", "www.google.com", "/gen_204"],
		["Android", "clients3.google.com", "/generate_204"],
		["Apple", "captive.apple.com", "/hotspot-detect.html"],
		["Apple", "www.apple.com", "/library/test/success.html"],
		["Apple", "captive.apple.com", "/"],
		["Windows", "www.msftconnecttest.com", "/connecttest.txt"],
		["Windows", "www.msftconnecttest.com", "/redirect"],
		["Windows", "www.msftncsi.com", "/ncsi.txt"],
		["Firefox", "detectportal.firefox.com", "/canonical.html"],
		["Firefox", "detectportal.firefox.com", "/success.txt?ipv4"],
		["GNOME", "nmcheck.gnome.org", "/check_network_status.txt"],
		["KDE", "networkcheck.kde.org", "/"],
		["a path of ours", "example.com", "/api/v1/setup"],
	])("%s: http://%s%s leads to the page", (_maker, host, path) => {
		const { status, headers, body } = new SetupApiBench().ask("GET", path, undefined, { host });
		expect([status, headers.get("location"), body]).toEqual([303, "http://192.168.4.1/", ""]);
	});

	test("nobody else is led anywhere, and nothing is changed under a name that is not ours", () => {
		const bench = new SetupApiBench();
		const host = "captive.apple.com";
		expect(bench.ask("GET", "/api/v1/setup", undefined, { host, ...NEIGHBOUR }).status).toBe(421);
		expect(bench.ask("POST", "/api/v1/setup/scan", undefined, { host }).status).toBe(421);
		expect(bench.setup.networks.isScanning).toBe(false);
	});
});
