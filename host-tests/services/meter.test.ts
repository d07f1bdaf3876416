import { describe, expect, test } from "vitest";
import type { P1PortFault } from "../../src/ports/p1-port.js";
import { Meter, type MeterListener } from "../../src/services/meter.js";
import { FakeClock } from "../support/fake-clock.js";
import { FakeP1Port } from "../support/fake-p1-port.js";
import { MeterBench, type MeterBenchOptions } from "../support/meter-bench.js";
import { corpusTelegram, powerTelegram, telegramOf } from "../support/telegram.js";

const DSMR2_TELEGRAM = corpusTelegram("nl-v2/iskra-mt382-a.txt");

describe("a meter that has not spoken", () => {
	test("has no reading, no age, no interval, and is not stale however long it lasts", () => {
		const { meter, clock, events } = new MeterBench();
		clock.advance(3_600_000);
		expect(meter.reading).toBeUndefined();
		expect(meter.readingAgeMs).toBeUndefined();
		expect(meter.pushIntervalMs).toBeUndefined();
		expect(meter.stale).toBe(false);
		expect(events).toEqual([]);
	});

	test("a telegram without its last line end is no reading yet", () => {
		const { meter, port } = new MeterBench();
		port.receive(powerTelegram(100).slice(0, -1));
		expect(meter.reading).toBeUndefined();
	});
});

describe("a reading", () => {
	test("is there as soon as its telegram is whole, and grows older", () => {
		const { meter, port, clock } = new MeterBench();
		clock.advance(700);
		port.receive(powerTelegram(100), 7);
		expect(meter.reading?.sequence).toBe(1);
		expect(meter.readingAgeMs).toBe(0);
		clock.advance(1234);
		expect(meter.readingAgeMs).toBe(1234);
	});

	test("stands while telegrams after it are rejected; they are counted and told by kind", () => {
		const { meter, port, take } = takingBench();
		port.receive(powerTelegram(100));
		port.receive(powerTelegram(200).replace("0000.200", "0000.300"));
		port.receive(powerTelegram(200).slice(0, -20));
		port.receive(powerTelegram(400));
		expect(take()).toEqual(["reading 1", "error crc-mismatch", "error telegram-truncated", "reading 2"]);
		expect(meter.counters).toMatchObject({ telegrams: 2, crcMismatch: 1, telegramTruncated: 1 });
	});

	test("listeners are told in the order in which they stand", () => {
		const bench = new MeterBench();
		const events: string[] = [];
		const note = (name: string): MeterListener => ({
			onReading: () => events.push(`${name} reading`),
			onStale: () => events.push(`${name} stale`),
			onTelegramError: () => events.push(`${name} error`),
		});
		const { meter, port, clock } = new MeterBench({ listeners: [note("a"), {}, note("b"), note("c")] });
		port.receive(`${powerTelegram(100)}/`);
		port.receive(powerTelegram(200));
		clock.advance(30_250);
		expect(events.map((event) => event.split(" ")[1])).toEqual([
			...new Array(3).fill("reading"),
			...new Array(3).fill("error"),
			...new Array(3).fill("reading"),
			...new Array(3).fill("stale"),
		]);
		expect(events.map((event) => event.charAt(0)).join("")).toBe("abcabcabcabc");
		meter.close();
		bench.meter.close();
	});
});

describe("the push interval", () => {
	test("is learned from the third gap on, whatever is lost between", () => {
		const { meter, port, clock } = new MeterBench();
		const seen: (number | undefined)[] = [];
		for (const gapMs of [0, 10_000, 20_000, 10_000, 10_000, 30_000, 10_000]) {
			clock.advance(gapMs);
			port.receive(powerTelegram(100));
			seen.push(meter.pushIntervalMs);
		}
		expect(seen).toEqual([undefined, undefined, undefined, 10_000, 10_000, 10_000, 10_000]);
	});

	test("a rejected telegram is a lost one", () => {
		const bench = new MeterBench();
		bench.read(9, 1000);
		bench.clock.advance(1000);
		bench.port.receive(powerTelegram(1).replace("!", "!0"));
		bench.clock.advance(1000);
		bench.read();
		expect(bench.meter.pushIntervalMs).toBe(1000);
	});
});

describe("staleness", () => {
	test.each([
		["every second", 1000],
		["every tenth second", 10_000],
		["every second and a half", 1500],
	])("begins when three learned intervals have passed without a reading: %s", (_name, intervalMs) => {
		const bench = new MeterBench();
		bench.read(5, intervalMs);
		bench.take();
		bench.clock.advance(3 * intervalMs);
		expect([bench.meter.stale, ...bench.take()]).toEqual([false]);
		bench.clock.advance(250);
		expect([bench.meter.stale, ...bench.take()]).toEqual([true, "stale"]);
	});

	test("goes by ten seconds while the interval is not learned", () => {
		const bench = new MeterBench();
		bench.read();
		bench.clock.advance(30_000);
		expect(bench.meter.stale).toBe(false);
		bench.clock.advance(250);
		expect(bench.meter.stale).toBe(true);
	});

	test("is told once, and the old reading stays readable", () => {
		const bench = new MeterBench();
		bench.read(4);
		bench.clock.advance(3_600_000);
		expect(bench.take()).toEqual(["reading 1", "reading 2", "reading 3", "reading 4", "stale"]);
		expect(bench.meter.reading?.sequence).toBe(4);
		expect(bench.meter.readingAgeMs).toBe(3_600_000);
	});

	test("bytes without a whole telegram do not put it off", () => {
		const bench = new MeterBench();
		bench.read(4);
		for (let i = 0; i < 14; i++) {
			bench.clock.advance(250);
			bench.port.receive("1-0:1.8.0(000");
		}
		expect(bench.meter.stale).toBe(true);
	});

	test("ends with the next reading, and begins again three intervals later", () => {
		const bench = new MeterBench();
		bench.read(4);
		bench.clock.advance(60_000);
		bench.read();
		expect(bench.meter.stale).toBe(false);
		bench.take();
		bench.clock.advance(3000);
		expect(bench.take()).toEqual([]);
		bench.clock.advance(250);
		expect(bench.take()).toEqual(["stale"]);
	});

	test("is over before listeners hear of the reading", () => {
		const states: boolean[] = [];
		const bench: MeterBench = new MeterBench({ listeners: [{ onReading: () => states.push(bench.meter.stale) }] });
		bench.read();
		bench.clock.advance(60_000);
		bench.read();
		expect(states).toEqual([false, false]);
	});
});

describe("a telegram without CRC", () => {
	const half = DSMR2_TELEGRAM.length >> 1;

	test("is dropped when the line reports a fault within it", () => {
		const { meter, port } = new MeterBench({ hasLineFormat: true, profile: "dsmr2" });
		port.receive(DSMR2_TELEGRAM.slice(0, half));
		port.fault("parity");
		port.receive(DSMR2_TELEGRAM.slice(half));
		expect(meter.reading).toBeUndefined();
		port.receive(DSMR2_TELEGRAM);
		expect(meter.reading?.sequence).toBe(1);
	});

	test("of another profile has its CRC to judge it", () => {
		const { meter, port } = new MeterBench({ hasLineFormat: true, profile: "se" });
		const telegram = powerTelegram(100);
		port.receive(telegram.slice(0, half));
		port.fault("parity");
		port.receive(telegram.slice(half));
		expect(meter.reading?.sequence).toBe(1);
	});
});

describe("the line format", () => {
	const garbage = "\u0041\u0000\u007f";

	test("is not touched where the port has none", () => {
		const bench = new MeterBench({ hasLineFormat: false });
		for (let i = 0; i < 10; i++) {
			bench.port.receive(garbage);
			bench.clock.advance(10_000);
		}
		expect(bench.port.formats).toEqual([]);
		expect(bench.meter.lineFormat).toBeUndefined();
	});

	test("alternates every twenty seconds while bytes make no telegram, and stays with the first that does", () => {
		const bench = new MeterBench({ hasLineFormat: true });
		for (let i = 0; i < 12; i++) {
			bench.port.receive(garbage);
			bench.clock.advance(5000);
		}
		expect(bench.port.formats).toEqual(["115200-8n1", "9600-7e1", "115200-8n1", "9600-7e1"]);
		bench.port.receive(DSMR2_TELEGRAM);
		expect(bench.meter.reading?.profile.id).toBe("dsmr2");
		for (let i = 0; i < 60; i++) {
			bench.port.receive(garbage);
			bench.clock.advance(5000);
		}
		expect(bench.meter.lineFormat).toBe("9600-7e1");
		expect(bench.port.formats).toHaveLength(4);
	});

	test("is not given up while nothing at all is heard: the port may not be activated yet", () => {
		const bench = new MeterBench({ hasLineFormat: true });
		bench.clock.advance(3_600_000);
		expect(bench.port.formats).toEqual(["115200-8n1"]);
	});

	test.each<P1PortFault>(["framing", "parity", "break"])("a %s fault is a sign of the wrong one", (fault) => {
		const bench = new MeterBench({ hasLineFormat: true });
		bench.port.fault(fault);
		bench.clock.advance(20_000);
		expect(bench.port.formats).toEqual(["115200-8n1", "9600-7e1"]);
	});

	test.each<[string, MeterBenchOptions, string]>([
		["a Swedish port", { profile: "se" }, "115200-8n1"],
		["DSMR 2", { profile: "dsmr2" }, "9600-7e1"],
	])("is settled by a profile that is set: %s", (_name, options, format) => {
		const bench = new MeterBench({ hasLineFormat: true, ...options });
		for (let i = 0; i < 10; i++) {
			bench.port.receive(garbage);
			bench.clock.advance(10_000);
		}
		expect(bench.port.formats).toEqual([format]);
		expect(bench.meter.lineFormat).toBe(format);
	});

	test("a change drops what was begun with the other one, uncounted", () => {
		const bench = new MeterBench({ hasLineFormat: true });
		bench.port.receive("/half of a");
		bench.clock.advance(20_000);
		bench.port.receive(DSMR2_TELEGRAM);
		expect(bench.take()).toEqual(["reading 1"]);
		expect(bench.meter.counters.telegramTruncated).toBe(0);
	});
});

describe("the source", () => {
	test("its link and its faults are known", () => {
		const { meter, port } = new MeterBench();
		expect([meter.connected, meter.linkDetail]).toEqual([false, ""]);
		port.link(true, "tcp:10.0.0.2:2001");
		expect([meter.connected, meter.linkDetail]).toEqual([true, "tcp:10.0.0.2:2001"]);
		port.link(false, "connection refused");
		expect([meter.connected, meter.linkDetail]).toEqual([false, "connection refused"]);
		for (const fault of ["overflow", "framing", "framing", "disconnected"] as const) port.fault(fault);
		expect(meter.portFaults).toEqual({ overflow: 1, framing: 2, parity: 0, break: 0, disconnected: 1 });
	});

	test("at its end a telegram whose last line end is missing still counts, before the end is told", () => {
		const { port, take } = takingBench();
		port.receive(powerTelegram(100).slice(0, -2));
		port.end();
		expect(take()).toEqual(["reading 1", "end"]);
	});

	test("at its end a telegram that is cut off is rejected", () => {
		const { port, take } = takingBench();
		port.receive(powerTelegram(100).slice(0, -8));
		port.end();
		expect(take()).toEqual(["error telegram-truncated", "end"]);
	});

	test("a forced profile reaches the decoder", () => {
		const { meter, port } = new MeterBench({ profile: "dsmr5" });
		port.receive(powerTelegram(100));
		expect(meter.reading?.profile.id).toBe("dsmr5");
	});

	test("the size of the telegram buffer reaches the decoder", () => {
		const { meter, port } = new MeterBench({ telegramBytes: 256 });
		port.receive(telegramOf(new Array<string>(20).fill("1-0:1.7.0(0000.123*kW)")));
		expect(meter.counters.telegramTooLarge).toBe(1);
	});

	test("options that cannot be are refused before the port is opened", () => {
		const port = new FakeP1Port();
		const clock = new FakeClock();
		const options = { openP1Port: port.open, clock, timers: clock, listeners: [] };
		expect(() => new Meter({ ...options, telegramBytes: 1 })).toThrow(RangeError);
		expect(port.isOpened).toBe(false);
		expect(clock.timerCount).toBe(0);
	});
});

describe("close", () => {
	test("closes the port and ends the timer; a second time changes nothing", () => {
		const { meter, port, clock } = new MeterBench();
		expect(clock.timerCount).toBe(1);
		meter.close();
		meter.close();
		expect(port.closed).toBe(1);
		expect(clock.timerCount).toBe(0);
	});

	test("nothing becomes stale after it", () => {
		const bench = new MeterBench();
		bench.read();
		bench.meter.close();
		bench.take();
		bench.clock.advance(3_600_000);
		expect(bench.take()).toEqual([]);
	});

	test.each<[string, (bench: MeterBench) => void]>([
		["a reading", (bench) => bench.read()],
		["staleness", (bench) => bench.clock.advance(60_000)],
		["a rejected telegram", (bench) => bench.port.receive(`/${powerTelegram(100)}`)],
	])("within a listener it silences the listeners after that one: %s", (what, happen) => {
		let armed = false;
		const closer = () => {
			if (armed) bench.meter.close();
		};
		const listener = { onReading: closer, onStale: closer, onTelegramError: closer };
		const bench: MeterBench = new MeterBench({ hasLineFormat: true, listeners: [listener] });
		if (what === "staleness") bench.read();
		bench.take();
		armed = true;
		happen(bench);
		expect(bench.take()).toEqual([]);
		expect(bench.port.closed).toBe(1);
	});
});

describe("a listener that throws", () => {
	const failing: MeterListener = {
		onReading: ({ sequence }) => {
			throw new Error(`reading ${sequence}`);
		},
		onStale: () => {
			throw new Error("stale");
		},
		onTelegramError: ({ code }) => {
			throw new Error(code);
		},
	};

	test("is reported, and keeps neither the others from theirs nor the decoder from the next telegram", () => {
		const faults: unknown[] = [];
		const bench = new MeterBench({
			listeners: [failing],
			onListenerFault: (error) => faults.push(error),
		});
		bench.port.receive(`${powerTelegram(100)}/${powerTelegram(200)}`);
		bench.clock.advance(30_250);
		expect(bench.take()).toEqual(["reading 1", "error telegram-truncated", "reading 2", "stale"]);
		expect(faults.map(String)).toEqual([
			"Error: reading 1",
			"Error: telegram-truncated",
			"Error: reading 2",
			"Error: stale",
		]);
	});

	test("goes to the caller where nobody takes the report", () => {
		const bench = new MeterBench({ listeners: [failing] });
		expect(() => bench.read()).toThrow("reading 1");
	});
});

/** A bench taken apart; `take` goes on to work. */
function takingBench(): { meter: Meter; port: FakeP1Port; take: () => string[] } {
	const bench = new MeterBench();
	return { meter: bench.meter, port: bench.port, take: () => bench.take() };
}
