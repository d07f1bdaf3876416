import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJson } from "../../src/publishers/api/json-body.js";
import { SETTINGS_BODY_BYTES } from "../../src/publishers/api/settings.js";
import { isOnPlatform } from "../../src/services/settings/definition.js";
import { defaultSettings } from "../../src/services/settings/parse.js";
import { SETTING_KEYS, SETTINGS } from "../../src/services/settings/table.js";
import { basic, codeOf, PASSWORD, WRONG_PASSWORD } from "../support/access-bench.js";
import { OwnerBench } from "../support/owner-bench.js";

const HOST_KEYS = SETTING_KEYS.filter((key) => isOnPlatform(SETTINGS[key], "host"));

const SETTINGS_PATH = "/api/v1/settings";
const SCHEMA_PATH = "/api/v1/settings/schema";
const SECRET = "sEcReT-marker-1";
const WITH_SECRET = { mqttHost: "broker.lan", mqttUser: "me", mqttPass: SECRET } as const;

type ErrorBody = { readonly error: { readonly code: string; readonly key?: string; readonly message: string } };

describe("GET /api/v1/settings", () => {
	test("every setting with its value, in the order of the table; a secret only as set or not", () => {
		const shown = new OwnerBench({ settings: WITH_SECRET }).json("GET", SETTINGS_PATH) as Record<string, unknown>;
		expect(Object.keys(shown)).toEqual(HOST_KEYS);
		const values: Record<string, unknown> = { ...defaultSettings("host"), ...WITH_SECRET };
		const ours = Object.fromEntries(HOST_KEYS.map((key) => [key, values[key]]));
		expect(shown).toEqual({ ...ours, mqttPass: { set: true } });
		expect(new OwnerBench().json("GET", SETTINGS_PATH)).toMatchObject({ mqttPass: { set: false } });
	});

	test("what is longer than any buffer comes whole, in any pieces", () => {
		const mqttCa = `-----BEGIN CERTIFICATE-----\n${"MII+/".repeat(760)}\n-----END CERTIFICATE-----`;
		for (const scratchBytes of [1, 7, 256]) {
			const bench = new OwnerBench({ settings: { mqttCa, name: 'Källaren "1" \\ 🔌' }, scratchBytes });
			expect(bench.json("GET", SETTINGS_PATH)).toMatchObject({ mqttCa, name: 'Källaren "1" \\ 🔌' });
		}
	});

	test("HEAD, and HTTP/1.0", () => {
		const bench = new OwnerBench();
		expect(bench.ask("HEAD", SETTINGS_PATH)).toMatchObject({ status: 200, body: "" });
		expect(bench.ask("GET", SETTINGS_PATH, undefined, { host: undefined, headers: ["X: y"] }).status).toBe(200);
	});

	test("a dongle shows nothing that is for a computer", () => {
		const shown = new OwnerBench({ platform: "device" }).json("GET", SETTINGS_PATH);
		expect(shown).not.toHaveProperty("source");
		expect(shown).toHaveProperty("httpPort", 80);
	});

	test("is reading: open to all, or to those with the password or a token", () => {
		const bench = new OwnerBench({ settings: WITH_SECRET });
		const ask = () => bench.bench.ask(SETTINGS_PATH).status;
		expect(ask()).toBe(200);
		bench.ask("PATCH", SETTINGS_PATH, { readAccess: "password" });
		expect(ask()).toBe(401);
		expect(bench.ask("GET", SETTINGS_PATH).status).toBe(200);
	});
});

describe("GET /api/v1/settings/schema", () => {
	test("says of each setting what a form needs", () => {
		const schema = new OwnerBench().json("GET", SCHEMA_PATH) as { version: number; settings: { key: string }[] };
		expect(schema.version).toBe(1);
		expect(schema.settings.map(({ key }) => key)).toEqual(HOST_KEYS);
		const row = (key: string) => schema.settings.find((each) => each.key === key);
		const { title, help } = SETTINGS.httpPort;
		expect(row("httpPort")).toEqual({
			key: "httpPort",
			type: "integer",
			title,
			help,
			expected: "a whole number from 1 to 65535",
			default: 8080,
			min: 1,
			max: 65_535,
			secret: false,
			restart: true,
		});
		expect(row("readAccess")).toMatchObject({ choices: ["open", "password"], restart: false });
		expect(row("mqttPass")).toMatchObject({
			secret: true,
			optional: true,
			maxLength: 256,
			boundTo: ["mqttHost", "mqttPort", "mqttTls", "mqttVerify", "mqttCa"],
		});
	});

	test("a dongle has its own defaults, and nothing for a computer", () => {
		const { settings } = new OwnerBench({ platform: "device" }).json("GET", SCHEMA_PATH) as {
			settings: { key: string; default: unknown }[];
		};
		expect(settings.find(({ key }) => key === "httpPort")?.default).toBe(80);
		expect(settings.map(({ key }) => key)).not.toContain("source");
	});
});

describe("PATCH /api/v1/settings", () => {
	test("changes what it names, says what waits for a restart, and shows it", () => {
		const bench = new OwnerBench();
		expect(bench.json("PATCH", SETTINGS_PATH, { name: "Källaren", readAccess: "password" })).toEqual({
			changed: ["name", "readAccess"],
			restart: ["name"],
			warnings: expect.any(Array),
		});
		expect(bench.stored).toMatchObject({ name: "Källaren", readAccess: "password" });
		expect(bench.json("GET", SETTINGS_PATH)).toMatchObject({ name: "Källaren", readAccess: "password" });
	});

	test("says which ways have no password when reading takes one, and nothing while it is open", () => {
		const bench = new OwnerBench();
		const warnedOf = (patch: object): string[] => {
			const { warnings } = bench.json("PATCH", SETTINGS_PATH, patch) as { warnings: { key: string }[] };
			return warnings.map(({ key }) => key);
		};
		expect(warnedOf({ telegram: true, modbus: true, shelly: true, homewizard: true })).toEqual([]);
		expect(warnedOf({ readAccess: "password" })).toEqual(["telegram", "modbus", "shelly", "homewizard"]);
		expect(warnedOf({ telegram: false, shelly: false })).toEqual(["modbus", "homewizard"]);
		expect(warnedOf({ modbus: false, homewizard: false })).toEqual([]);
	});

	test.each([
		["no credentials", { authorization: undefined }, "no-credentials"],
		["a wrong password", { authorization: basic(WRONG_PASSWORD) }, "wrong-password"],
		["another site's page", { origin: "http://evil.example" }, "foreign-origin"],
		["a name that is not ours", { host: "evil.example" }, "unknown-host"],
	] as const)("%s: refused, nothing changes", (_what, request, code) => {
		const bench = new OwnerBench();
		const { authorization, ...rest } = { authorization: basic(PASSWORD), ...request };
		const response = bench.bench.ask(SETTINGS_PATH, {
			method: "PATCH",
			body: '{"name":"Mine"}',
			headers: ["Content-Type: application/json"],
			...rest,
			...(authorization === undefined ? {} : { authorization }),
		});
		expect(codeOf(response)).toBe(code);
		expect(bench.stored.name).toBe("P1 dongle");
	});

	test.each([
		[{ httpPort: 0 }, "bad-value", "httpPort", /^httpPort must be a whole number from 1 to 65535\.$/],
		[{ mqttprot: 1 }, "unknown-key", "mqttprot", /Did you mean "mqttPort"/],
		[{ mqttPass: "x" }, "conflict", "mqttPass", /needs mqttUser/],
		[{ name: "", mqtt: 1 }, "bad-value", "name", /^name must .* mqtt must be true or false\.$/],
		[[], "not-an-object", "", /one JSON object/],
		["x", "not-an-object", "", /one JSON object/],
		[null, "not-an-object", "", /one JSON object/],
		[{ version: 2 }, "unknown-version", "version", /newer program/],
	])("%j: 400 %s that names %s", (patch, code, key, message) => {
		const bench = new OwnerBench();
		const { error } = bench.json("PATCH", SETTINGS_PATH, patch) as ErrorBody;
		expect([error.code, error.key]).toEqual([code, key]);
		expect(error.message).toMatch(message);
		expect(bench.stored).toEqual(defaultSettings("host"));
	});

	test("a dongle names what is for a computer", () => {
		const bench = new OwnerBench({ platform: "device" });
		expect(bench.json("PATCH", SETTINGS_PATH, { source: "-" })).toMatchObject({
			error: { code: "host-only", key: "source" },
		});
	});

	test("any number of mistakes fits an answer", () => {
		const patch = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`\u20ac${i}`, 1]));
		const response = new OwnerBench().ask("PATCH", SETTINGS_PATH, patch);
		expect([response.status, response.body.length < 4000]).toEqual([400, true]);
	});

	test.each([
		["no type", [], 415],
		["a form, which pages of other sites may send", ["Content-Type: application/x-www-form-urlencoded"], 415],
		["text, which they may send, too", ["Content-Type: text/plain"], 415],
		["JSON with a charset", ["Content-Type: Application/JSON; charset=utf-8"], 200],
		["a merge patch", ["Content-Type: application/merge-patch+json"], 200],
	])("%s: %i", (_what, headers, status) => {
		const bench = new OwnerBench();
		const response = bench.ask("PATCH", SETTINGS_PATH, undefined, { body: '{"name":"New"}', headers });
		expect(response.status).toBe(status);
		expect(bench.stored.name).toBe(status === 200 ? "New" : "P1 dongle");
	});

	test.each([
		["nothing", ""],
		["half of it", '{"name":"New"'],
		["more after it", '{"name":"New"}}'],
		["no UTF-8", '{"name":"\u00ff\ufffd"}'.replace("\u00ff", "\u0000")],
		["a deep nest", `${"[".repeat(3000)}`],
		["a deep nest that ends", `{"name":${"[".repeat(5)}${"]".repeat(5)}}`],
	])("%s: 400 malformed-json", (_what, body) => {
		const bench = new OwnerBench();
		const response = bench.ask("PATCH", SETTINGS_PATH, undefined, {
			body,
			headers: ["Content-Type: application/json"],
		});
		expect([response.status, codeOf(response)]).toEqual([400, "malformed-json"]);
		expect(bench.stored).toEqual(defaultSettings("host"));
	});

	test("a body that is too large is not read", () => {
		const bench = new OwnerBench();
		const body = JSON.stringify({ name: "x".repeat(SETTINGS_BODY_BYTES) });
		const response = bench.ask("PATCH", SETTINGS_PATH, undefined, {
			body,
			headers: ["Content-Type: application/json"],
		});
		expect([response.status, codeOf(response)]).toEqual([413, "body-too-large"]);
	});

	test("the longest certificate fits", () => {
		const mqttCa = `-----BEGIN CERTIFICATE-----\n${`${"M".repeat(64)}\n`.repeat(59)}-----END CERTIFICATE-----`;
		expect(mqttCa.length).toBeGreaterThan(3850);
		expect(new OwnerBench().ask("PATCH", SETTINGS_PATH, { mqttCa }).status).toBe(200);
	});

	test("storage that fails: 500 that says so, and nothing has changed", () => {
		const bench = new OwnerBench();
		bench.settingsStore.failure = new Error("flash is full");
		const response = bench.ask("PATCH", SETTINGS_PATH, { name: "New" });
		expect([response.status, codeOf(response)]).toEqual([500, "not-saved"]);
		expect(response.body).toContain("flash is full");
		expect(bench.json("GET", SETTINGS_PATH)).toMatchObject({ name: "P1 dongle" });
	});

	test("any body: an answer below 500, no fault, and nothing changes unless it is 200", () => {
		const bytes = fc.uint8Array({ maxLength: 80 }).map((each) => Buffer.from(each).toString("latin1"));
		const key = fc.oneof(fc.constantFrom(...SETTING_KEYS), fc.string());
		const json = fc.oneof(fc.dictionary(key, fc.jsonValue()), fc.jsonValue()).map((value) => JSON.stringify(value));
		const broken = fc
			.tuple(json, fc.nat(), fc.string())
			.map(([text, at, more]) => text.slice(0, at % (text.length + 1)) + more);
		const bench = new OwnerBench({ settings: WITH_SECRET });
		// Known at once from here on.
		bench.ask("GET", SETTINGS_PATH);
		fc.assert(
			fc.property(fc.oneof(bytes, json, broken), (body) => {
				const before = JSON.stringify(bench.stored);
				const headers = ["Content-Type: application/json"];
				const response = bench.ask("PATCH", SETTINGS_PATH, undefined, { body, headers });
				expect(response.status).toBeLessThan(500);
				if (response.status !== 200) expect(JSON.stringify(bench.stored)).toBe(before);
				expect(response.body).not.toContain(SECRET);
				expect(bench.bench.faults).toEqual([]);
			}),
			{ numRuns: 1000 },
		);
	});
});

describe("parseJson", () => {
	const parse = (text: string): unknown => parseJson(Buffer.from(text), Buffer.byteLength(text));

	test.each([
		['{"a":[{"b":1}]}', { a: [{ b: 1 }] }],
		['"[[[[[[[[[["', "[[[[[[[[[["],
		['"\\"[[[[[[["', '"[[[[[[['],
		['["\\\\",[["x"]]]', ["\\", [["x"]]]],
		["7", 7],
	])("%s", (text, value) => {
		expect(parse(text)).toEqual(value);
	});

	test.each(["[[[[[1]]]]]", '[["\\\\",[[[1]]]]]', '{"a":{"b":{"c":{"d":{}}}}}', "{", '"', "\\"])("%s: none", (text) => {
		expect(parse(text)).toBeUndefined();
	});
});
