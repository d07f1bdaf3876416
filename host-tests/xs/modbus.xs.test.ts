import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { xsHost } from "./build-xs-host.js";
import { modbusAnswers } from "./modbus-session.js";
import { type Measured, runOnXs } from "./run.js";
import { MEASURED_TELEGRAMS, telegramPath } from "./workloads.js";

const path = telegramPath(MEASURED_TELEGRAMS.SE);

const DRIVER = `
	import { FakeClock } from "./host-tests/support/fake-clock.js";
	import { openModbus, openShelly } from "./host-tests/xs/modbus-session.js";
	import { datagramOf, ModbusSession, modbusAnswers, registersFrame, STATUS_REQUEST } from "./host-tests/xs/modbus-session.js";
	const telegram = new Uint8Array(readFile(${JSON.stringify(path)}));
`;

beforeAll(async () => {
	await xsHost();
}, 300_000);

describe("Modbus and the Shelly on XS", () => {
	test("answer as on Node, byte for byte, in every state of the meter", async () => {
		const { json } = await runOnXs(`${DRIVER} print(JSON.stringify(modbusAnswers(telegram)));`);
		const onNode = modbusAnswers(new Uint8Array(readFileSync(path)));
		expect(json).toEqual(onNode);
		// Something is answered, and something is not.
		expect(new Set(onNode).size).toBeGreaterThan(20);
		expect(onNode.filter((answer) => answer === "").length).toBeGreaterThan(6);
	});

	test("a block of 40 values is answered without garbage, but for the texts that parsed source makes", async () => {
		const { json } = await runOnXs(`${DRIVER}
			const session = new ModbusSession();
			session.receive(telegram);
			const frame = registersFrame(0, 80);
			if (session.ask(frame) !== 9 + 160) throw new Error("no answer");
			print(JSON.stringify(measure(100, () => { session.ask(frame); })));
		`);
		const { slots, chunkBytes, turns } = json as Measured;
		expect({ slots: slots / turns, chunkBytes: chunkBytes / turns }).toMatchInlineSnapshot(`
			{
			  "chunkBytes": 192,
			  "slots": 0,
			}
		`);
	});

	test("a battery's poll makes little garbage, and leaves nothing", async () => {
		const { json } = await runOnXs(`${DRIVER}
			const session = new ModbusSession();
			session.receive(telegram);
			const datagram = datagramOf(STATUS_REQUEST);
			const alive = new Float64Array(4);
			function poll(rounds: number, at: number) {
				for (let round = 0; round < rounds; round++) {
					session.clock.advance(1000);
					if (session.poll(datagram) < 250) throw new Error("no answer");
				}
				gc();
				alive[at] = slots();
				alive[at + 1] = chunks();
			}
			poll(10, 0);
			poll(10, 0);
			poll(500, 2);
			session.clock.advance(1000);
			const cost = measure(10, () => { session.poll(datagram); });
			print(JSON.stringify({ alive: Array.from(alive), cost }));
		`);
		const { alive, cost } = json as { alive: number[]; cost: Measured };
		const [slots = 0, chunkBytes = 0, slotsAfter, chunkBytesAfter] = alive;
		expect(slotsAfter).toBeLessThanOrEqual(slots);
		expect(chunkBytesAfter).toBeLessThanOrEqual(chunkBytes);
		expect(cost.slots / cost.turns).toBeLessThan(200);
		expect(cost.chunkBytes / cost.turns).toBeLessThan(4000);
		expect({ slots: cost.slots / cost.turns, chunkBytes: cost.chunkBytes / cost.turns }).toMatchInlineSnapshot(`
			{
			  "chunkBytes": 888,
			  "slots": 82,
			}
		`);
	});

	test("take a fixed part of the heap", async () => {
		const { json } = await runOnXs(`${DRIVER}
			const kept = [];
			function growth(make: () => unknown) {
				kept.push(make());
				gc();
				const before = [slots(), chunks()];
				for (let i = 0; i < 10; i++) kept.push(make());
				gc();
				return { slots: Math.round((slots() - before[0]) / 10), chunkBytes: Math.round((chunks() - before[1]) / 10) };
			}
			const meter = { reading: undefined, stale: false };
			const clock = new FakeClock();
			print(JSON.stringify({ modbus: growth(() => openModbus(meter, clock)), shelly: growth(() => openShelly(meter, clock)) }));
		`);
		expect(json).toMatchInlineSnapshot(`
			{
			  "modbus": {
			    "chunkBytes": 144,
			    "slots": 71,
			  },
			  "shelly": {
			    "chunkBytes": 1744,
			    "slots": 101,
			  },
			}
		`);
	});
});
