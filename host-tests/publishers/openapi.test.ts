import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { crc16 } from "../../src/core/crc16.js";
import { PROFILE_IDS } from "../../src/core/profile.js";
import { SetupStatus } from "../../src/publishers/api/setup.js";
import type { MqttPublisherStatus } from "../../src/publishers/mqtt/options.js";
import { MqttStatus } from "../../src/publishers/mqtt/status.js";
import { NetworkStatus } from "../../src/services/network/network-status.js";
import { FakeDevice, requestText } from "../support/api-bench.js";
import { readCorpus } from "../support/corpus.js";
import { deviceStatusSources } from "../support/device-status.js";
import { everyRow } from "../support/every-row.js";
import { ModbusBench } from "../support/modbus-bench.js";
import { NetworkBench } from "../support/network-bench.js";
import { OpenApiBench, type RunningApi } from "../support/openapi-bench.js";
import { rawRequest } from "../support/raw-http.js";
import { SetupBench } from "../support/setup-bench.js";
import { corpusTelegram, telegramOf } from "../support/telegram.js";
import { openShelly } from "../xs/modbus-session.js";

// docs/http-api.yaml against the running server, in every state that the meter can be in.

const bench = new OpenApiBench();
const { openApi } = bench;

const MQTT: MqttPublisherStatus = {
	state: "awaiting-retry",
	connects: 1,
	disconnects: 1,
	failures: 3,
	lastReason: "unreachable",
	lastDetail: "connect ECONNREFUSED 192.0.2.1:1883",
	published: 100,
	superseded: 2,
	valuesPublished: 0,
};

let server: RunningApi;

beforeAll(async () => {
	const { meter, server: modbus, clock } = new ModbusBench();
	const { portal: setup } = new SetupBench();
	const wifi = new NetworkBench();
	wifi.air.add({ refusal: 5 });
	wifi.clock.advance(10_000);
	wifi.air.accessPoints[0]?.set({ refusal: 0 });
	wifi.connect();
	server = await bench.start({
		statusSources: [
			new MqttStatus({ status: MQTT }),
			modbus,
			openShelly(meter, clock),
			new SetupStatus(setup),
			...deviceStatusSources(),
			new NetworkStatus(wifi.network),
		],
	});
});

afterAll(() => bench.close());

function withRightCrc(telegram: Uint8Array): Uint8Array {
	const bytes = telegram.slice();
	const bang = bytes.lastIndexOf(0x21);
	const digits = crc16(bytes, 0, bang + 1)
		.toString(16)
		.toUpperCase()
		.padStart(4, "0");
	for (let digit = 0; digit < 4; digit++) bytes[bang + 1 + digit] = digits.charCodeAt(digit);
	return bytes;
}

describe("docs/http-api.yaml", () => {
	test("has every route of the API and no other", () => {
		const isOnDevice = ({ tags = [] }: { tags?: readonly string[] }): boolean =>
			tags.includes("setup") || tags.includes("update");
		const declared = openApi.operations().filter(({ method, operation }) => method === "get" && !isOnDevice(operation));
		expect(declared.map(({ path }) => path).sort()).toEqual([...server.api.paths].sort());
	});

	test("its examples are as its schemas say", () => {
		let count = 0;
		for (const { operation } of openApi.operations()) {
			for (const response of Object.values(operation.responses)) {
				for (const { schema, examples = {} } of Object.values(response.content ?? {})) {
					for (const { value } of Object.values(examples)) {
						expect(openApi.validate(schema, value)).toEqual([]);
						count++;
					}
				}
			}
		}
		expect(count).toBeGreaterThan(0);
	});

	test("no object takes members that it does not name", () => {
		const open: string[] = [];
		const walk = (value: unknown, at: string): void => {
			if (typeof value !== "object" || value === null) return;
			if ("type" in value && value.type === "object" && !("additionalProperties" in value)) open.push(at);
			for (const [key, child] of Object.entries(value)) walk(child, `${at}/${key}`);
		};
		walk(openApi.document.components.schemas, "schemas");
		expect(open).toEqual([]);
	});
});

describe("the running server answers as the document says", () => {
	test("before the first telegram", async () => {
		const { port } = server;
		await bench.askAll(port);
		server.api.bench.port.link(false, "no such device");
		await bench.askAll(port);
		server.api.bench.port.link(true, "serial:/dev/ttyUSB0");
		server.api.bench.port.receive("noise");
		await bench.askAll(port);
	});

	test("with every telegram of the corpus that is accepted, of every profile", async () => {
		const profiles = new Set<string>();
		let accepted = 0;
		for (const { name, bytes } of readCorpus()) {
			// A capture that was made anonymous lost its CRC that way.
			const telegram = name.startsWith("lt-other/lt-eso") ? withRightCrc(bytes) : bytes;
			const { api, port } = await bench.start();
			api.bench.port.receive(telegram);
			if (api.meter.reading !== undefined) {
				accepted++;
				const { body } = await bench.ask(port, "/api/v1/reading");
				profiles.add((JSON.parse(body) as { profile: string }).profile);
				expect((await bench.ask(port, "/api/v1/telegram")).body).toBe(Buffer.from(telegram).toString("latin1"));
				await bench.ask(port, "/api/v1/status");
				await bench.ask(port, "/api/v1/data");
			}
			api.close();
		}
		expect([...profiles].sort()).toEqual([...PROFILE_IDS].sort());
		expect(accepted).toBeGreaterThan(40);
	}, 60_000);

	test("with every row of the table, in every unit that it may have", async () => {
		const { api, port } = await bench.start();
		const rows = everyRow();
		for (const row of rows) {
			api.bench.port.receive(telegramOf([row]));
			await bench.ask(port, "/api/v1/reading");
		}
		const none = { rowsMalformed: 0, valuesMalformed: 0, unitsMissing: 0, rowsRepeated: 0, rowsUnknown: 0 };
		expect(api.meter.counters).toMatchObject({ telegrams: rows.length, ...none });
		expect(rows.length).toBeGreaterThan(150);
	}, 60_000);

	test("with fresh readings, on a device and on a host", async () => {
		server.api.bench.read(5);
		await bench.askAll(server.port);
		const device = new FakeDevice();
		device.memoryUse = { heapUsedBytes: 10_000_000, residentBytes: 90_000_000 };
		device.linkState = { kind: "host", connected: true };
		const host = await bench.start({ device, meter: { hasLineFormat: true } });
		host.api.bench.port.link(true, "serial:/dev/ttyUSB0");
		await bench.askAll(host.port);
	});

	test("when the client has the version already", async () => {
		for (const path of ["/api/v1/reading", "/api/v1/telegram"]) {
			const { headers } = await bench.ask(server.port, path);
			const condition = { headers: [`If-None-Match: ${headers.get("etag")}`] };
			expect((await bench.ask(server.port, path, "get", condition)).status).toBe(304);
			expect((await bench.ask(server.port, path, "head", condition)).status).toBe(304);
		}
	});

	test("when the reading is stale", async () => {
		const { api, port } = await bench.start();
		api.bench.read(5);
		api.bench.clock.advance(60_000);
		await bench.askAll(port);
		expect((await bench.ask(port, "/health")).status).toBe(503);
		expect((await bench.ask(port, "/api/v1/telegram")).headers.has("warning")).toBe(true);
	});

	test("to a browser that listens for events", async () => {
		const { api, port } = await bench.start();
		expect(await bench.askStream(port, "/api/v1/events")).toBe("retry: 3000\n\n");
		api.bench.port.receive(corpusTelegram("nl-v5/ene-t211.txt"));
		const [, data = ""] = /^data: (.*)$/m.exec(await bench.askStream(port, "/api/v1/events")) ?? [];
		expect(openApi.validate({ $ref: "#/components/schemas/Reading" }, JSON.parse(data))).toEqual([]);
		expect(await bench.askStream(port, "/api/v1/events", { httpVersion: "1.0" })).toContain(data);
	});

	test("to a client that opens the stream of telegrams", async () => {
		const { port } = await bench.start();
		const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
		const headers = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", key];
		const { status } = await bench.ask(port, "/api/v1/telegram/stream", "get", { headers });
		expect(status).toBe(101);
	});

	test("to programs for HomeWizard's meter", async () => {
		const off = await bench.start({ hasHomeWizard: false });
		expect((await bench.ask(off.port, "/api/v1/data")).status).toBe(403);
		expect((await bench.ask(off.port, "/api/v1/data", "head")).status).toBe(403);
		const small = await bench.start({ homeWizardBytes: 64 });
		small.api.bench.read();
		expect((await bench.ask(small.port, "/api/v1/data")).status).toBe(500);
		expect((await bench.ask(small.port, "/api/v1/data", "head")).status).toBe(500);
		for (const [path, body, status] of [
			["/api/v1/system", '{"cloud_enabled":false}', 200],
			["/api/v1/system", '{"cloud_enabled":true}', 400],
			["/api/v1/system", " ".repeat(300), 413],
			["/api/v1/identify", "{}", 200],
			["/api/v1/identify", " ".repeat(300), 413],
		] as const) {
			const text = requestText(path, { method: "PUT", headers: [`Content-Length: ${body.length}`] }) + body;
			const response = await rawRequest(server.port, text, "PUT");
			expect([response.status, openApi.check(path, "put", response)]).toEqual([status, []]);
		}
	});

	test("when buffers are too small", async () => {
		const { api, port } = await bench.start({ documentBytes: 64, scratchBytes: 256 });
		api.bench.read();
		for (const path of ["/api/v1/reading", "/api/v1/status"]) {
			expect((await bench.ask(port, path)).status).toBe(500);
			expect((await bench.ask(port, path, "head")).status).toBe(500);
		}
	});

	test("to HTTP/1.0, and to an error", async () => {
		await bench.askAll(server.port, { httpVersion: "1.0" });
		expect((await bench.ask(server.port, "/", "get", { headers: ["Expect: a-pony"] })).status).toBe(417);
	});
});

// Last, after everything above has been asked.
describe("of the document", () => {
	test("every status was seen", () => {
		// Those of the owner, of the setup and of updates: openapi-owner.test.ts, openapi-setup.test.ts, openapi-update.test.ts.
		const elsewhere = ["owner", "setup", "update"];
		const declared = openApi.declared((tags) => !tags.some((tag) => elsewhere.includes(tag)));
		expect(declared.filter((status) => !openApi.seen.has(status))).toEqual([]);
	});

	test("every member was seen", () => {
		const unseen = ["Index", "Status", "Healthy", "Unwell", "Error", "Reading", "HomeWizardData"]
			.flatMap((name) => openApi.declaredMembers(name))
			.filter((member) => !openApi.seenMembers.has(member) && member !== "Error.error.key");
		expect(unseen).toEqual([]);
	});
});
