import { describe, expect, test } from "vitest";
import { ModbusServer } from "../../../src/publishers/modbus/server.js";
import { FakeTcp } from "../../support/fake-tcp.js";
import { MeterBench } from "../../support/meter-bench.js";
import { ModbusBench, parseAnswers, readFrame } from "../../support/modbus-bench.js";
import { corpusTelegram } from "../../support/telegram.js";

/** Everything that a charger or evcc asks for: see docs/modbus.md. */
const ASKED = [
	{ who: "evcc and mbmd: power", address: 0x34, count: 2 },
	{ who: "evcc and mbmd: current", address: 0x06, count: 2 },
	{ who: "evcc and mbmd: voltage", address: 0x00, count: 2 },
	{ who: "evcc and mbmd: import", address: 0x48, count: 2 },
	{ who: "SmartEVSE: currents and powers", address: 0x06, count: 12 },
	{ who: "openWB: voltages, currents, powers", address: 0x00, count: 18 },
	{ who: "openWB: frequency, import, export", address: 0x46, count: 6 },
	{ who: "openWB: power factors", address: 0x1e, count: 6 },
	{ who: "sdm_modbus: the first page", address: 0x00, count: 80 },
];

describe("what Modbus says when there is no value", () => {
	describe.each(ASKED)("$who", ({ address, count }) => {
		const exceptionOf = (bench: ModbusBench): number | undefined => bench.ask(readFrame(address, count)).exception;

		test("before the first telegram, and again when the reading is stale: the meter does not answer (0x0b)", () => {
			const bench = new ModbusBench();
			expect(exceptionOf(bench)).toBe(0x0b);
			bench.meter.receive(corpusTelegram("se/lgf-e360-a.txt"));
			expect(exceptionOf(bench)).toBeUndefined();
			bench.meter.stale = true;
			expect(exceptionOf(bench)).toBe(0x0b);
			bench.meter.stale = false;
			expect(exceptionOf(bench)).toBeUndefined();
		});

		test("a meter with one phase answers: L2 and L3 carry nothing", () => {
			const bench = new ModbusBench();
			bench.meter.receive(corpusTelegram("nl-v5/ene-xs210-a.txt"));
			expect(exceptionOf(bench)).toBeUndefined();
		});
	});

	test("an SDM630's other phases read 0 in a house with one, as with nothing at those terminals", () => {
		const bench = new ModbusBench();
		bench.meter.receive(corpusTelegram("nl-v5/ene-xs210-a.txt"));
		const zero = [0x02, 0x04, 0x08, 0x0a, 0x0e, 0x10, 0x14, 0x16, 0x1a, 0x1c];
		expect(zero.map((address) => bench.value(address))).toEqual(zero.map(() => 0));
		expect([0x20, 0x22].map((address) => bench.value(address))).toEqual([Number.NaN, Number.NaN]);
		expect(bench.value(0x30)).toBe(bench.value(0x06));
	});

	test.each([
		{ what: "a phase's current", gone: /^1-0:51\.7\.0/, refused: [0x08, 0x30] },
		{ what: "a phase's power", gone: /^1-0:4[12]\.7\.0/, refused: [0x0e] },
		{ what: "a whole phase", gone: /^1-0:([45][1234]|52)\.7\.0/, refused: [0x08, 0x0e, 0x30] },
		{ what: "every phase", gone: /^1-0:[234567][1234]\.7\.0/, refused: [0x06, 0x08, 0x0a, 0x0c, 0x0e, 0x10, 0x30] },
		{ what: "the total power", gone: /^1-0:[12]\.7\.0/, refused: [0x34] },
		{ what: "the import register", gone: /^1-0:1\.8\.0/, refused: [0x48, 0x0156] },
		{ what: "a voltage", gone: /^1-0:32\.7\.0/, refused: [] },
		{ what: "reactive power", gone: /^1-0:.*\.7\.0\(.*var/i, refused: [] },
	])(
		"$what was there and is no more: refused with 0x02 where a charger may act on it, nowhere 0",
		({ gone, refused }) => {
			const rows = new TextDecoder("latin1")
				.decode(corpusTelegram("se/lgf-e360-a.txt"))
				.split("\r\n")
				.filter((row) => /^\d-\d:/.test(row));
			const bench = new ModbusBench();
			bench.meter.receive(rows);
			const addresses = Array.from({ length: 0x17e / 2 }, (_, i) => 2 * i);
			const before = new Map(addresses.map((address) => [address, bench.value(address)]));
			const kept = rows.filter((row) => !gone.test(row));
			expect(kept.length).toBeLessThan(rows.length);
			bench.meter.receive(kept);
			const after = addresses.map((address) => [address, bench.value(address)] as const);
			expect(after.filter(([, value]) => value === "0x02").map(([address]) => address)).toEqual(refused);
			for (const [address, value] of after) {
				if (typeof value === "number" && !Number.isNaN(value))
					expect([address, value]).toEqual([address, before.get(address)]);
			}
		},
	);

	test("a block is refused as a whole when it has one value that is needed and not known", () => {
		const bench = new ModbusBench();
		bench.meter.receive(["1-0:31.7.0(001.0*A)", "1-0:21.7.0(0000.230*kW)", "1-0:52.7.0(230.0*V)"]);
		expect(bench.ask(readFrame(0x00, 18))).toMatchObject({ exception: 2 });
		expect(bench.ask(readFrame(0x00, 8))).toMatchObject({ exception: undefined });
	});

	test("a meter of the first Dutch kinds knows the total alone", () => {
		const bench = new ModbusBench();
		bench.meter.receive(corpusTelegram("nl-v2/iskra-mt382-a.txt"));
		expect(bench.value(0x34)).toBeTypeOf("number");
		expect(bench.value(0x48)).toBeTypeOf("number");
		expect([0x06, 0x08, 0x0a, 0x0c, 0x30].map((address) => bench.value(address))).toEqual(Array(5).fill("0x02"));
	});

	test("with the meter service: stale after three missed telegrams, and not before", () => {
		const { meter, clock, port } = new MeterBench();
		const tcp = new FakeTcp();
		new ModbusServer({
			openListener: tcp.open,
			port: 502,
			meter,
			serial: "0",
			clock,
			timers: clock,
			onError: () => {},
		});
		const read = (): number | undefined => {
			const peer = tcp.connect();
			peer.send(readFrame(0x48, 2));
			const [answer] = parseAnswers(Uint8Array.from(peer.received, (character) => character.charCodeAt(0)));
			peer.end();
			return answer?.exception;
		};
		expect(read()).toBe(0x0b);
		for (let i = 0; i < 5; i++) {
			port.receive(new TextDecoder("latin1").decode(corpusTelegram("se/lgf-e360-a.txt")));
			expect(read()).toBeUndefined();
			clock.advance(10_000);
		}
		clock.advance(19_000);
		expect(read()).toBeUndefined();
		clock.advance(2_000);
		expect(read()).toBe(0x0b);
	});
});
