import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventSource } from "eventsource";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeStream } from "../../src/platform/node/decode/decode-stream.js";
import { type EmbeddedBroker, startEmbeddedBroker } from "../../src/platform/node/embedded-broker.js";
import { AppRun } from "../support/app-run.js";
import { readCorpus } from "../support/corpus.js";
import { type MqttObserver, observeMqtt } from "../support/mqtt-observer.js";
import { TcpBridge } from "../support/p1-sources.js";
import { powerTelegram, telegramOf } from "../support/telegram.js";
import { waitUntil } from "../support/wait-until.js";
import { PROGRAM, type Program, startProgram } from "./support/program.js";

type Json = Record<string, unknown>;

const TIMEOUT_MS = 60_000;
const CREDENTIALS = { username: "me", password: "hunter2" };
const utf8 = (text: string): Uint8Array => Buffer.from(text, "latin1");

/** What `npm run decode` says of a telegram. */
async function decoded(bytes: Uint8Array): Promise<Json> {
	let text = "";
	async function* input(): AsyncGenerator<Uint8Array> {
		yield bytes;
	}
	await decodeStream(input(), { profile: "auto", withObis: false }, async (lines) => {
		text += lines;
	});
	return (JSON.parse(text) as { reading: Json }).reading;
}

describe(`the app over TCP, HTTP and MQTT (${PROGRAM ?? "npm start"})`, { timeout: TIMEOUT_MS }, () => {
	let bridge: TcpBridge;
	let broker: EmbeddedBroker;
	let observer: MqttObserver;
	let program: Program;
	let events: EventSource;
	/** Telegrams that the program has accepted, by the numbers of its events. */
	let accepted = 0;

	beforeAll(async () => {
		bridge = new TcpBridge();
		await bridge.start();
		broker = await startEmbeddedBroker({ port: 0, credentials: CREDENTIALS });
		observer = await observeMqtt(broker.port, "house/p1/#", CREDENTIALS);
		program = await startProgram({
			source: `tcp:127.0.0.1:${bridge.port}`,
			mqttHost: "127.0.0.1",
			mqttPort: broker.port,
			mqttUser: CREDENTIALS.username,
			mqttPass: CREDENTIALS.password,
			mqttTopic: "house/p1",
			mqttValues: true,
		});
		await waitUntil(() => bridge.connections === 1, TIMEOUT_MS);
		events = new EventSource(`${program.url}/api/v1/events`);
		events.addEventListener("reading", ({ lastEventId }) => {
			accepted = Number(lastEventId);
		});
		await waitUntil(() => events.readyState === EventSource.OPEN, TIMEOUT_MS);
	}, 2 * TIMEOUT_MS);
	afterAll(async () => {
		events?.close();
		await program?.end("SIGKILL");
		await observer?.close();
		await bridge?.stop();
		await broker?.close(0);
	});

	const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
		fetch(program.url + path, { headers });
	const json = async (path: string): Promise<Json> => (await (await get(path)).json()) as Json;
	const telegrams = async (): Promise<{ good: number; bad: number; crcMismatch: number }> =>
		(await json("/api/v1/status")).telegrams as { good: number; bad: number; crcMismatch: number };
	/** Sends bytes and waits until another telegram has been accepted. */
	const send = async (bytes: Uint8Array): Promise<void> => {
		const next = accepted + 1;
		bridge.send(bytes);
		await waitUntil(() => accepted >= next, TIMEOUT_MS, "a telegram is accepted");
	};
	const states = (): Json[] =>
		observer.messages
			.filter(({ topic, payload }) => topic === "house/p1/state" && payload !== "")
			.map(({ payload }) => JSON.parse(payload) as Json);

	test("before the first telegram: 503 that says so, not a made-up reading; MQTT is online and has no state", async () => {
		const response = await get("/api/v1/reading");
		expect(response.status).toBe(503);
		expect(((await response.json()) as { error: { code: string } }).error.code).toMatch(/^[a-z-]+$/);
		expect((await get("/api/v1/telegram")).status).toBe(503);
		expect((await get("/health")).status).toBe(503);
		await observer.waitFor("house/p1/status", "online");
		expect(states()).toEqual([]);
	});

	test("after it: the reading on HTTP and on MQTT, the telegram byte for byte, health is good", async () => {
		const telegram = powerTelegram(1234);
		await send(utf8(telegram));
		const reading = await json("/api/v1/reading");
		expect(reading).toMatchObject({ stale: false, profile: "se", powerImportW: 1234, time: "2024-01-08T15:49:40Z" });
		expect(await (await get("/api/v1/telegram")).text()).toBe(telegram);
		expect(await json("/health")).toEqual({ status: "ok" });
		await waitUntil(() => states().length > 0);
		expect(states().at(-1)).toEqual(reading);
		await observer.waitFor("house/p1/value/powerImportW", "1234");
	});

	test("the state is retained for who comes later, the values are not", async () => {
		const late = await observeMqtt(broker.port, "house/p1/#", CREDENTIALS);
		await waitUntil(() => late.messages.length >= 2);
		expect(late.messages.every(({ retain }) => retain)).toBe(true);
		expect(new Set(late.messages.map(({ topic }) => topic))).toEqual(new Set(["house/p1/state", "house/p1/status"]));
		await late.close();
	});

	test("a poller that asks again gets 304 until there is something new", async () => {
		await send(utf8(powerTelegram(1)));
		for (const path of ["/api/v1/reading", "/api/v1/telegram"]) {
			const tag = (await get(path)).headers.get("etag") ?? "";
			const again = await get(path, { "If-None-Match": tag });
			expect({ status: again.status, body: await again.text() }).toEqual({ status: 304, body: "" });
			await send(utf8(powerTelegram(2)));
			expect((await get(path, { "If-None-Match": tag })).status).toBe(200);
		}
	});

	test.each([
		{ method: "GET", path: "/nothing", status: 404 },
		{ method: "POST", path: "/api/v1/reading", status: 405 },
		{ method: "HEAD", path: "/api/v1/reading", status: 200 },
		{ method: "OPTIONS", path: "/api/v1/reading", status: 204 },
		{ method: "GET", path: `/${"x".repeat(4000)}`, status: 414 },
	])("$method $path: $status", async ({ method, path, status }) => {
		const response = await fetch(program.url + path, { method });
		expect(response.status).toBe(status);
		if (status === 405) expect(response.headers.get("allow")).toMatch(/GET/);
		if (status >= 400) expect(await response.json()).toHaveProperty("error.message");
		// And it answers on; not by /health, which is 503 once the meter of the test has been silent for a moment.
		expect((await get("/api/v1/status")).status).toBe(200);
	});

	const good = readCorpus().filter(({ expected, bytes }) => expected.crc.ok === true && bytes.length < 4096);
	test.each(good)("$name: what HTTP and MQTT give out is what decode prints", async ({ bytes }) => {
		await send(bytes);
		const reading = await json("/api/v1/reading");
		expect(reading).toEqual(await decoded(bytes));
		expect(Buffer.compare(Buffer.from(await (await get("/api/v1/telegram")).arrayBuffer()), bytes)).toBe(0);
		await waitUntil(() => JSON.stringify(states().at(-1)) === JSON.stringify(reading));
	});

	test("a damaged telegram is counted by kind, and the last good reading stands", async () => {
		await send(utf8(powerTelegram(77)));
		const { bad, crcMismatch } = await telegrams();
		bridge.send(utf8(powerTelegram(88).replace("0000.088", "0000.089")));
		await send(utf8(powerTelegram(77)));
		expect(await telegrams()).toMatchObject({ bad: bad + 1, crcMismatch: crcMismatch + 1 });
		expect(await json("/api/v1/reading")).toMatchObject({ powerImportW: 77 });
	});

	test("noise, a cut telegram and a bridge that restarts in mid-telegram lose no later telegram", async () => {
		bridge.send(Buffer.from(Array.from({ length: 3000 }, (_, index) => (index * 37) & 0xff)));
		bridge.send(utf8(powerTelegram(5).slice(0, 40)));
		await bridge.stop();
		await bridge.start();
		await waitUntil(() => bridge.connections === 1, TIMEOUT_MS);
		await send(utf8(powerTelegram(6)));
		expect(await json("/api/v1/reading")).toMatchObject({ powerImportW: 6 });
	});

	test("pollers see whole readings only, while telegrams come fast", async () => {
		let isOver = false;
		let reads = 0;
		const problems: Json[] = [];
		const poll = async (): Promise<void> => {
			while (!isOver) {
				const { powerImportW, powerExportW } = await json("/api/v1/reading");
				reads++;
				if (powerImportW !== powerExportW) problems.push({ powerImportW, powerExportW });
			}
		};
		const twin = (watts: number): Uint8Array => {
			const kilowatts = (watts / 1000).toFixed(3).padStart(8, "0");
			return utf8(telegramOf([`1-0:1.7.0(${kilowatts}*kW)`, `1-0:2.7.0(${kilowatts}*kW)`]));
		};
		await send(twin(1));
		const pollers = [poll(), poll(), poll()];
		for (let i = 2; i < 150; i++) {
			bridge.send(twin(i));
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
		isOver = true;
		await Promise.all(pollers);
		expect(problems).toEqual([]);
		expect(reads).toBeGreaterThan(30);
	});

	test("a meter that falls silent: the reading is marked stale on HTTP and MQTT, and fresh again afterwards", async () => {
		for (let i = 0; i < 12; i++) {
			await send(utf8(powerTelegram(300 + i)));
			await new Promise((resolve) => setTimeout(resolve, 200));
		}
		await waitUntil(() => states().at(-1)?.stale === true, 10_000);
		expect(await json("/api/v1/reading")).toMatchObject({ stale: true, powerImportW: 311 });
		expect((await get("/health")).status).toBe(503);
		await send(utf8(powerTelegram(400)));
		expect(await json("/api/v1/reading")).toMatchObject({ stale: false, powerImportW: 400 });
		await waitUntil(() => states().at(-1)?.stale === false);
	});

	test("the password is nowhere in what it says", async () => {
		const texts = [program.output, JSON.stringify(await json("/api/v1/status")), JSON.stringify(observer.messages)];
		expect(texts.filter((text) => text.includes(CREDENTIALS.password))).toEqual([]);
	});

	test("SIGTERM: offline is published, HTTP is closed, exit status 0", async () => {
		expect(await program.end("SIGTERM")).toBe(0);
		await observer.waitFor("house/p1/status", "offline");
		await expect(get("/health")).rejects.toThrow();
	});

	test("killed: the broker publishes offline", async () => {
		program = await startProgram({
			source: `tcp:127.0.0.1:${bridge.port}`,
			mqttHost: "127.0.0.1",
			mqttPort: broker.port,
			mqttUser: CREDENTIALS.username,
			mqttPass: CREDENTIALS.password,
			mqttTopic: "house/p1",
		});
		const count = (payload: string): number =>
			observer.messages.filter((message) => message.topic === "house/p1/status" && message.payload === payload).length;
		await waitUntil(() => count("online") === 2, 20_000);
		await program.end("SIGKILL");
		await waitUntil(() => count("offline") === 2, 20_000);
	});
});

describe.skipIf(PROGRAM !== undefined)("npm start with its simulator", { timeout: TIMEOUT_MS }, () => {
	const PROFILES = ["se", "dsmr2", "dsmr4", "dsmr5", "be", "lu", "lt", "p1"] as const;
	/** What has no topic of its own. */
	const STATE_ALONE = ["stale", "profile", "identification", "time", "meterTime", "tariff"];
	let broker: EmbeddedBroker;
	let observer: MqttObserver;

	beforeAll(async () => {
		broker = await startEmbeddedBroker({ port: 0 });
		observer = await observeMqtt(broker.port, "#");
	});
	afterAll(async () => {
		await observer?.close();
		await broker?.close(0);
	});

	// In this process: to start one takes a busy machine longer than all of the test. The tests above have one of their own.
	test.each(PROFILES)("%s: all routes answer, and every value has its topic", async (profile) => {
		const topic = `house/${profile}`;
		const url = `mqtt://127.0.0.1:${broker.port}`;
		const directory = mkdtempSync(join(tmpdir(), "p1-simulator-"));
		const settings = join(directory, "settings.json");
		writeFileSync(settings, JSON.stringify({ profile, mqttValues: true, telegram: false, modbus: false, mdns: false }));
		const options = ["--settings", settings, "--http-port", "0", "--mqtt", url, "--topic", topic];
		const run = await new AppRun(options).started();
		const get = (path: string): Promise<Response> => fetch(run.url + path);
		const topics = (): Set<string> => new Set(observer.messages.map((message) => message.topic));
		await observer.until(() => topics().has(`${topic}/state`));
		const reading = (await (await get("/api/v1/reading")).json()) as Json;
		expect(reading).toMatchObject({ profile, stale: false });
		const telegram = Buffer.from(await (await get("/api/v1/telegram")).arrayBuffer());
		expect(Object.keys(await decoded(telegram)).sort()).toEqual(Object.keys(reading).sort());
		for (const path of ["/", "/api/v1/status", "/health"]) expect((await get(path)).status).toBe(200);
		const scalars = Object.keys(reading).filter(
			(name) => typeof reading[name] !== "object" && !STATE_ALONE.includes(name),
		);
		await observer.until(() => scalars.every((name) => topics().has(`${topic}/value/${name}`)));
		await run.stop();
		expect(run.status).toBe(0);
		await observer.waitFor(`${topic}/status`, "offline");
		rmSync(directory, { recursive: true });
	});
});
