import { describe, expect, test } from "vitest";
import { HomeWizardBench } from "../../support/homewizard-bench.js";
import { deviceProblemsOf, evccMeter, smartEvseCurrents } from "../../support/homewizard-rules.js";
import { swedishTelegram } from "../../support/telegrams.js";

function errorOf(body: string): { id: number; description: string } {
	const parsed = JSON.parse(body) as { error: { id: number; description: string } };
	expect(Object.keys(parsed)).toEqual(["error"]);
	expect(Object.keys(parsed.error)).toEqual(["id", "description"]);
	expect(parsed.error.description).not.toBe("");
	return parsed.error;
}

/** Nothing that a charger would take for a current. */
function expectNoValue({ ask }: Pick<HomeWizardBench, "ask">, why: RegExp): void {
	const { status, headers, body } = ask("/api/v1/data");
	expect(status).toBe(503);
	expect(errorOf(body)).toMatchObject({ id: 901, description: expect.stringMatching(why) });
	expect(evccMeter(status, body)).toBe("error");
	expect(smartEvseCurrents(status, headers, body)).toEqual([]);
	expect(headers.get("retry-after")).toBe("10");
}

describe("GET /api", () => {
	test("says who it is", () => {
		const { status, headers, body } = new HomeWizardBench().ask("/api");
		expect([status, headers.get("content-type")]).toEqual([200, "application/json"]);
		const device = JSON.parse(body) as Record<string, unknown>;
		expect(deviceProblemsOf(device)).toEqual([]);
		expect(device.serial).toBe("3c39e7aabbcc");
	});
});

describe("GET /api/v1/data", () => {
	test("has a Content-Length and is not kept", () => {
		const bench = new HomeWizardBench();
		bench.meter.receive(swedishTelegram());
		const { status, headers, body } = bench.ask("/api/v1/data");
		expect(status).toBe(200);
		expect(headers.get("content-length")).toBe(String(body.length));
		expect(headers.has("transfer-encoding")).toBe(false);
		expect(headers.get("cache-control")).toBe("no-store");
		expect(smartEvseCurrents(status, headers, body)).toEqual([97, 19, 92]);
	});

	test("has no value before the first telegram", () => {
		const bench = new HomeWizardBench();
		expectNoValue({ ask: (...request) => bench.ask(...request) }, /No telegram/);
	});

	test("has no value once the reading is stale, and has one again after the next telegram", () => {
		const bench = new HomeWizardBench();
		bench.meter.receive(swedishTelegram());
		bench.meter.stale = true;
		expectNoValue({ ask: (...request) => bench.ask(...request) }, /silent/);
		bench.meter.stale = false;
		expect(bench.ask("/api/v1/data").status).toBe(200);
	});

	test("has no value where the meter does not send its power: evcc would read 0 W", () => {
		const bench = new HomeWizardBench();
		bench.meter.receive(["1-0:1.8.0(00000001.000*kWh)"]);
		expectNoValue({ ask: (...request) => bench.ask(...request) }, /power/);
	});

	test.each([
		["a current", { currentL2_mA: undefined }],
		["a phase's export, so that the sign would be wrong", { powerExportL1_W: undefined }],
		["the total's export", { powerExport_W: undefined }],
		["an energy register", { energyImport_Wh: undefined }],
	])("has no value when a telegram lacks %s that the one before had", (_what, fields) => {
		const bench = new HomeWizardBench();
		bench.measure(swedishTelegram());
		bench.meter.receive(swedishTelegram(fields));
		Object.assign(bench.meter, { reading: withSequence(bench, 2) });
		expectNoValue({ ask: (...request) => bench.ask(...request) }, /lacks/);
		Object.assign(bench.meter, { reading: withSequence(bench, 62) });
		expect(bench.ask("/api/v1/data").status).toBe(200);
	});

	test("says so when there is no room, instead of half an answer", () => {
		const bench = new HomeWizardBench({ scratchBytes: 200 });
		bench.meter.receive(swedishTelegram());
		const { status, body } = bench.ask("/api/v1/data");
		expect([status, errorOf(body).id]).toEqual([500, 901]);
	});

	test("answers 403 with 202 while the API is off, and nothing else is there", () => {
		const bench = new HomeWizardBench({ isOff: true });
		bench.meter.receive(swedishTelegram());
		const { status, body } = bench.ask("/api/v1/data");
		expect([status, JSON.parse(body)]).toEqual([403, { error: { id: 202, description: "API not enabled" } }]);
		for (const path of ["/api", "/api/v1/system", "/api/v1/identify"]) expect(bench.ask(path).status).toBe(404);
	});
});

function withSequence(bench: HomeWizardBench, sequence: number) {
	const { reading } = bench.meter;
	if (reading === undefined) throw new Error("no reading");
	reading.sequence = sequence;
	return reading;
}

describe("/api/v1/system", () => {
	test("has no cloud, and can be told so", () => {
		const bench = new HomeWizardBench();
		expect(JSON.parse(bench.ask("/api/v1/system").body)).toEqual({ cloud_enabled: false });
		const { status, body } = bench.ask("/api/v1/system", "PUT", '{"cloud_enabled": false}');
		expect([status, JSON.parse(body)]).toEqual([200, { cloud_enabled: false }]);
	});

	test.each([
		["no JSON", "{cloud_enabled:false}", 400, 2],
		["nothing", "", 400, 2],
		["JSON that is cut", '{"cloud_enabled":fal', 400, 2],
		["another type", '{"cloud_enabled":"false"}', 400, 7],
		["another name", '{"cloud":true}', 400, 7],
		["no object", "[]", 400, 7],
		["null", "null", 400, 7],
		["deep nesting", `${"[".repeat(100)}${"]".repeat(100)}`, 400, 7],
		["a cloud", '{"cloud_enabled":true}', 400, 8],
		["a large body", `{"cloud_enabled":false${" ".repeat(300)}}`, 413, 201],
	])("refuses %s", (_what, sent, status, id) => {
		const answer = new HomeWizardBench().ask("/api/v1/system", "PUT", sent);
		expect([answer.status, errorOf(answer.body).id]).toEqual([status, id]);
	});

	test("the server refuses a body without end before it is read", () => {
		expect(new HomeWizardBench().ask("/api/v1/system", "PUT", " ".repeat(2000)).status).toBe(413);
	});
});

describe("PUT /api/v1/identify", () => {
	test.each([
		["without body, as Home Assistant sends it", undefined],
		["with an empty object", "{}"],
	])("shows which device it is, %s", (_what, body) => {
		const bench = new HomeWizardBench();
		const answer = bench.ask("/api/v1/identify", "PUT", body);
		expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { identify: "ok" }]);
		expect(bench.identified).toBe(1);
		expect(bench.faults).toEqual([]);
	});

	test("does nothing for a body that is too large", () => {
		const bench = new HomeWizardBench();
		expect(bench.ask("/api/v1/identify", "PUT", "x".repeat(500)).status).toBe(413);
		expect(bench.identified).toBe(0);
	});
});
