import { connect, type Socket } from "node:net";
import ModbusRTU from "modbus-serial";
import { afterEach, describe, expect, test } from "vitest";
import { NodeClock, NodeTimers } from "../../../src/platform/node/clock.js";
import { openTcpListener } from "../../../src/platform/node/tcp.js";
import type { ModbusLimits } from "../../../src/publishers/modbus/limits.js";
import { ModbusServer } from "../../../src/publishers/modbus/server.js";
import { FakeMeter, parseAnswers, readFrame } from "../../support/modbus-bench.js";
import { corpusTelegram } from "../../support/telegram.js";
import { waitUntil } from "../../support/wait-until.js";

/** The peer is modbus-serial, a Modbus client that nobody here wrote. */
describe("Modbus TCP with modbus-serial", () => {
	const ends: (() => void)[] = [];
	afterEach(() => {
		for (const end of ends.splice(0)) end();
	});

	async function serve(
		limits?: Partial<ModbusLimits>,
	): Promise<{ meter: FakeMeter; server: ModbusServer; port: number }> {
		const meter = new FakeMeter();
		return new Promise((resolve, reject) => {
			const server: ModbusServer = new ModbusServer({
				openListener: openTcpListener,
				port: 0,
				host: "127.0.0.1",
				meter,
				serial: "3c39e7aabbcc",
				clock: new NodeClock(),
				timers: new NodeTimers(),
				...(limits === undefined ? {} : { limits }),
				onListening: (port) => resolve({ meter, server, port }),
				onError: (code, detail) => reject(new Error(`${code}: ${detail}`)),
			});
			ends.push(() => server.close());
		});
	}

	async function client(port: number, unit = 1): Promise<ModbusRTU> {
		const modbus = new ModbusRTU();
		ends.push(() => modbus.close(() => {}));
		await modbus.connectTCP("127.0.0.1", { port });
		modbus.setID(unit);
		modbus.setTimeout(2000);
		return modbus;
	}

	/** A promise's error; fails when there is none. */
	async function errorOf(promise: Promise<unknown>): Promise<{ modbusCode?: number; message: string }> {
		return promise.then(
			() => {
				throw new Error("no error");
			},
			(error) => error,
		);
	}

	test("reads an SDM630: input and holding registers, one value and a block, any unit", async () => {
		const { meter, port } = await serve();
		meter.receive(corpusTelegram("se/lgf-e360-a.txt"));
		for (const unit of [1, 45, 255]) {
			const modbus = await client(port, unit);
			const input = await modbus.readInputRegisters(0x0034, 2);
			const holding = await modbus.readHoldingRegisters(0x0034, 2);
			expect(input.buffer.readFloatBE(0)).toBe(holding.buffer.readFloatBE(0));
			expect(input.data).toHaveLength(2);
			const block = await modbus.readInputRegisters(0, 80);
			expect(block.buffer.readFloatBE(0x34 * 2)).toBe(input.buffer.readFloatBE(0));
			expect((await modbus.readHoldingRegisters(0xfc00, 2)).buffer.readUInt32BE(0)).toBe(0xe7aabbcc);
		}
	});

	test("sees the values of the newest reading, and none while there is none", async () => {
		const { meter, port } = await serve();
		const modbus = await client(port);
		const watts = async (): Promise<number> => (await modbus.readInputRegisters(0x34, 2)).buffer.readFloatBE(0);
		expect((await errorOf(watts())).modbusCode).toBe(0x0b);
		for (const kilowatts of ["0001.234", "0000.000", "9999.999"]) {
			meter.receive([`1-0:1.7.0(${kilowatts}*kW)`, "1-0:2.7.0(0000.000*kW)"]);
			expect(await watts()).toBe(Number(kilowatts) * 1000);
		}
		meter.receive(["1-0:1.7.0(0000.000*kW)", "1-0:2.7.0(0004.500*kW)"]);
		expect(await watts()).toBe(-4500);
		meter.stale = true;
		expect((await errorOf(watts())).modbusCode).toBe(0x0b);
	});

	test("is told what it may not: exceptions 1, 2 and 3", async () => {
		const { meter, port } = await serve();
		meter.receive(corpusTelegram("se/lgf-e360-a.txt"));
		const modbus = await client(port);
		expect((await errorOf(modbus.writeRegister(0x34, 1))).modbusCode).toBe(1);
		expect((await errorOf(modbus.writeRegisters(0x34, [1, 2]))).modbusCode).toBe(1);
		expect((await errorOf(modbus.writeCoil(0, true))).modbusCode).toBe(1);
		expect((await errorOf(modbus.readCoils(0, 1))).modbusCode).toBe(1);
		expect((await errorOf(modbus.readInputRegisters(0x35, 2))).modbusCode).toBe(2);
		expect((await errorOf(modbus.readInputRegisters(0x017e, 2))).modbusCode).toBe(2);
		expect((await errorOf(modbus.readInputRegisters(0x34, 1))).modbusCode).toBe(3);
		expect((await modbus.readInputRegisters(0x34, 2)).data).toHaveLength(2);
	});

	test("four at once, a hundred requests each, all answered", async () => {
		const { meter, server, port } = await serve();
		meter.receive(["1-0:1.7.0(0001.234*kW)"]);
		const clients = await Promise.all([1, 2, 3, 4].map((unit) => client(port, unit)));
		await Promise.all(
			clients.map(async (modbus) => {
				for (let i = 0; i < 100; i++) {
					expect((await modbus.readInputRegisters(0x34, 2)).buffer.readFloatBE(0)).toBe(1234);
				}
			}),
		);
		expect(server.counters).toMatchObject({ requests: 400, exceptions: 0, malformed: 0, timeouts: 0 });
	});

	test("works beside peers that send halves, that never read, and that went away without a word", async () => {
		const { meter, server, port } = await serve({ frameMs: 100, writeMs: 200, tickMs: 20, framesPerTurn: 2000 });
		meter.receive(corpusTelegram("se/lgf-e360-a.txt"));
		const raw = async (): Promise<Socket> => {
			const socket = connect({ port, host: "127.0.0.1" });
			socket.on("error", () => {});
			ends.push(() => socket.destroy());
			await new Promise((resolve) => socket.once("connect", resolve));
			return socket;
		};
		const half = await raw();
		half.write(readFrame(0x34, 2).subarray(0, 7));
		const deaf = await raw();
		deaf.pause();
		const flood = Uint8Array.from(Array.from({ length: 1000 }, () => [...readFrame(0, 80)]).flat());
		const flooding = setInterval(() => deaf.writableLength < 1_000_000 && deaf.write(flood), 1);
		ends.push(() => clearInterval(flooding));
		const gone = await raw();
		gone.write(readFrame(0x34, 2));
		gone.destroy();
		const modbus = await client(port);
		for (let i = 0; i < 50; i++) expect((await modbus.readInputRegisters(0x34, 2)).data).toHaveLength(2);
		await waitUntil(() => server.openConnections === 1, 10_000);
		expect(server.counters).toMatchObject({ timeouts: 2 });
		expect((await modbus.readInputRegisters(0x34, 2)).data).toHaveLength(2);
	});

	test("pipelined requests over a real socket, in one segment", async () => {
		const { meter, port } = await serve();
		meter.receive(["1-0:1.7.0(0001.234*kW)"]);
		const socket = connect({ port, host: "127.0.0.1" });
		ends.push(() => socket.destroy());
		const received: Buffer[] = [];
		socket.on("data", (chunk) => received.push(chunk));
		const transactions = Array.from({ length: 50 }, (_, i) => i);
		socket.write(Uint8Array.from(transactions.flatMap((transaction) => [...readFrame(0x34, 2, 4, transaction)])));
		await waitUntil(() => Buffer.concat(received).length >= 50 * 13);
		expect(parseAnswers(Buffer.concat(received)).map(({ transaction }) => transaction)).toEqual(transactions);
	});

	test("a port that is taken is an error", async () => {
		const { port } = await serve();
		const code = await new Promise((resolve) => {
			const second = new ModbusServer({
				openListener: openTcpListener,
				port,
				host: "127.0.0.1",
				meter: new FakeMeter(),
				serial: "0",
				clock: new NodeClock(),
				timers: new NodeTimers(),
				onListening: () => resolve("listening"),
				onError: resolve,
			});
			ends.push(() => second.close());
		});
		expect(code).toBe("port-taken");
	});
});
