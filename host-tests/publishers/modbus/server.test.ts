import { describe, expect, test } from "vitest";
import { JsonWriter } from "../../../src/core/json-writer.js";
import { modbusLimits } from "../../../src/publishers/modbus/limits.js";
import { latin1 } from "../../support/fake-tcp.js";
import { frameOf, ModbusBench, readFrame } from "../../support/modbus-bench.js";
import { corpusTelegram } from "../../support/telegram.js";

const REQUEST = readFrame(0x34, 2);

function benchOf(limits?: ConstructorParameters<typeof ModbusBench>[0]): ModbusBench {
	const bench = new ModbusBench(limits);
	bench.meter.receive(corpusTelegram("se/lgf-e360-a.txt"));
	return bench;
}

describe("Modbus server", () => {
	test.each([1, 2, 3, 7, 11])("a request in pieces of %i bytes is answered once it is whole", (pieceBytes) => {
		const bench = benchOf();
		const peer = bench.tcp.connect();
		peer.send(REQUEST.subarray(0, 11), pieceBytes);
		expect(peer.received).toBe("");
		peer.send(REQUEST.subarray(11));
		expect(bench.answersTo(peer)).toHaveLength(1);
		peer.send(REQUEST, pieceBytes);
		expect(bench.answersTo(peer)).toHaveLength(1);
		expect(peer.state).toBe("open");
	});

	test("a peer that takes its answers a byte at a time gets all of them, whole and in order", () => {
		const bench = benchOf();
		const peer = bench.tcp.connect(0);
		const transactions = Array.from({ length: 20 }, (_, i) => i);
		peer.send(Uint8Array.from(transactions.flatMap((transaction) => [...readFrame(0, 80, 3, transaction)])));
		expect(peer.received).toBe("");
		expect(peer.unreadBytes).toBe(19 * 12);
		for (let i = 0; i < 20 * (9 + 160); i++) {
			peer.take(1);
			bench.clock.advance(0);
		}
		expect(bench.answersTo(peer).map(({ transaction }) => transaction)).toEqual(transactions);
	});

	test("each answer is of one reading, however slowly it is taken", () => {
		const bench = new ModbusBench();
		bench.meter.receive(["1-0:31.7.0(001.0*A)", "1-0:21.7.0(0000.100*kW)", "1-0:1.7.0(0000.100*kW)"]);
		const peer = bench.tcp.connect(20);
		peer.send(readFrame(0x06, 48));
		bench.meter.receive(["1-0:31.7.0(002.0*A)", "1-0:21.7.0(0000.200*kW)", "1-0:1.7.0(0000.200*kW)"]);
		peer.take(1000);
		peer.send(readFrame(0x06, 48));
		const values = bench.answersTo(peer).map(({ data }) => {
			const view = new DataView(data.buffer);
			return [view.getFloat32(0), view.getFloat32(12), view.getFloat32(2 * (0x34 - 0x06))];
		});
		expect(values).toEqual([
			[1, 100, 100],
			[2, 200, 200],
		]);
	});

	test("a peer that asks without end lets the others have their turn", () => {
		const bench = benchOf({ framesPerTurn: 8 });
		const greedy = bench.tcp.connect();
		greedy.send(Uint8Array.from(Array.from({ length: 100 }, () => [...REQUEST]).flat()));
		const first = bench.answersTo(greedy).length;
		expect(first).toBeGreaterThan(0);
		expect(greedy.unreadBytes).toBe((100 - 8) * 12);
		const other = bench.tcp.connect();
		other.send(REQUEST);
		expect(bench.answersTo(other)).toHaveLength(1);
		expect(bench.answersTo(greedy)).toHaveLength(0);
		bench.clock.advance(0);
		expect(first + bench.answersTo(greedy).length).toBe(100);
		expect(bench.clock.timerCount).toBe(1);
	});

	test.each([
		{ what: "HTTP", bytes: "GET / HTTP/1.1\r\n\r\n" },
		{ what: "a telegram", bytes: "/LGF5E360\r\n\r\n" },
		{ what: "TLS", bytes: "\x16\x03\x01\x02\x00\x01\x00" },
		{ what: "a frame that is too long", bytes: "\x00\x01\x00\x00\x01\x00\x01\x04" },
	])("$what: the connection is reset, and the others go on", ({ bytes }) => {
		const bench = benchOf();
		const other = bench.tcp.connect();
		const peer = bench.tcp.connect();
		peer.send(bytes);
		expect(peer.state).toBe("reset");
		expect(peer.received).toBe("");
		other.send(REQUEST);
		expect(bench.answersTo(other)).toHaveLength(1);
		expect(bench.server.counters.malformed).toBe(1);
		expect(bench.server.openConnections).toBe(1);
	});

	describe("time limits", () => {
		test.each([
			{ what: "asks nothing", send: "", atMs: 120_000 },
			{ what: "begins a frame and stops", send: latin1(REQUEST.subarray(0, 5)), atMs: 5_000 },
			{ what: "stops one byte before the end", send: latin1(REQUEST.subarray(0, 11)), atMs: 5_000 },
		])("a client that $what is closed after $atMs ms", ({ send, atMs }) => {
			const bench = benchOf();
			const peer = bench.tcp.connect();
			peer.send(send);
			bench.clock.advance(atMs);
			expect(peer.state).toBe("open");
			bench.clock.advance(2_000);
			expect(peer.state).toBe("closed");
			expect(bench.server.counters.timeouts).toBe(1);
			expect(bench.server.openConnections).toBe(0);
		});

		test("a client that sends a byte of its frame each second is closed all the same", () => {
			const bench = benchOf();
			const peer = bench.tcp.connect();
			for (let i = 0; i < 11 && peer.state === "open"; i++) {
				peer.send(REQUEST.subarray(i, i + 1));
				bench.clock.advance(1_000);
			}
			expect(peer.state).toBe("closed");
		});

		test("a client that does not take its answer is reset after 10 s", () => {
			const bench = benchOf();
			const peer = bench.tcp.connect(4);
			peer.send(REQUEST);
			bench.clock.advance(10_000);
			expect(peer.state).toBe("open");
			bench.clock.advance(2_000);
			expect(peer.state).toBe("reset");
		});

		test("a client that asks every minute stays for a day", () => {
			const bench = benchOf();
			const peer = bench.tcp.connect();
			for (let minute = 0; minute < 1440; minute++) {
				bench.clock.advance(60_000);
				peer.send(REQUEST);
			}
			expect(bench.answersTo(peer)).toHaveLength(1440);
			expect(peer.state).toBe("open");
		});

		test("one timer serves any number of connections, and none where there is none", () => {
			const bench = benchOf();
			const timers = bench.clock.timerCount;
			const peers = Array.from({ length: 4 }, () => bench.tcp.connect());
			for (const peer of peers) peer.send(REQUEST.subarray(0, 3));
			expect(bench.clock.timerCount).toBe(timers + 1);
			for (const peer of peers) peer.end();
			bench.clock.advance(10_000);
			expect(bench.clock.timerCount).toBe(timers);
		});
	});

	describe("places", () => {
		test("one above the cap is refused while the others are busy or have just asked", () => {
			const bench = benchOf({ maxConnections: 2 });
			const first = bench.tcp.connect();
			bench.clock.advance(9_000);
			const second = bench.tcp.connect();
			first.send(REQUEST);
			second.send(REQUEST.subarray(0, 3));
			expect(bench.tcp.connect().state).toBe("reset");
			expect(bench.server.counters).toMatchObject({ accepted: 2, refused: 1, evicted: 0 });
			first.send(REQUEST);
			expect(bench.answersTo(first)).toHaveLength(2);
		});

		test("the one that has been idle for longest gives way, never one that is in the middle", () => {
			const bench = benchOf({ maxConnections: 3, frameMs: 60_000 });
			const busy = bench.tcp.connect();
			busy.send(REQUEST.subarray(0, 3));
			const idlest = bench.tcp.connect();
			const asked = bench.tcp.connect();
			bench.clock.advance(9_000);
			asked.send(REQUEST);
			bench.clock.advance(9_000);
			const late = bench.tcp.connect();
			late.send(REQUEST);
			expect([busy, idlest, asked, late].map(({ state }) => state)).toEqual(["open", "closed", "open", "open"]);
			expect(bench.answersTo(late)).toHaveLength(1);
			busy.send(REQUEST.subarray(3));
			expect(bench.answersTo(busy)).toHaveLength(1);
		});

		test("a client that goes leaves its place, with whatever of a frame it had sent", () => {
			const bench = benchOf({ maxConnections: 1 });
			for (let i = 0; i < 10; i++) {
				const peer = bench.tcp.connect();
				peer.send(REQUEST.subarray(0, i));
				peer.end();
				expect(bench.server.openConnections).toBe(0);
			}
			const peer = bench.tcp.connect();
			peer.send(REQUEST);
			expect(bench.answersTo(peer)).toHaveLength(1);
		});

		test("a client that sends and closes its side at once has its answer all the same", () => {
			const bench = benchOf();
			const peer = bench.tcp.connect();
			peer.send(REQUEST);
			peer.end();
			expect(bench.answersTo(peer)).toHaveLength(1);
		});
	});

	test("closed: nobody is listening, nobody is connected, no timer runs", () => {
		const bench = benchOf();
		const peer = bench.tcp.connect();
		peer.send(Uint8Array.from(Array.from({ length: 20 }, () => [...REQUEST]).flat()));
		bench.server.close();
		bench.server.close();
		expect(peer.state).toBe("closed");
		expect(bench.tcp.isListening).toBe(false);
		expect(bench.clock.timerCount).toBe(0);
	});

	test("a listener that fails is told, and everything ends", () => {
		const bench = benchOf();
		const peer = bench.tcp.connect();
		bench.tcp.options.onError("port-taken", "502 is in use");
		expect(bench.errors).toEqual(["port-taken: 502 is in use"]);
		expect(peer.state).toBe("closed");
		expect(bench.clock.timerCount).toBe(0);
	});

	test("the status counts what happened", () => {
		const bench = benchOf({ maxConnections: 1 });
		const peer = bench.tcp.connect();
		bench.tcp.connect();
		peer.send(Uint8Array.of(...REQUEST, ...frameOf([6, 0, 0, 0, 0])));
		const bytes = new Uint8Array(512);
		const writer = new JsonWriter(bytes);
		bench.server.writeStatus(writer);
		expect(bench.server.statusName).toBe("modbus");
		expect(JSON.parse(latin1(bytes.subarray(0, writer.length)))).toEqual({
			openConnections: 1,
			accepted: 1,
			refused: 1,
			evicted: 0,
			requests: 2,
			exceptions: 1,
			malformed: 0,
			timeouts: 0,
		});
	});

	test.each([{ maxConnections: 0 }, { idleMs: 1.5 }, { tickMs: Number.NaN }])("limits that cannot be: %j", (limits) => {
		expect(() => modbusLimits(limits)).toThrow(RangeError);
	});
});
