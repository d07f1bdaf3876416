import { describe, expect, test } from "vitest";
import { PublisherBench } from "../../support/publisher-bench.js";

const OLD = '{"n":7,"stale":false}';
const NONE = '{"stale":true}';

/** A broker that kept the state of an earlier run. */
function benchAfterRestart(): PublisherBench {
	const bench = new PublisherBench({ heartbeatMs: 0 });
	bench.mqtt.retained.set("p1/state", OLD);
	return bench;
}

describe("mqtt publisher: no telegram after a restart", () => {
	test("for 30 s one may still come; then the old state ends, once", () => {
		const bench = benchAfterRestart().connect();
		bench.clock.advance(29_980);
		expect(bench.mqtt.retained.get("p1/state")).toBe(OLD);
		bench.clock.advance(20);
		expect(bench.mqtt.retained.get("p1/state")).toBe(NONE);
		bench.clock.advance(3_600_000);
		expect(bench.take()).toEqual(["p1/status online", `p1/state ${NONE}`]);
		expect(bench.publisher.status.published).toBe(0);
	});

	test("a telegram in time: nothing of it, then or later", () => {
		const bench = benchAfterRestart().connect();
		bench.clock.advance(15_000);
		bench.read();
		bench.clock.advance(60_000);
		expect(bench.take()).toEqual(["p1/status online", 'p1/state {"n":1,"stale":false}']);
	});

	test("a telegram after it: the state is a reading again", () => {
		const bench = benchAfterRestart().connect();
		bench.clock.advance(40_000);
		bench.read();
		expect(bench.mqtt.retained.get("p1/state")).toBe('{"n":1,"stale":false}');
	});

	test("a broker that is reached later: at once", () => {
		const bench = benchAfterRestart();
		bench.mqtt.answer = "unreachable";
		bench.publisher.start();
		bench.clock.advance(300_000);
		bench.mqtt.answer = "accept";
		bench.clock.advance(70_000);
		expect(bench.take()).toEqual(["p1/status online", `p1/state ${NONE}`]);
	});

	test("no room at that moment: when there is", () => {
		const bench = benchAfterRestart();
		bench.mqtt.room = 1;
		bench.connect();
		bench.clock.advance(31_000);
		expect(bench.mqtt.retained.get("p1/state")).toBe(OLD);
		bench.mqtt.connection.makeRoom(5);
		expect(bench.mqtt.retained.get("p1/state")).toBe(NONE);
	});

	test("once a session, whatever the heartbeat", () => {
		const bench = new PublisherBench({ heartbeatMs: 60_000 }).connect();
		bench.clock.advance(200_000);
		expect(bench.take()).toEqual(["p1/status online", `p1/state ${NONE}`]);
		bench.mqtt.connection.lose();
		bench.clock.advance(10_000);
		expect(bench.take()).toEqual(["p1/status online", `p1/state ${NONE}`]);
	});
});
