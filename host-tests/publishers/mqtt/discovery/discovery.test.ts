import { describe, expect, test } from "vitest";
import { DiscoveryBench, GAS_TOPIC, METER_TOPIC } from "../../../support/discovery-bench.js";
import { dutchTelegram, swedishTelegram } from "../../../support/telegrams.js";

const HOUR_MS = 3_600_000;
const withoutReactive = swedishTelegram({ reactivePowerImport_var: undefined });

describe("announcing", () => {
	test("nothing before the first reading, then at once, retained, after the state", () => {
		const bench = new DiscoveryBench().connect();
		expect(bench.take()).toEqual([]);
		bench.read(swedishTelegram());
		const topics = bench.publishing.mqtt.connection.published.map(({ topic }) => topic);
		expect(topics).toEqual(["p1/state", METER_TOPIC]);
		expect(bench.keys()).toContain("powerImport");
		expect(bench.retained(METER_TOPIC)?.complaints).toEqual([]);
	});

	test("the meter first, then the devices behind it", () => {
		const bench = new DiscoveryBench().connect().read(dutchTelegram());
		expect(bench.take()).toEqual([METER_TOPIC, GAS_TOPIC]);
	});

	test("not again while readings are alike", () => {
		const bench = new DiscoveryBench().connect().read(swedishTelegram());
		bench.take();
		bench.readFor(swedishTelegram({ powerImport_W: 1 }), HOUR_MS);
		expect(bench.take()).toEqual([]);
	});

	test("again in each session: a broker may have forgotten it", () => {
		const bench = new DiscoveryBench().connect().read(dutchTelegram());
		bench.publishing.mqtt.connection.lose();
		bench.publishing.clock.advance(10_000);
		expect(bench.publishing.mqtt.attempts).toBe(2);
		expect(bench.take()).toEqual([METER_TOPIC, GAS_TOPIC]);
	});

	test("grows with the rows, but not sooner than 30 s after the last", () => {
		const bench = new DiscoveryBench().connect().read(withoutReactive);
		expect(bench.keys()).not.toContain("reactivePowerImport");
		bench.take();
		bench.read(swedishTelegram());
		bench.publishing.clock.advance(29_000);
		expect(bench.take()).toEqual([]);
		bench.publishing.clock.advance(1000);
		expect(bench.take()).toEqual([METER_TOPIC]);
		expect(bench.keys()).toContain("reactivePowerImport");
	});

	test("only the document that grew", () => {
		const bench = new DiscoveryBench().connect().read(dutchTelegram({ mbus: { deviceType: 3, register_dm3: 1 } }));
		bench.take();
		bench.read(dutchTelegram());
		bench.publishing.clock.advance(30_000);
		expect(bench.take()).toEqual([GAS_TOPIC]);
		expect(bench.keys(GAS_TOPIC)).toContain("gas_equipmentIdentifier");
	});

	test("goes on after a connection without room, and after a slow one, with what is known then", () => {
		const bench = new DiscoveryBench();
		bench.publishing.mqtt.room = 1;
		bench.connect().read(dutchTelegram());
		expect(bench.take()).toEqual([]);
		bench.publishing.mqtt.connection.pieceBytes = 100;
		bench.publishing.mqtt.connection.makeRoom(10);
		bench.settle();
		expect(bench.retainedTopics).toEqual([METER_TOPIC, GAS_TOPIC]);
		expect(bench.publishing.mqtt.connection.misuses).toBe(0);
	});

	test("a link that breaks in the middle of it: all of it in the next session", () => {
		const bench = new DiscoveryBench();
		bench.publishing.connect();
		bench.publishing.mqtt.connection.pieceBytes = 10;
		bench.read(dutchTelegram());
		expect(bench.publishing.mqtt.connection.isStreaming).toBe(true);
		bench.publishing.mqtt.connection.lose();
		bench.publishing.clock.advance(10_000);
		expect(bench.take()).toEqual([METER_TOPIC, GAS_TOPIC]);
		expect(bench.retained(METER_TOPIC)?.complaints).toEqual([]);
	});

	test("readings that come while it is sent do not change what is sent", () => {
		const bench = new DiscoveryBench();
		bench.publishing.connect();
		bench.publishing.mqtt.connection.pieceBytes = 50;
		bench.read(withoutReactive);
		bench.read(swedishTelegram());
		bench.publishing.clock.advance(1000);
		expect(bench.retained(METER_TOPIC)?.complaints).toEqual([]);
		expect(bench.keys()).not.toContain("reactivePowerImport");
		bench.publishing.clock.advance(31_000);
		expect(bench.retained(METER_TOPIC)?.complaints).toEqual([]);
		expect(bench.keys()).toContain("reactivePowerImport");
	});

	test("the log says once what was announced", () => {
		const bench = new DiscoveryBench().connect().read(swedishTelegram());
		bench.publishing.mqtt.connection.lose();
		bench.publishing.clock.advance(10_000);
		const lines = bench.publishing.log.filter((line) => line.startsWith("Home Assistant"));
		expect(lines).toEqual([`Home Assistant: announced 30 entities on ${METER_TOPIC}`]);
	});

	test("leaves no timer behind when the publisher stops", () => {
		const bench = new DiscoveryBench().connect().read(withoutReactive, swedishTelegram());
		bench.publishing.publisher.stop();
		expect(bench.publishing.clock.timerCount).toBe(0);
		expect(bench.publishing.mqtt.retained.get("p1/status")).toBe("offline");
	});
});

describe("Home Assistant starts", () => {
	const online = (bench: DiscoveryBench, topic = "homeassistant/status", text = "online"): void =>
		bench.publishing.mqtt.connection.deliver(topic, text);

	test("all of it again, after a while that differs from dongle to dongle", () => {
		const bench = new DiscoveryBench({ minSpacingMs: 0 }).connect().read(dutchTelegram());
		bench.take();
		online(bench);
		bench.publishing.clock.advance(10_000);
		expect(bench.take()).toEqual([METER_TOPIC, GAS_TOPIC]);
		const delays = [0.05, 0.5, 0.95].map((random) => {
			const other = new DiscoveryBench({ minSpacingMs: 0, random: () => random }).connect().read(swedishTelegram());
			other.take();
			online(other);
			let ms = 0;
			for (; other.take().length === 0; ms += 100) other.publishing.clock.advance(100);
			return ms;
		});
		expect(delays).toEqual([600, 5100, 9600]);
	});

	test.each([
		["homeassistant/status", "offline"],
		["homeassistant/status", "onlin"],
		["homeassistant/status", ""],
		["other/status", "online"],
	])("%s %j is nothing", (topic, text) => {
		const bench = new DiscoveryBench({ minSpacingMs: 0 }).connect().read(swedishTelegram());
		bench.take();
		online(bench, topic, text);
		bench.publishing.clock.advance(60_000);
		expect(bench.take()).toEqual([]);
	});

	test("another prefix: its status is listened to as well as the usual one", () => {
		const bench = new DiscoveryBench({ minSpacingMs: 0, prefix: "ha" }).connect().read(swedishTelegram());
		expect(bench.publishing.mqtt.connection.subscriptions).toEqual(["homeassistant/status", "ha/status"]);
		for (const topic of ["ha/status", "homeassistant/status"]) {
			bench.take();
			online(bench, topic);
			bench.publishing.clock.advance(10_000);
			expect(bench.take()).toEqual(["ha/device/p1_a1b2c3d4e5f6/config"]);
		}
	});

	test("again and again: not more often than every 30 s", () => {
		const bench = new DiscoveryBench().connect().read(swedishTelegram());
		bench.take();
		for (let i = 0; i < 60; i++) {
			online(bench);
			bench.publishing.clock.advance(1000);
		}
		expect(bench.take().length).toBeLessThanOrEqual(2);
	});
});

describe("removing", () => {
	test("a row that is gone for 24 h of readings: its entry is sent with nothing but its platform", () => {
		const bench = new DiscoveryBench().connect().read(swedishTelegram());
		bench.readFor(withoutReactive, 23 * HOUR_MS);
		expect(bench.keys()).toContain("reactivePowerImport");
		bench.readFor(withoutReactive, 3 * HOUR_MS);
		const announcement = bench.retained(METER_TOPIC);
		expect(announcement?.complaints).toEqual([]);
		expect(announcement?.entities.get("reactivePowerImport")).toEqual({ platform: "sensor" });
		expect(bench.keys()).toContain("powerImport");
	});

	test("a row that was away for less stays, however often", () => {
		const bench = new DiscoveryBench().connect().read(swedishTelegram());
		bench.take();
		for (let i = 0; i < 3; i++) bench.readFor(withoutReactive, 20 * HOUR_MS).readFor(swedishTelegram(), 20_000);
		expect(bench.take()).toEqual([]);
	});

	test("a meter that is silent for a week loses nothing", () => {
		const bench = new DiscoveryBench().connect().read(swedishTelegram());
		bench.take();
		bench.publishing.clock.advance(7 * 24 * HOUR_MS);
		bench.read(swedishTelegram());
		for (let i = 0; i < 30; i++) {
			bench.publishing.clock.advance(24 * HOUR_MS);
			bench.read(withoutReactive);
		}
		expect(bench.take()).toEqual([]);
	});

	test("a row that comes back is announced again", () => {
		const bench = new DiscoveryBench()
			.connect()
			.read(swedishTelegram())
			.readFor(withoutReactive, 26 * HOUR_MS);
		bench.read(swedishTelegram());
		bench.publishing.clock.advance(30_000);
		expect(bench.keys()).toContain("reactivePowerImport");
	});

	test("a gas meter that is gone takes its device with it", () => {
		const bench = new DiscoveryBench().connect().read(dutchTelegram());
		bench.take();
		bench.readFor(dutchTelegram({ mbus: undefined }), 26 * HOUR_MS);
		expect(bench.take()).toEqual([`${GAS_TOPIC} removed`]);
		expect(bench.retainedTopics).toEqual([METER_TOPIC]);
	});

	test("it was gone while the broker was away: removed in the next session", () => {
		const bench = new DiscoveryBench().connect().read(dutchTelegram());
		bench.publishing.mqtt.answer = "unreachable";
		bench.publishing.mqtt.connection.lose();
		bench.readFor(dutchTelegram({ mbus: undefined }), 26 * HOUR_MS);
		bench.publishing.mqtt.answer = "accept";
		bench.publishing.clock.advance(70_000);
		expect(bench.retainedTopics).toEqual([METER_TOPIC]);
	});

	test("another kind of meter on a channel: the old device is removed, the new one comes under another name", () => {
		const bench = new DiscoveryBench().connect().read(dutchTelegram());
		bench.take();
		bench.read(dutchTelegram({ mbus: { deviceType: 7, register_dm3: 5 } }));
		bench.publishing.clock.advance(30_000);
		expect(bench.take()).toEqual([`${GAS_TOPIC} removed`]);
		bench.publishing.clock.advance(30_000);
		expect(bench.take()).toEqual([GAS_TOPIC]);
		expect(bench.keys(GAS_TOPIC)).toEqual(["water_volume"]);
		const ids = [...(bench.retained(GAS_TOPIC)?.entities.values() ?? [])].map((entity) => entity.unique_id);
		expect(ids).toEqual(["p1_a1b2c3d4e5f6_mbus1_water_volume"]);
	});
});
