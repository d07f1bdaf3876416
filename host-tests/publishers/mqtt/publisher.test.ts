import { describe, expect, test } from "vitest";
import { PublisherBench } from "../../support/publisher-bench.js";

const HOUR_MS = 3_600_000;
const state = (n: number, stale = false): string => `p1/state {"n":${n},"stale":${stale}}`;

describe("mqtt publisher: state", () => {
	test("before the first reading says online, and no number however long it takes", () => {
		const bench = new PublisherBench({ publishValues: true }).connect();
		bench.clock.advance(HOUR_MS);
		expect(bench.take()).toEqual(["p1/status online", 'p1/state {"stale":true}']);
	});

	test("publishes every reading, retained, at the QoS of the options", () => {
		for (const qos of [0, 1] as const) {
			const bench = new PublisherBench({ qos }).connect();
			bench.read();
			bench.read();
			expect(bench.mqtt.connection.published).toEqual([
				{ topic: "p1/status", text: "online", qos: 1, retain: true },
				{ topic: "p1/state", text: '{"n":1,"stale":false}', qos, retain: true },
				{ topic: "p1/state", text: '{"n":2,"stale":false}', qos, retain: true },
			]);
		}
	});

	test("puts its topics under the base topic, the will too", () => {
		const bench = new PublisherBench({ baseTopic: "house/p1" }).connect();
		bench.read();
		expect(bench.take()).toEqual(["house/p1/status online", 'house/p1/state {"n":1,"stale":false}']);
		expect(bench.mqtt.connection.options.will).toEqual({
			topic: "house/p1/status",
			payload: "offline",
			qos: 1,
			retain: true,
		});
	});

	test("refuses a base topic that is none", () => {
		expect(() => new PublisherBench({ baseTopic: "p1/#" })).toThrow(RangeError);
	});

	test("a reading that is superseded for want of room is counted, and the newest goes out", () => {
		const bench = new PublisherBench().connect();
		bench.mqtt.connection.room = 0;
		for (let i = 0; i < 5; i++) bench.read();
		expect(bench.take()).toEqual(["p1/status online"]);
		// After the first refusal it waits to be told.
		expect(bench.mqtt.connection.refusals).toBe(1);
		bench.mqtt.connection.makeRoom(1);
		expect(bench.take()).toEqual([state(5)]);
		expect(bench.publisher.status).toMatchObject({ published: 1, superseded: 4 });
	});
});

describe("mqtt publisher: minimum interval and heartbeat", () => {
	test("publishes at most once per interval, then the newest", () => {
		const bench = new PublisherBench({ minIntervalMs: 10_000, heartbeatMs: 0 }).connect();
		bench.take();
		const sent: string[] = [];
		for (let second = 0; second < 25; second++) {
			bench.read();
			sent.push(...bench.take().map((line) => `${second} ${line}`));
			bench.clock.advance(1000);
			sent.push(...bench.take().map((line) => `${second}+ ${line}`));
		}
		// The first reading ends the time without any, so it does not wait.
		expect(sent).toEqual([`0 ${state(1)}`, `9+ ${state(10)}`, `19+ ${state(20)}`]);
		expect(bench.publisher.status).toMatchObject({ published: 3, superseded: 21 });
	});

	test("keeps the interval when the readings themselves are slower", () => {
		const bench = new PublisherBench({ minIntervalMs: 5000, heartbeatMs: 0 }).connect();
		bench.take();
		for (let i = 1; i <= 4; i++) {
			bench.read();
			expect(bench.take()).toEqual([state(i)]);
			bench.clock.advance(10_000);
		}
	});

	test("publishes again after the heartbeat time without a publication, and not before", () => {
		const bench = new PublisherBench({ heartbeatMs: 60_000 }).connect();
		bench.read();
		bench.take();
		bench.clock.advance(30_000);
		bench.read();
		bench.take();
		bench.clock.advance(59_999);
		expect(bench.take()).toEqual([]);
		bench.clock.advance(1);
		expect(bench.take()).toEqual([state(2)]);
		bench.clock.advance(60_000);
		expect(bench.take()).toEqual([state(2)]);
	});

	test("is silent while telegrams flow faster than the heartbeat, and holds one timer", () => {
		const bench = new PublisherBench({ heartbeatMs: 60_000 }).connect();
		bench.take();
		for (let i = 0; i < 1000; i++) {
			bench.read();
			bench.clock.advance(10_000);
		}
		expect(bench.take()).toHaveLength(1000);
		expect(bench.clock.timerCount).toBe(1);
	});

	test("heartbeatMs 0 never repeats", () => {
		const bench = new PublisherBench({ heartbeatMs: 0 }).connect();
		bench.read();
		bench.take();
		bench.clock.advance(24 * HOUR_MS);
		expect(bench.take()).toEqual([]);
		expect(bench.clock.timerCount).toBe(0);
	});

	test("a heartbeat shorter than the minimum interval gives way to it", () => {
		const bench = new PublisherBench({ heartbeatMs: 1000, minIntervalMs: 10_000 }).connect();
		bench.read();
		bench.take();
		bench.clock.advance(9999);
		expect(bench.take()).toEqual([]);
		bench.clock.advance(1);
		expect(bench.take()).toEqual([state(1)]);
	});

	test("onlyChanges leaves out readings in which nothing changed, until the heartbeat", () => {
		const bench = new PublisherBench({ onlyChanges: true, heartbeatMs: 60_000 }).connect();
		bench.read(1, 2);
		expect(bench.take()).toEqual(["p1/status online", state(1)]);
		for (let i = 0; i < 5; i++) {
			bench.clock.advance(10_000);
			bench.read(1, 2);
		}
		expect(bench.take()).toEqual([]);
		bench.clock.advance(10_000);
		expect(bench.take()).toEqual([state(6)]);
		bench.read(1, 3);
		expect(bench.take()).toEqual([state(7)]);
		bench.read(1, undefined);
		expect(bench.take()).toEqual([state(8)]);
	});
});

describe("mqtt publisher: stale", () => {
	test("says stale at once, whatever the minimum interval, and fresh at once again", () => {
		const bench = new PublisherBench({ minIntervalMs: 60_000, heartbeatMs: 0, onlyChanges: true }).connect();
		bench.read(1);
		bench.take();
		bench.clock.advance(1000);
		bench.goStale();
		expect(bench.take()).toEqual([state(1, true)]);
		bench.clock.advance(1000);
		bench.read(1);
		expect(bench.take()).toEqual([state(2)]);
	});

	test("says it once", () => {
		const bench = new PublisherBench({ heartbeatMs: 0 }).connect();
		bench.read();
		bench.take();
		bench.goStale();
		bench.goStale();
		expect(bench.take()).toEqual([state(1, true)]);
	});

	test("before any reading there is nothing to say", () => {
		const bench = new PublisherBench().connect();
		bench.take();
		bench.goStale();
		expect(bench.take()).toEqual([]);
	});

	test("the heartbeat goes on with the stale state", () => {
		const bench = new PublisherBench({ heartbeatMs: 60_000 }).connect();
		bench.read();
		bench.goStale();
		bench.take();
		bench.clock.advance(60_000);
		expect(bench.take()).toEqual([state(1, true)]);
	});
});

describe("mqtt publisher: values", () => {
	const value = (index: number, number: number): string => `p1/value/v${index} ${number}`;

	test("are off by default", () => {
		const bench = new PublisherBench().connect();
		bench.read(1, 2, 3);
		expect(bench.take()).toEqual(["p1/status online", state(1)]);
	});

	test("follow the state, those that changed only, not retained, at the QoS of the options", () => {
		const bench = new PublisherBench({ publishValues: true, qos: 1 }).connect();
		bench.take();
		bench.read(1, 2);
		expect(bench.take()).toEqual([state(1), value(0, 1), value(1, 2)]);
		bench.read(1, 5);
		expect(bench.mqtt.connection.published[1]).toEqual({ topic: "p1/value/v1", text: "5", qos: 1, retain: false });
		expect(bench.take()).toEqual([state(2), value(1, 5)]);
		bench.read(1, 5);
		expect(bench.take()).toEqual([state(3)]);
		expect(bench.publisher.status.valuesPublished).toBe(3);
	});

	test("a value that went is not published; when it comes back it is", () => {
		const bench = new PublisherBench({ publishValues: true }).connect();
		bench.read(1, 2);
		bench.take();
		bench.read(undefined, 2);
		expect(bench.take()).toEqual([state(2)]);
		bench.read(1, 2);
		expect(bench.take()).toEqual([state(3), value(0, 1)]);
	});

	test("all of them follow the heartbeat's state", () => {
		const bench = new PublisherBench({ publishValues: true, heartbeatMs: 60_000 }).connect();
		bench.read(1, 2);
		bench.take();
		bench.clock.advance(60_000);
		expect(bench.take()).toEqual([state(1), value(0, 1), value(1, 2)]);
	});

	test("one that never changes comes again once per heartbeat time while telegrams flow, for new readers", () => {
		const bench = new PublisherBench({ publishValues: true, heartbeatMs: 60_000 }).connect();
		const times: number[] = [];
		for (let second = 0; second < 200; second += 10) {
			bench.read(second, 7);
			if (bench.take().includes(value(1, 7))) times.push(second);
			bench.clock.advance(10_000);
		}
		expect(times).toEqual([0, 60, 120, 180]);
	});

	test("heartbeatMs 0: one that never changes comes once per session", () => {
		const bench = new PublisherBench({ publishValues: true, heartbeatMs: 0 }).connect();
		let count = 0;
		for (let n = 0; n < 1000; n++) {
			bench.read(n, 7);
			if (bench.take().includes(value(1, 7))) count++;
			bench.clock.advance(10_000);
		}
		expect(count).toBe(1);
	});

	test("a full budget: they go on from where they were, each once, in its newest form", () => {
		const bench = new PublisherBench({ publishValues: true }, 6).connect();
		bench.take();
		bench.mqtt.connection.room = 3;
		bench.read(10, 11, 12, 13, 14, 15);
		expect(bench.take()).toEqual([state(1), value(0, 10), value(1, 11)]);
		// Meanwhile another reading: nothing of it fits, and it changes one that went out and one that waits.
		bench.read(20, 11, 12, 23, 14, 15);
		expect(bench.take()).toEqual([]);
		bench.mqtt.connection.makeRoom(2);
		expect(bench.take()).toEqual([state(2), value(2, 12)]);
		bench.mqtt.connection.makeRoom(2);
		expect(bench.take()).toEqual([value(3, 23), value(4, 14)]);
		bench.mqtt.connection.makeRoom(10);
		expect(bench.take()).toEqual([value(5, 15), value(0, 20)]);
		bench.mqtt.connection.makeRoom(10);
		expect(bench.take()).toEqual([]);
	});

	test("with room for less than all between readings, every value gets its turn", () => {
		const count = 8;
		const bench = new PublisherBench({ publishValues: true }, count).connect();
		bench.take();
		const seen = new Set<string>();
		for (let n = 1; n <= 10; n++) {
			bench.mqtt.connection.room = 0;
			bench.read(...Array.from({ length: count }, (_, index) => n * 100 + index));
			bench.mqtt.connection.makeRoom(3);
			const sent = bench.take();
			expect(sent[0]).toBe(state(n));
			for (const line of sent.slice(1)) {
				const [topic = "", text = ""] = line.split(" ");
				seen.add(topic);
				// Never an old number.
				expect(Math.floor(Number(text) / 100)).toBe(n);
			}
		}
		expect(seen.size).toBe(count);
	});

	test("keep to the minimum interval of the state", () => {
		const bench = new PublisherBench({ publishValues: true, minIntervalMs: 10_000 }).connect();
		bench.read(1);
		bench.take();
		bench.clock.advance(1000);
		bench.read(2);
		bench.clock.advance(1000);
		bench.read(3);
		expect(bench.take()).toEqual([]);
		bench.clock.advance(8000);
		expect(bench.take()).toEqual([state(3), value(0, 3)]);
	});

	test("fall silent when the reading is stale, those that waited too, and all come after it", () => {
		const bench = new PublisherBench({ publishValues: true, heartbeatMs: 60_000 }).connect();
		bench.take();
		bench.mqtt.connection.room = 2;
		bench.read(1, 2, 3);
		expect(bench.take()).toEqual([state(1), value(0, 1)]);
		bench.goStale();
		bench.mqtt.connection.makeRoom(10);
		expect(bench.take()).toEqual([state(1, true)]);
		bench.clock.advance(60_000);
		expect(bench.take()).toEqual([state(1, true)]);
		bench.read(1, 2, 4);
		expect(bench.take()).toEqual([state(2), value(0, 1), value(1, 2), value(2, 4)]);
	});
});
