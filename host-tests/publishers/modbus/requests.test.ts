import { describe, expect, test } from "vitest";
import { frameOf, ModbusBench, readFrame } from "../../support/modbus-bench.js";
import { corpusTelegram } from "../../support/telegram.js";

const TELEGRAM = corpusTelegram("se/lgf-e360-a.txt");

describe("Modbus requests", () => {
	const bench = new ModbusBench();
	bench.meter.receive(TELEGRAM);

	test.each([
		{ what: "read coils", data: [1, 0, 0, 0, 1], exception: 1 },
		{ what: "read discrete inputs", data: [2, 0, 0, 0, 1], exception: 1 },
		{ what: "write single coil", data: [5, 0, 0, 0xff, 0], exception: 1 },
		{ what: "write single register", data: [6, 0, 0x34, 0, 0], exception: 1 },
		{ what: "read exception status", data: [7], exception: 1 },
		{ what: "diagnostics", data: [8, 0, 0, 0x12, 0x34], exception: 1 },
		{ what: "write multiple coils", data: [15, 0, 0, 0, 8, 1, 255], exception: 1 },
		{ what: "write multiple registers", data: [16, 0, 0, 0, 2, 4, 0, 0, 0, 0], exception: 1 },
		{ what: "report server id", data: [17], exception: 1 },
		{ what: "mask write register", data: [22, 0, 0, 0, 0, 0, 0], exception: 1 },
		{ what: "read and write", data: [23, 0, 0, 0, 2, 0, 0, 0, 2, 4, 0, 0, 0, 0], exception: 1 },
		{ what: "read device identification", data: [43, 14, 1, 0], exception: 1 },
		{ what: "function 0", data: [0], exception: 1 },
		{ what: "function 127", data: [127], exception: 1 },
		{ what: "function 0x84, an exception itself", data: [0x84, 2], exception: 1 },
		{ what: "nothing behind the function", data: [4], exception: 3 },
		{ what: "a count cut short", data: [4, 0, 0, 0], exception: 3 },
		{ what: "a byte too many", data: [4, 0, 0, 0, 2, 0], exception: 3 },
		{ what: "no register", data: [4, 0, 0, 0, 0], exception: 3 },
		{ what: "one register: half a value", data: [4, 0, 0, 0, 1], exception: 3 },
		{ what: "three registers", data: [3, 0, 0, 0, 3], exception: 3 },
		{ what: "126 registers", data: [4, 0, 0, 0, 126], exception: 3 },
		{ what: "65535 registers", data: [3, 0, 0, 0xff, 0xff], exception: 3 },
		{ what: "from the middle of a value", data: [4, 0, 1, 0, 2], exception: 2 },
		{ what: "one value after the map", data: [4, 0x01, 0x7e, 0, 2], exception: 2 },
		{ what: "over the end of the map", data: [4, 0x01, 0x7a, 0, 6], exception: 2 },
		{ what: "over the end of all addresses", data: [3, 0xff, 0xfe, 0, 4], exception: 2 },
		{ what: "before the serial number", data: [3, 0xfb, 0xfe, 0, 2], exception: 2 },
		{ what: "after the serial number", data: [3, 0xfc, 0x02, 0, 2], exception: 2 },
		{ what: "the serial number and more", data: [3, 0xfc, 0x00, 0, 4], exception: 2 },
	])("$what: exception $exception", ({ data, exception }) => {
		const answer = bench.ask(frameOf(data, 0xabcd, 7));
		expect(answer).toMatchObject({ transaction: 0xabcd, unit: 7, code: (data[0] ?? 0) & 0x7f, exception });
	});

	test.each([
		{ code: 3, address: 0x0034, count: 2 },
		{ code: 4, address: 0x0034, count: 2 },
		{ code: 4, address: 0x0000, count: 80 },
		{ code: 4, address: 0x0000, count: 124 },
		{ code: 3, address: 0x017c, count: 2 },
		{ code: 3, address: 0xfc00, count: 2 },
	])("function $code, $count registers from $address: two bytes each", ({ code, address, count }) => {
		const answer = bench.ask(readFrame(address, count, code));
		expect(answer).toMatchObject({ code, exception: undefined });
		expect(answer.data).toHaveLength(2 * count);
	});

	test.each([0, 1, 2, 45, 247, 255])("unit %i is answered as itself", (unit) => {
		expect(bench.ask(readFrame(0x34, 2, 4, 99, unit))).toMatchObject({ unit, transaction: 99, exception: undefined });
	});

	test.each([0, 1, 0x00ff, 0xff00, 0xffff])("transaction %i comes back", (transaction) => {
		expect(bench.ask(readFrame(0x34, 2, 3, transaction))).toMatchObject({ transaction, exception: undefined });
	});

	test("functions 3 and 4 say the same", () => {
		expect(bench.ask(readFrame(0, 82, 3)).data).toEqual(bench.ask(readFrame(0, 82, 4)).data);
	});

	test("a block is made of its single values", () => {
		const { data } = bench.ask(readFrame(0, 80));
		const view = new DataView(data.buffer);
		for (let address = 0; address < 80; address += 2) {
			expect(view.getFloat32(2 * address)).toEqual(bench.value(address));
		}
	});

	test("the serial number is the end of the device's own, even without a reading", () => {
		const { data } = new ModbusBench().ask(readFrame(0xfc00, 2, 3));
		expect(new DataView(data.buffer).getUint32(0)).toBe(0xe7aabbcc);
	});

	test("pipelined requests are answered in their order, each with its own transaction", () => {
		const peer = bench.tcp.connect();
		const frames = [5, 6, 7].map((transaction) => readFrame(2 * transaction, 2, 4, transaction));
		peer.send(Uint8Array.of(...frames.flatMap((frame) => [...frame]), ...frameOf([6, 0, 0, 0, 0], 8)));
		expect(bench.answersTo(peer).map(({ transaction, exception }) => [transaction, exception])).toEqual([
			[5, undefined],
			[6, undefined],
			[7, undefined],
			[8, 1],
		]);
	});
});
