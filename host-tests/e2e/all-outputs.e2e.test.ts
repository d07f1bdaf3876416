import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEmbeddedBroker } from "../../src/platform/node/embedded-broker.js";
import { TcpBridge } from "../support/p1-sources.js";
import { telegramOf } from "../support/telegram.js";
import { waitUntil } from "../support/wait-until.js";
import {
	type Consumer,
	FIRST_WH,
	openEvents,
	openModbus,
	openMqtt,
	openPoller,
	openTelegrams,
	openWebSocket,
} from "./support/consumers.js";
import { findFreePort, findMosquitto, startMosquitto } from "./support/mosquitto.js";
import { PROGRAM, type Program, startProgram } from "./support/program.js";

// Every output at once, each read by a program that nobody here wrote; then four readers stop.

/** Of a machine that has many times as much to do as it can: each step waits for what happens, not for this. */
const STEP_MS = 60_000;
/** Faster than meters speak, and slow enough that a reading is not stale (three intervals) before everybody has asked. */
const INTERVAL_MS = 1000;
const READINGS = 20;
/**
 * To the ones that have stopped: more than the network's buffers hold for each (some hundred kB), and in all far more than
 * {@link GROWTH_BYTES}, so that a program that kept it for them would be seen. */
const BURST = PROGRAM === undefined ? 4000 : 1500;
const GROWTH_BYTES = PROGRAM === undefined ? 40_000_000 : 8_000_000;
/** A row that makes a telegram large, twice: 3.6 kB in all, and a dongle takes 4 KiB. */
const LONG_ROW = `0-0:96.13.0(${"41".repeat(700)})`;

type Status = {
	readonly telegrams: Readonly<Record<string, number>>;
	readonly memory: Readonly<Record<string, number | undefined>>;
	readonly http: { readonly timeouts: number; readonly faults: number };
	readonly telegramStream?: Readonly<Record<"tcp" | "webSocket", { clients: number; dropped: number } | undefined>>;
	readonly events?: { readonly clients: number; readonly dropped: number };
};

/** Reading `n`, a second after the one before. */
function telegram(n: number, ...more: string[]): Uint8Array {
	const second = String(n % 60).padStart(2, "0");
	const minute = String(Math.floor(n / 60) % 60).padStart(2, "0");
	const hour = String(10 + Math.floor(n / 3600)).padStart(2, "0");
	const kilo = (value: number, digits: number): string => (value / 1000).toFixed(3).padStart(digits, "0");
	const rows = [
		`0-0:1.0.0(240108${hour}${minute}${second}W)`,
		`1-0:1.8.0(${kilo(FIRST_WH + n, 12)}*kWh)`,
		"1-0:2.8.0(00000000.000*kWh)",
		`1-0:1.7.0(${kilo(n, 8)}*kW)`,
		"1-0:2.7.0(0000.000*kW)",
		...["21", "41", "61"].map((phase) => `1-0:${phase}.7.0(0000.100*kW)`),
		...["22", "42", "62"].map((phase) => `1-0:${phase}.7.0(0000.000*kW)`),
		...["32", "52", "72"].map((phase) => `1-0:${phase}.7.0(230.1*V)`),
		...["31", "51", "71"].map((phase) => `1-0:${phase}.7.0(000.5*A)`),
		...more,
	];
	return Buffer.from(telegramOf(rows), "latin1");
}

describe(`all outputs at once (${PROGRAM ?? "npm start"})`, { timeout: 10 * STEP_MS }, () => {
	// An address of this computer of its own: the Shelly's UDP ports are fixed, and others test too.
	const httpHost = `127.${1 + Math.floor(Math.random() * 250)}.${1 + (process.pid % 250)}.9`;
	const bridge = new TcpBridge();
	const consumers: Consumer[] = [];
	let broker: { readonly port: number; stop(): Promise<void> };
	let program: Program;
	let n = 0;

	beforeAll(async () => {
		await bridge.start();
		if (findMosquitto() !== undefined) broker = await startMosquitto();
		else {
			const embedded = await startEmbeddedBroker({ port: 0 });
			broker = { port: embedded.port, stop: () => embedded.close(0) };
		}
		const [telegramPort, modbusPort] = [await findFreePort(), await findFreePort()];
		program = await startProgram({
			source: `tcp:127.0.0.1:${bridge.port}`,
			httpHost,
			mqttHost: "127.0.0.1",
			mqttPort: broker.port,
			telegramPort,
			modbus: true,
			modbusPort,
			shelly: true,
			homewizard: true,
			mdns: false,
		});
		await waitUntil(() => bridge.connections === 1, STEP_MS);
		const { url } = program;
		for (const name of ["SSE 1", "SSE 2"]) consumers.push(openEvents(url, name));
		for (const name of ["TCP 1", "TCP 2"]) consumers.push(openTelegrams(httpHost, telegramPort, name));
		for (const name of ["WebSocket 1", "WebSocket 2"]) consumers.push(openWebSocket(url, name));
		consumers.push(await openModbus(httpHost, modbusPort));
		consumers.push(await openMqtt(broker.port));
		consumers.push(openPoller(url, "reading", false, "reading 1"), openPoller(url, "reading", true, "reading 2"));
		consumers.push(openPoller(url, "reading", true, "reading 3"), openPoller(url, "telegram", true));
		consumers.push(openPoller(url, "metrics"), openPoller(url, "HomeWizard"), openPoller(url, "Shelly"));
		await until("every stream is open", async () => {
			const { events, telegramStream } = await status();
			return [events, telegramStream?.tcp, telegramStream?.webSocket].every((stream) => stream?.clients === 2);
		});
	}, 4 * STEP_MS);
	afterAll(async () => {
		await Promise.all(consumers.map((consumer) => consumer.close()));
		await program?.end("SIGKILL");
		await broker?.stop();
		await bridge.stop();
	}, STEP_MS);

	const status = async (): Promise<Status> => (await fetch(`${program.url}/api/v1/status`)).json() as Promise<Status>;
	const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
		for (const untilMs = performance.now() + STEP_MS; !(await holds()); ) {
			if (performance.now() > untilMs)
				throw new Error(`not within ${STEP_MS} ms: ${what}; ${JSON.stringify(await status())}`);
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
	};
	const latecomers = (of: readonly Consumer[]): string[] =>
		of.filter(({ seen }) => seen.at(-1) !== n).map(({ name }) => name);
	/** Sends reading `n` until all have seen it: a busy machine may let it become stale before. */
	const sendToAll = async (of: readonly Consumer[], bytes: Uint8Array): Promise<void> => {
		const untilMs = performance.now() + STEP_MS;
		for (let sentMs = Number.NEGATIVE_INFINITY; latecomers(of).length > 0; ) {
			const nowMs = performance.now();
			if (nowMs > untilMs) throw new Error(`reading ${n} was not seen by ${latecomers(of).join(", ")}`);
			if (nowMs - sentMs > 2 * INTERVAL_MS) {
				bridge.send(bytes);
				sentMs = nowMs;
			}
			await new Promise((resolve) => setTimeout(resolve, 2));
		}
	};
	const isGapless = ({ seen }: Consumer, from: number, to: number): boolean =>
		seen.length === to - from + 1 && seen.every((number, index) => number === from + index);

	test(`each of 15 readers sees each of ${READINGS} readings`, async () => {
		for (n = 1; n <= READINGS; n++) {
			const startMs = performance.now();
			await sendToAll(consumers, telegram(n));
			if (n < READINGS) await new Promise((resolve) => setTimeout(resolve, startMs + INTERVAL_MS - performance.now()));
		}
		n = READINGS;
		expect(consumers.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`))).toEqual([]);
		expect(consumers.filter((consumer) => !isGapless(consumer, 1, n)).map(({ name, seen }) => [name, seen])).toEqual(
			[],
		);
		expect(consumers).toHaveLength(15);
	});

	test("four of them stop reading: they are dropped and counted, the others notice nothing, memory stays bounded", async () => {
		const named = (name: string): Consumer => consumers.find((consumer) => consumer.name === name) as Consumer;
		const stopped = ["SSE 2", "TCP 2", "WebSocket 2", "reading 3"].map(named);
		const others = consumers.filter((consumer) => !stopped.includes(consumer));
		const pushed = ["SSE 1", "TCP 1", "WebSocket 1"].map(named);
		const before = await status();
		const calmMs = Math.max(...others.map((consumer) => consumer.takeSlowestMs()));
		for (const consumer of stopped) consumer.stopReading();

		let mostBytes = 0;
		const startMs = performance.now();
		for (let i = 0; i < BURST; i++) {
			n++;
			await sendToAll(pushed, telegram(n, LONG_ROW, LONG_ROW.replace("13.0", "13.1")));
			if (i % 100 === 0) mostBytes = Math.max(mostBytes, (await status()).memory.residentBytes ?? 0);
		}
		const burstMs = performance.now() - startMs;
		const stormMs = Math.max(...others.map((consumer) => consumer.takeSlowestMs()));
		// The HTTP server waits 10 s for what is not taken.
		await until("all four are dropped", async () => {
			const { http, events, telegramStream } = await status();
			const isDropped = [events, telegramStream?.tcp, telegramStream?.webSocket].every(
				(stream) => stream?.dropped === 1,
			);
			return isDropped && http.timeouts >= before.http.timeouts + 2;
		});
		n++;
		await sendToAll(others, telegram(n));
		const after = await status();
		const report = {
			readings: BURST,
			perSecond: Math.round((1000 * BURST) / burstMs),
			growthBytes: mostBytes - (before.memory.residentBytes ?? Number.NaN),
			heapUsedBytes: [before.memory.heapUsedBytes, after.memory.heapUsedBytes],
			slowestAnswerMs: { before: Math.round(calmMs), during: Math.round(stormMs) },
		};
		console.log(JSON.stringify(report));
		expect(others.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`))).toEqual([]);
		expect(pushed.filter((consumer) => !isGapless(consumer, 1, n)).map(({ name }) => name)).toEqual([]);
		expect(after.telegramStream?.tcp?.clients).toBe(1);
		expect(after.events?.clients).toBe(1);
		expect(after.http.faults).toBe(0);
		expect(after.telegrams.bad).toBe(0);
		expect(report.growthBytes).toBeLessThan(GROWTH_BYTES);
	});
});
