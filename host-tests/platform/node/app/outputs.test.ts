import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ModbusRTU from "modbus-serial";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { AppError } from "../../../../src/platform/node/app/app-error.js";
import { openModbus } from "../../../../src/platform/node/app/app-modbus.js";
import { openShelly } from "../../../../src/platform/node/app/app-shelly.js";
import { AppStreams } from "../../../../src/platform/node/app/app-streams.js";
import { NodeClock, NodeTimers } from "../../../../src/platform/node/clock.js";
import { ReadingDocument } from "../../../../src/services/reading-document.js";
import { defaultSettings } from "../../../../src/services/settings/parse.js";
import { SETTINGS, type Settings } from "../../../../src/services/settings/table.js";
import { FakeDevice } from "../../../support/api-bench.js";
import { AppRun } from "../../../support/app-run.js";
import { MeterBench } from "../../../support/meter-bench.js";
import { FakeMeter } from "../../../support/modbus-bench.js";
import { waitUntil } from "../../../support/wait-until.js";

describe("outputs of npm start", () => {
	let directory: string;
	const ends: (() => unknown)[] = [];
	beforeAll(() => {
		directory = mkdtempSync(join(tmpdir(), "p1-outputs-"));
	});
	afterEach(async () => {
		for (const end of ends.splice(0)) await end();
	});
	afterAll(() => rmSync(directory, { recursive: true }));

	const start = (settings: object, ...args: string[]): AppRun => {
		const path = join(directory, "settings.json");
		writeFileSync(path, JSON.stringify({ telegram: false, ...settings }));
		const run = new AppRun(["--settings", path, "--http-port", "0", "--mqtt", "off", ...args]);
		ends.push(() => run.stop());
		return run;
	};
	const occupyTcp = async (): Promise<number> => {
		const server = createServer();
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		ends.push(() => server.close());
		const address = server.address();
		return typeof address === "object" && address !== null ? address.port : 0;
	};
	const occupyUdp = async (): Promise<number> => {
		const socket = createSocket("udp4");
		await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
		ends.push(() => socket.close());
		return socket.address().port;
	};

	describe("raw telegrams", () => {
		test("says where, and whoever connects gets the telegrams that HTTP has", async () => {
			const run = await start({ modbus: false }, "--telegram-port", "0", "--speed", "20").started();
			const port = Number(/telegrams +nc 127\.0\.0\.1 (\d+)/.exec(run.output)?.[1]);
			let received = "";
			const socket = connect({ port, host: "127.0.0.1" }).setEncoding("latin1");
			socket.on("data", (text) => {
				received += text;
			});
			await waitUntil(() => /^(\/[^/]+![0-9A-F]{4}\r\n){3}/.test(received));
			const status = (await (await fetch(`${run.url}/api/v1/status`)).json()) as { telegramStream: object };
			expect(status.telegramStream).toMatchObject({ tcp: { clients: 1 }, webSocket: { clients: 0 } });
			const closed = new Promise((resolve) => socket.on("close", resolve));
			await run.stop();
			await closed;
			expect([run.status, run.errors]).toEqual([0, ""]);
		});

		test("a port that is taken ends the program and says what to do", async () => {
			const port = await occupyTcp();
			await expect(start({ modbus: false }, "--telegram-port", String(port)).started()).rejects.toThrow(
				`error: Telegrams: 127.0.0.1:${port} is taken by another program. Choose another port with --telegram-port, or off\n`,
			);
		});

		test("the port of the settings is one that was asked for", async () => {
			const port = await occupyTcp();
			await expect(start({ modbus: false, telegram: true, telegramPort: port }).started()).rejects.toThrow(
				/is taken by another/,
			);
		});

		const listen = (settings: Partial<Settings>, port?: number) => {
			const { meter } = new MeterBench();
			const warnings: string[] = [];
			const streams = new AppStreams({
				meter,
				document: new ReadingDocument(),
				device: new FakeDevice(),
				clock: new NodeClock(),
				timers: new NodeTimers(),
				log: { info: () => {}, warn: (line) => warnings.push(line) },
			});
			ends.push(() => streams.close());
			return { listening: streams.listen({ ...defaultSettings("host"), ...settings }, port), warnings };
		};

		test("the usual port that nobody asked for: taken is a warning, and the app goes on without", async () => {
			const usual = SETTINGS.telegramPort.default;
			const server = createServer();
			// Another program may have it already: taken all the same.
			await new Promise<void>((resolve) => {
				server.on("error", () => resolve());
				server.listen(usual, "127.0.0.1", resolve);
			});
			ends.push(() => server.close());
			const { listening, warnings } = listen({});
			expect(await listening).toBeUndefined();
			expect(warnings).toEqual([expect.stringContaining(`127.0.0.1:${usual} is taken by another program`)]);
			await expect(listen({}, usual).listening).rejects.toThrow(AppError);
		});

		test("an address that is not this computer's is an error", async () => {
			await expect(listen({ httpHost: "192.0.2.1" }, 0).listening).rejects.toThrow(
				/cannot listen on 192\.0\.2\.1:0 .*--http-host/,
			);
		});

		test("off: no line, no section of the status, and the stream over HTTP all the same", async () => {
			const run = await start({ modbus: false }, "--telegram-port", "off").started();
			expect(run.output).not.toMatch(/telegrams +nc/);
			const status = (await (await fetch(`${run.url}/api/v1/status`)).json()) as { telegramStream: object };
			expect(Object.keys(status.telegramStream)).toEqual(["webSocket"]);
			expect((await fetch(`${run.url}/api/v1/telegram/stream`)).status).toBe(426);
		});
	});

	describe("Modbus TCP", () => {
		test("says where, and a Modbus client reads the reading that HTTP has", async () => {
			const run = await start({}, "--modbus-port", "0").started();
			const port = Number(/modbus +127\.0\.0\.1:(\d+), an SDM630/.exec(run.output)?.[1]);
			const reading = await run.reading();
			const modbus = new ModbusRTU();
			await modbus.connectTCP("127.0.0.1", { port });
			modbus.setID(1);
			const { buffer } = await modbus.readInputRegisters(0x48, 2);
			expect(buffer.readFloatBE(0)).toBeCloseTo(Number(reading.energyImportWh) / 1000, 1);
			const status = (await (await fetch(`${run.url}/api/v1/status`)).json()) as { modbus: { requests: number } };
			expect(status.modbus).toMatchObject({ openConnections: 1, requests: 1, exceptions: 0 });
			modbus.close(() => {});
			await run.stop();
			expect([run.status, run.errors]).toEqual([0, ""]);
		});

		test("a port that is taken ends the program and says what to do", async () => {
			const port = await occupyTcp();
			const run = start({}, "--modbus-port", String(port));
			await expect(run.started()).rejects.toThrow(
				`error: Modbus: 127.0.0.1:${port} is taken by another program. Choose another port with --modbus-port, or off\n`,
			);
			expect(run.status).toBe(1);
		});

		test("off: no line, no status", async () => {
			const run = await start({}, "--modbus-port", "off").started();
			expect(run.output).not.toMatch(/modbus/i);
			expect(await (await fetch(`${run.url}/api/v1/status`)).json()).not.toHaveProperty("modbus");
		});

		const open = (settings: Partial<Settings>, port?: number) => {
			const warnings: string[] = [];
			const opened = openModbus({
				settings: { ...defaultSettings("host"), ...settings },
				port,
				meter: new FakeMeter(),
				device: new FakeDevice(),
				clock: new NodeClock(),
				timers: new NodeTimers(),
				log: { info: () => {}, warn: (line) => warnings.push(line) },
			});
			opened.then(
				(place) => ends.push(() => place?.server.close()),
				() => {},
			);
			return { opened, warnings };
		};

		test("the usual port that nobody asked for: taken is a warning, and the app goes on without", async () => {
			const server = createServer();
			const usual = SETTINGS.modbusPort.hostDefault;
			// Another program may have it already: taken all the same.
			await new Promise<void>((resolve) => {
				server.on("error", () => resolve());
				server.listen(usual, "127.0.0.1", resolve);
			});
			ends.push(() => server.close());
			const { opened, warnings } = open({});
			expect(await opened).toBeUndefined();
			expect(warnings).toEqual([expect.stringContaining(`127.0.0.1:${usual} is taken by another program`)]);
			await expect(open({}, usual).opened).rejects.toThrow(AppError);
		});

		test("an address that is not this computer's is an error", async () => {
			await expect(open({ httpHost: "192.0.2.1" }, 0).opened).rejects.toThrow(
				/cannot listen on 192\.0\.2\.1:0 .*--http-host/,
			);
		});
	});

	describe("Shelly", () => {
		const open = (udpPorts: readonly number[], settings: Partial<Settings> = {}) => {
			const opened = openShelly({
				settings: { ...defaultSettings("host"), shelly: true, ...settings },
				udpPorts,
				meter: new FakeMeter(),
				device: new FakeDevice(),
				clock: new NodeClock(),
				log: { info: () => {}, warn: () => {} },
			});
			opened.then(
				(place) => ends.push(() => place?.udp.close()),
				() => {},
			);
			return opened;
		};

		test("off unless it is asked for", async () => {
			expect(await open([0], { shelly: false })).toBeUndefined();
			const run = await start({ modbus: false }).started();
			expect((await fetch(`${run.url}/rpc/EM.GetStatus?id=0`)).status).toBe(404);
			expect((await fetch(`${run.url}/shelly`)).status).toBe(404);
		});

		test("listens on each of its ports", async () => {
			const place = await open([0, 0]);
			expect(place?.udpPorts).toHaveLength(2);
			expect(place?.http.routes.map(({ path }) => path)).toContain("/rpc/EM.GetStatus");
		});

		test("a port that is taken is an error, even if another one is free", async () => {
			const port = await occupyUdp();
			await expect(open([0, port])).rejects.toThrow(
				`Shelly: 127.0.0.1:${port} (UDP) is taken by another program. Leave out --shelly, or make room for it`,
			);
		});

		test("an address that is not this computer's is an error", async () => {
			await expect(open([0], { httpHost: "192.0.2.1" })).rejects.toThrow(/Shelly: cannot listen on 192\.0\.2\.1:0/);
		});
	});
});
