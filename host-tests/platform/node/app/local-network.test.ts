import { PassThrough } from "node:stream";
import { afterEach, describe, expect, test } from "vitest";
import { type App, type AppPlatform, startApp } from "../../../../src/platform/node/app/app.js";
import { NodeClock, NodeTimers } from "../../../../src/platform/node/clock.js";
import type { AdvertisedService } from "../../../../src/ports/service-discovery.js";
import { defaultSettings } from "../../../../src/services/settings/parse.js";
import type { Settings } from "../../../../src/services/settings/table.js";
import { FakeDevice } from "../../../support/api-bench.js";
import { deviceProblemsOf, type Json, measurementProblems } from "../../../support/homewizard-rules.js";
import { waitUntil } from "../../../support/wait-until.js";

// The whole app on this computer, with announcements that go nowhere.

let app: App | undefined;
let announced: readonly AdvertisedService[];
let goodbyes: number;
let lines: string[];

afterEach(async () => {
	await app?.stop();
	app = undefined;
});

async function start(changes: Partial<Settings>): Promise<string> {
	announced = [];
	goodbyes = 0;
	lines = [];
	const settings = { ...defaultSettings("host"), mqtt: false, modbus: false, telegram: false, ...changes };
	const platform: AppPlatform = {
		device: new FakeDevice(),
		clock: new NodeClock(),
		timers: new NodeTimers(),
		random: Math.random,
		log: { info: (line) => void lines.push(line), warn: (line) => void lines.push(line) },
		stdin: new PassThrough(),
		openServiceDiscovery: ({ services, onFault }) => {
			announced = services;
			onFault("a trial");
			return {
				update() {},
				close(onClosed = () => {}) {
					goodbyes++;
					onClosed();
				},
			};
		},
	};
	app = await startApp({ settings, source: { kind: "simulator" }, intervalMs: 1000, speed: 10, httpPort: 0 }, platform);
	const { meter } = app;
	await waitUntil(() => meter.reading !== undefined, 5000);
	return `http://127.0.0.1:${app.httpPort}`;
}

async function get(url: string): Promise<Json> {
	const response = await fetch(url);
	expect(response.status).toBe(200);
	return (await response.json()) as Json;
}

describe("the HomeWizard-compatible API of the app", () => {
	test("is off unless it is asked for", async () => {
		const url = await start({});
		expect((await fetch(`${url}/api`)).status).toBe(404);
		const response = await fetch(`${url}/api/v1/data`);
		expect([response.status, await response.json()]).toEqual([
			403,
			{ error: { id: 202, description: "API not enabled" } },
		]);
	});

	test("answers as the library wants it, with the telegram beside it", async () => {
		const url = await start({ homewizard: true });
		expect(deviceProblemsOf(await get(`${url}/api`))).toEqual([]);
		expect(measurementProblems(await get(`${url}/api/v1/data`))).toEqual([]);
		const telegram = await (await fetch(`${url}/api/v1/telegram`)).text();
		expect(telegram).toMatch(/^\/[^!]+![0-9A-F]{4}\r\n$/);
		const identify = await fetch(`${url}/api/v1/identify`, { method: "PUT" });
		expect([identify.status, await identify.json()]).toEqual([200, { identify: "ok" }]);
		expect(lines.filter((line) => line.startsWith("identify"))).toHaveLength(1);
	});
});

describe("announcements of the app", () => {
	test.each<[string, Partial<Settings>]>([
		["on a loopback address, as by default", {}],
		["on a loopback address, though asked for", { mdns: true, httpHost: "127.0.0.2" }],
		["when turned off", { mdns: false, httpHost: "0.0.0.0" }],
	])("are none %s", async (_why, changes) => {
		await start(changes);
		expect([announced, app?.discovery]).toEqual([[], undefined]);
	});

	test("are made for the network, with the port in use, and taken back at the end", async () => {
		await start({ httpHost: "0.0.0.0", homewizard: true });
		const ports = new Set(announced.map(({ port }) => port));
		expect([...ports]).toEqual([app?.httpPort]);
		expect(announced.map(({ type }) => type)).toEqual(["_http._tcp", "_p1-dongle._tcp", "_hwenergy._tcp"]);
		expect(lines).toContain("mDNS: a trial; use the address, or turn it off with --mdns off");
		await app?.stop();
		expect(goodbyes).toBe(1);
	});

	test("leave HomeWizard's service out while its API is off", async () => {
		await start({ httpHost: "0.0.0.0" });
		expect(announced.map(({ type }) => type)).toEqual(["_http._tcp", "_p1-dongle._tcp"]);
	});
});
