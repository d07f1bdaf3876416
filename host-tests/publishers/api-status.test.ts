import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { MemoryUse } from "../../src/ports/device.js";
import type { StatusSource } from "../../src/ports/status-source.js";
import { VERSION } from "../../src/version.js";
import { ApiBench, type ApiBenchOptions, FakeDevice } from "../support/api-bench.js";
import { powerTelegram, telegramOf } from "../support/telegram.js";

const STATUS = "/api/v1/status";

function statusOf(options: ApiBenchOptions, happen: (api: ApiBench) => void = () => {}): Record<string, unknown> {
	const api = new ApiBench(options);
	happen(api);
	return api.json(STATUS);
}

test("the version is package.json's", () => {
	const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
	expect(VERSION).toBe(manifest.version);
});

describe(STATUS, () => {
	test("before the first telegram: what there is, and nothing that is not known", () => {
		expect(statusOf({})).toEqual({
			version: VERSION,
			device: { model: "bench", serial: "3c39e7aabbcc" },
			uptimeS: 0,
			telegrams: {
				good: 0,
				bad: 0,
				crcMismatch: 0,
				crcMissing: 0,
				crcMalformed: 0,
				telegramTruncated: 0,
				telegramTooLarge: 0,
				lineTooLong: 0,
				malformedRow: 0,
				unconfirmed: 0,
			},
			rows: { rowsMalformed: 0, valuesMalformed: 0, unitsMissing: 0, rowsRepeated: 0, rowsUnknown: 0 },
			p1Port: {
				connected: false,
				noiseBytes: 0,
				bareLineFeeds: 0,
				overflow: 0,
				framing: 0,
				parity: 0,
				break: 0,
				disconnected: 0,
			},
			memory: { heapUsedBytes: 61_234, heapTotalBytes: 94_208, systemFreeBytes: 120_000 },
			link: { kind: "wifi", connected: true, rssiDbm: -61, ipAddress: "192.0.2.9", ssid: "home" },
			http: {
				openConnections: 1,
				accepted: 1,
				refused: 0,
				evicted: 0,
				requests: 1,
				timeouts: 0,
				faults: 0,
				errorsByStatus: {},
			},
		});
	});

	test("is never cached", () => {
		const { status, headers } = new ApiBench().ask(STATUS);
		expect(status).toBe(200);
		expect(headers.get("content-type")).toBe("application/json");
		expect(headers.get("cache-control")).toBe("no-store");
		expect(headers.has("etag")).toBe(false);
	});

	test("the reading: number, age, staleness and the learned interval", () => {
		const api = new ApiBench();
		api.bench.read(2, 1000.5);
		api.bench.clock.advance(1234.9);
		expect(api.json(STATUS)).toMatchObject({ profile: "se", reading: { sequence: 2, ageS: 1.234, stale: false } });
		expect(api.json(STATUS).reading).not.toHaveProperty("pushIntervalS");
		api.bench.read(4, 1000.5);
		expect(api.json(STATUS).reading).toEqual({ sequence: 6, ageS: 0, stale: false, pushIntervalS: 1, tooLarge: 0 });
		api.bench.clock.advance(7_200_000);
		expect(api.json(STATUS).reading).toEqual({ sequence: 6, ageS: 7200, stale: true, pushIntervalS: 1, tooLarge: 0 });
	});

	test.each([
		[999, 0],
		[1000, 1],
		[3_600_999, 3600],
	])("the uptime in whole seconds: %d ms", (elapsedMs, uptimeS) => {
		const api = new ApiBench();
		api.bench.clock.advance(elapsedMs);
		expect(api.json(STATUS).uptimeS).toBe(uptimeS);
	});

	const good = powerTelegram(1);
	const row = "1-0:1.7.0(0000.123*kW)";
	test.each<[string, string, object]>([
		["good", good + good, { telegrams: { good: 2, bad: 0 } }],
		["crcMismatch", good.replace("0.001", "0.002"), { telegrams: { good: 0, bad: 1, crcMismatch: 1 } }],
		["crcMissing", good.replace(/!..../, "!"), { telegrams: { bad: 1, crcMissing: 1 } }],
		["crcMalformed", good.replace(/!..../, "!12"), { telegrams: { bad: 1, crcMalformed: 1 } }],
		["telegramTruncated", good.slice(0, -20) + good, { telegrams: { good: 1, bad: 1, telegramTruncated: 1 } }],
		["telegramTooLarge", telegramOf(new Array(200).fill(row)), { telegrams: { bad: 1, telegramTooLarge: 1 } }],
		["lineTooLong", telegramOf(["x".repeat(3000)]), { telegrams: { bad: 1, lineTooLong: 1 } }],
		[
			"malformedRow",
			"/ISk5 meter\r\n\r\n0-0:96.1.1(41)\r\n1-0:1.8.1(00001.000*kWh)\r\nnonsense\r\n!\r\n",
			{ telegrams: { bad: 1, malformedRow: 1 } },
		],
		[
			"unconfirmed",
			"/ISk5\r\n0-0:96.1.1(41)\r\n1-0:1.8.1(1*kWh)\r\n!\r\n/ISk5\r\n0-0:96.1.1(41)\r\n1-0:1.8.1(12*kWh)\r\n!\r\n",
			{ telegrams: { good: 1, bad: 1, unconfirmed: 1 } },
		],
		["rowsMalformed", telegramOf([row, "nonsense"]), { rows: { rowsMalformed: 1 } }],
		["valuesMalformed", telegramOf(["1-0:1.7.0(00x0.123*kW)"]), { rows: { valuesMalformed: 1 } }],
		["unitsMissing", telegramOf(["1-0:1.7.0(0000.123)"]), { rows: { unitsMissing: 1 } }],
		["rowsRepeated", telegramOf([row, row]), { rows: { rowsRepeated: 1 } }],
		["rowsUnknown", telegramOf([row, "9-9:9.9.9(1)"]), { rows: { rowsUnknown: 1 } }],
		["bareLineFeeds", "/TST\n1-0:1.7.0(0000.123*kW)\n!0000\n", { p1Port: { bareLineFeeds: 2 } }],
		["noiseBytes", "noise", { p1Port: { noiseBytes: 5 } }],
	])("counts %s", (_name, bytes, expected) => {
		expect(statusOf({}, ({ bench }) => bench.port.receive(bytes))).toMatchObject(expected);
	});

	test("every counter of the decoder is in it", () => {
		const api = new ApiBench();
		const { telegrams, rows, p1Port } = api.json(STATUS) as Record<string, object>;
		const names = Object.keys({ ...telegrams, ...rows, ...p1Port });
		for (const name of Object.keys(api.meter.counters)) if (name !== "telegrams") expect(names).toContain(name);
	});

	test("the P1 port: link, line format and faults", () => {
		const { p1Port } = statusOf({ meter: { hasLineFormat: true } }, ({ bench }) => {
			bench.port.link(true, "serial:/dev/ttyUSB0");
			for (const fault of ["overflow", "framing", "framing", "parity", "break", "disconnected"] as const) {
				bench.port.fault(fault);
			}
		});
		expect(p1Port).toMatchObject({
			connected: true,
			detail: "serial:/dev/ttyUSB0",
			lineFormat: "115200-8n1",
			overflow: 1,
			framing: 2,
			parity: 1,
			break: 1,
			disconnected: 1,
		});
	});

	test("a host has other memory and no radio", () => {
		const device = new FakeDevice();
		device.memoryUse = { heapUsedBytes: 12_345_678.5, residentBytes: 98_765_432 };
		device.linkState = { kind: "host", connected: true };
		const { memory, link } = statusOf({ device });
		expect(memory).toEqual({ heapUsedBytes: 12_345_678, residentBytes: 98_765_432 });
		expect(link).toEqual({ kind: "host", connected: true });
	});

	test("the HTTP server counts errors by status and what is open", () => {
		const api = new ApiBench();
		api.tcp.connect();
		api.ask("/nothing");
		api.ask("/nothing");
		api.ask("/health");
		expect(api.json(STATUS).http).toMatchObject({
			openConnections: 2,
			accepted: 5,
			requests: 4,
			errorsByStatus: { 404: 2, 503: 1 },
		});
	});

	test("other parts add sections of their own, in their order", () => {
		const section = (statusName: string): StatusSource => ({
			statusName,
			writeStatus: (writer) => {
				writer.openObject();
				writer.name("state");
				writer.string("connected");
				writer.closeObject();
			},
		});
		const status = statusOf({ statusSources: [section("mqtt"), section("network")] });
		expect(status).toMatchObject({ mqtt: { state: "connected" }, network: { state: "connected" } });
		expect(Object.keys(status).slice(-3)).toEqual(["http", "mqtt", "network"]);
	});

	test("one that does not fit is an error that says so, and no half of it", () => {
		const api = new ApiBench({ scratchBytes: 300 });
		const { status, body } = api.ask(STATUS);
		expect(status).toBe(500);
		expect(JSON.parse(body)).toEqual({ error: { code: "status-too-large", message: expect.any(String) } });
	});

	test("a section that throws costs its request only", () => {
		let isBroken = true;
		const source: StatusSource = {
			statusName: "broken",
			writeStatus: (writer) => {
				if (isBroken) throw new Error("broken");
				writer.boolean(true);
			},
		};
		const api = new ApiBench({ statusSources: [source] });
		expect(api.ask(STATUS).status).toBe(500);
		isBroken = false;
		expect(api.json(STATUS)).toMatchObject({ broken: true, http: { faults: 1 } });
	});

	test("fits with every number at its largest and every text at its longest", () => {
		const largest = Number.MAX_SAFE_INTEGER;
		const device = new FakeDevice();
		const memory: Required<MemoryUse> = {
			heapUsedBytes: largest,
			heapTotalBytes: largest,
			systemFreeBytes: largest,
			residentBytes: largest,
		};
		device.memoryUse = memory;
		device.linkState = {
			kind: "wifi",
			connected: false,
			rssiDbm: -120,
			ipAddress: "x".repeat(100),
			ssid: "é".repeat(32),
		};
		const api = new ApiBench({ device, meter: { hasLineFormat: true } });
		api.bench.port.link(false, "é".repeat(1000));
		api.bench.read(5);
		for (const counters of [api.meter.counters, api.meter.portFaults]) {
			for (const name of Object.keys(counters)) Object.assign(counters, { [name]: largest });
		}
		for (let status = 400; status < 420; status++) {
			const { errorsByStatus } = api.server.statistics;
			if (errorsByStatus instanceof Map) errorsByStatus.set(status, largest);
		}
		const { status, body } = api.ask(STATUS);
		expect(status).toBe(200);
		expect(body.length).toBeGreaterThan(2000);
		expect(body.length).toBeLessThan(3500);
		expect(JSON.parse(body)).toMatchObject({ telegrams: { lineTooLong: largest }, memory });
	});
});

describe("what is not an address of the API", () => {
	test.each([["/api/v1"], ["/api/v1/reading/"], ["/api/v1/Reading"], ["/api"], ["/favicon.ico"], ["//"]])(
		"%s: 404",
		(path) => {
			const { status, headers, body } = new ApiBench().ask(path);
			expect(status).toBe(404);
			expect(headers.get("content-type")).toBe("application/json");
			expect(JSON.parse(body).error.code).toBe("not-found");
		},
	);

	test.each(["/", "/api/v1/reading", "/api/v1/telegram", STATUS, "/health"])(
		"%s takes GET, HEAD and OPTIONS",
		(path) => {
			const api = new ApiBench();
			for (const method of ["POST", "PUT", "PATCH", "DELETE", "TRACE", "get"]) {
				const { status, headers, body } = api.ask(path, { method });
				expect([method, status]).toEqual([method, 405]);
				expect(headers.get("allow")).toBe("OPTIONS, GET, HEAD");
				expect(JSON.parse(body).error.code).toBe("method-not-allowed");
			}
			const options = api.ask(path, { method: "OPTIONS" });
			expect([options.status, options.headers.get("allow")]).toEqual([204, "OPTIONS, GET, HEAD"]);
		},
	);

	test("a query does not count", () => {
		expect(new ApiBench().ask("/health?from=monitor").status).toBe(503);
		expect(new ApiBench().ask(`${STATUS}?`).status).toBe(200);
	});
});

test("the index says where things are", () => {
	const api = new ApiBench();
	const index = api.json("/");
	expect(index).toMatchObject({ name: "p1-dongle", version: VERSION });
	api.bench.read();
	for (const path of Object.values(index.paths as Record<string, string>)) {
		expect([path, api.ask(path).status]).toEqual([path, 200]);
	}
});
