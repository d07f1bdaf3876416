import { describe, expect, test } from "vitest";
import { PublisherBench } from "../../support/publisher-bench.js";

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Moves on in steps until the next attempt; returns how long that took. */
function untilNextAttempt(bench: PublisherBench, limitMs = 120_000): number {
	const before = bench.mqtt.attempts;
	const sinceMs = bench.clock.monotonicMs();
	while (bench.mqtt.attempts === before) {
		bench.clock.advance(1);
		if (bench.clock.monotonicMs() - sinceMs > limitMs) throw new Error("no attempt");
	}
	return bench.clock.monotonicMs() - sinceMs;
}

describe("mqtt publisher: reconnect", () => {
	test("an hour without a broker while telegrams flow: nothing is sent or kept but the newest", () => {
		const bench = new PublisherBench({ publishValues: true }).connect();
		bench.read(0);
		bench.take();
		bench.mqtt.answer = "unreachable";
		bench.mqtt.connection.lose();
		const lost = bench.mqtt.connection;
		for (let second = 1; second <= 3600; second++) {
			bench.read(second, 7);
			bench.clock.advance(SECOND_MS);
			// One for the next attempt or its answer, no heartbeat.
			expect(bench.clock.timerCount).toBeLessThanOrEqual(1);
		}
		expect(lost.published).toEqual([]);
		expect(lost.misuses + bench.mqtt.connection.misuses).toBe(0);
		expect(bench.mqtt.retained.get("p1/status")).toBe("offline");
		bench.mqtt.answer = "accept";
		untilNextAttempt(bench);
		bench.clock.advance(bench.mqtt.latencyMs);
		expect(bench.take()).toEqual([
			"p1/status online",
			'p1/state {"n":3601,"stale":false}',
			"p1/value/v0 3600",
			"p1/value/v1 7",
		]);
		expect(bench.publisher.status).toMatchObject({ state: "connected", connects: 2, disconnects: 1, published: 2 });
		expect(bench.publisher.status.superseded).toBe(3599);
	});

	test("the first state of a session ignores the minimum interval; without a new reading it is the last one", () => {
		const bench = new PublisherBench({ minIntervalMs: HOUR_MS, heartbeatMs: 0 }).connect();
		bench.read();
		bench.mqtt.connection.lose();
		untilNextAttempt(bench);
		bench.clock.advance(bench.mqtt.latencyMs);
		expect(bench.take()).toEqual(["p1/status online", 'p1/state {"n":1,"stale":false}']);
	});

	test("a reading that grew stale in the outage is published as stale, without values", () => {
		const bench = new PublisherBench({ publishValues: true }).connect();
		bench.read(1);
		bench.mqtt.connection.lose();
		bench.goStale();
		untilNextAttempt(bench);
		bench.clock.advance(bench.mqtt.latencyMs);
		expect(bench.take()).toEqual(["p1/status online", 'p1/state {"n":1,"stale":true}']);
	});

	test("with no room at all after connecting: online first, then the newest state, then values", () => {
		const bench = new PublisherBench({ publishValues: true });
		bench.mqtt.room = 0;
		bench.connect();
		bench.read(1);
		bench.read(2);
		expect(bench.take()).toEqual([]);
		bench.mqtt.connection.makeRoom(1);
		expect(bench.take()).toEqual(["p1/status online"]);
		bench.read(3);
		bench.mqtt.connection.makeRoom(1);
		expect(bench.take()).toEqual(['p1/state {"n":3,"stale":false}']);
		bench.mqtt.connection.makeRoom(1);
		expect(bench.take()).toEqual(["p1/value/v0 3"]);
	});

	test("delays grow from 1 s to 60 s, drawn anew each time", () => {
		const bench = new PublisherBench();
		bench.mqtt.answer = "unreachable";
		bench.publisher.start();
		const ceilings = [2, 4, 8, 16, 32, 60, 60, 60, 60, 60].map((seconds) => seconds * SECOND_MS);
		const delays = ceilings.map(() => untilNextAttempt(bench) - bench.mqtt.latencyMs);
		for (const [index, delayMs] of delays.entries()) {
			expect(delayMs).toBeGreaterThanOrEqual(SECOND_MS);
			expect(delayMs).toBeLessThanOrEqual(ceilings[index] ?? 0);
		}
		expect(new Set(delays).size).toBeGreaterThan(8);
	});

	test("a connection that lasted starts the delays over, one that did not leaves them growing", () => {
		const bench = new PublisherBench();
		bench.mqtt.answer = "unreachable";
		bench.publisher.start();
		for (let i = 0; i < 8; i++) untilNextAttempt(bench);
		bench.mqtt.answer = "accept";
		untilNextAttempt(bench);
		bench.clock.advance(bench.mqtt.latencyMs + 29_000);
		bench.mqtt.connection.lose();
		const shortLived = Array.from({ length: 5 }, () => {
			const delayMs = untilNextAttempt(bench);
			bench.clock.advance(bench.mqtt.latencyMs);
			bench.mqtt.connection.lose();
			return delayMs;
		});
		expect(Math.max(...shortLived)).toBeGreaterThan(4 * SECOND_MS);
		untilNextAttempt(bench);
		bench.clock.advance(bench.mqtt.latencyMs + 30_000);
		bench.mqtt.connection.lose();
		expect(untilNextAttempt(bench)).toBeLessThanOrEqual(2 * SECOND_MS);
	});

	test("a wrong password waits near the cap at once", () => {
		const bench = new PublisherBench();
		bench.mqtt.answer = "not-authorized";
		bench.publisher.start();
		for (let i = 0; i < 5; i++) {
			const delayMs = untilNextAttempt(bench) - (i === 0 ? bench.mqtt.latencyMs : bench.mqtt.latencyMs);
			expect(delayMs).toBeGreaterThanOrEqual(30 * SECOND_MS);
			expect(delayMs).toBeLessThanOrEqual(60 * SECOND_MS);
		}
		expect(bench.publisher.status).toMatchObject({ connects: 0, disconnects: 0, lastReason: "not-authorized" });
	});

	test("a month without a broker: one attempt at a time, one timer, one line in the log", () => {
		const bench = new PublisherBench();
		bench.mqtt.answer = "unreachable";
		bench.publisher.start();
		for (let day = 0; day < 30; day++) {
			bench.clock.advance(DAY_MS);
			expect(bench.clock.timerCount).toBe(1);
		}
		// Evenly between 1 s and 60 s: 30.5 s in the mean, with the 10 ms of each attempt.
		expect(bench.mqtt.attempts).toBeGreaterThan((30 * DAY_MS) / 32_000);
		expect(bench.mqtt.attempts).toBeLessThan((30 * DAY_MS) / 29_000);
		expect(bench.mqtt.overlaps).toBe(0);
		expect(bench.log).toHaveLength(1);
		expect(bench.publisher.status.failures).toBeGreaterThanOrEqual(bench.mqtt.attempts - 1);
	});

	test("a month of a broker that comes and goes: each session begins with online and the newest state", () => {
		const bench = new PublisherBench({ heartbeatMs: 0 }).connect();
		for (let i = 0; i < 2000; i++) {
			bench.read();
			bench.take();
			bench.clock.advance(10 * 60_000);
			bench.mqtt.connection.lose(i % 3 === 0 ? "timeout" : "closed");
			bench.read();
			bench.clock.advance(10 * 60_000);
			expect(bench.take()).toEqual(["p1/status online", `p1/state {"n":${bench.source.sequence},"stale":false}`]);
		}
		expect(bench.publisher.status).toMatchObject({ connects: 2001, disconnects: 2000, failures: 0 });
		expect(bench.mqtt.overlaps).toBe(0);
	});

	test("neither log nor status holds the password", () => {
		const bench = new PublisherBench().connect();
		bench.mqtt.answer = "not-authorized";
		bench.mqtt.connection.lose();
		bench.clock.advance(HOUR_MS);
		expect(bench.log.length).toBeGreaterThan(1);
		expect(JSON.stringify([bench.log, bench.publisher.status])).not.toContain("secret");
	});

	test("what an old connection still says is not heard", () => {
		const bench = new PublisherBench().connect();
		const old = bench.mqtt.connection;
		old.lose();
		bench.mqtt.answer = "manual";
		untilNextAttempt(bench);
		old.options.onConnected();
		old.options.onDisconnected("closed", "again");
		old.options.onWritable();
		expect(bench.publisher.status).toMatchObject({ state: "connecting", connects: 1, disconnects: 1 });
		expect(bench.clock.timerCount).toBe(0);
	});
});
