import { describe, expect, test } from "vitest";
import { CountingStore, DiscoveryBench, GAS_TOPIC, METER_TOPIC } from "../../../support/discovery-bench.js";
import { dutchTelegram, swedishTelegram } from "../../../support/telegrams.js";

const HOUR_MS = 3_600_000;
const withoutReactive = swedishTelegram({ reactivePowerImport_var: undefined });

describe("what is kept over a restart", () => {
	/** The same broker and store, another run of the program. */
	const restart = (before: DiscoveryBench, store: CountingStore, options = {}): DiscoveryBench => {
		const after = new DiscoveryBench({ store, ...options });
		for (const [topic, text] of before.publishing.mqtt.retained) after.publishing.mqtt.retained.set(topic, text);
		return after;
	};

	test("the entities: announced before the first reading, and removed when their rows do not come back", () => {
		const store = new CountingStore();
		const before = new DiscoveryBench({ store }).connect().read(dutchTelegram());
		const keys = before.keys();
		const after = restart(before, store).connect();
		expect(after.take()).toEqual([METER_TOPIC, GAS_TOPIC]);
		expect(after.keys()).toEqual(keys);
		after.readFor(swedishTelegram(), 26 * HOUR_MS);
		expect(after.retained(METER_TOPIC)?.entities.get("energyImportTariff1")).toEqual({ platform: "sensor" });
		expect(after.keys()).toContain("energyImport");
		expect(after.retainedTopics).toEqual([METER_TOPIC]);
	});

	test("discovery switched off: nothing of it stays at the broker, and it is said once", () => {
		const store = new CountingStore();
		const before = new DiscoveryBench({ store }).connect().read(dutchTelegram());
		expect(before.retainedTopics).toHaveLength(2);
		const after = restart(before, store, { isEnabled: false }).connect().read(dutchTelegram());
		expect(after.retainedTopics).toEqual([]);
		expect(after.take()).toEqual([`${METER_TOPIC} removed`, `${GAS_TOPIC} removed`]);
		const later = restart(after, store, { isEnabled: false }).connect().read(dutchTelegram());
		expect(later.take()).toEqual([]);
		expect(later.publishing.mqtt.connection.subscriptions).toEqual([]);
	});

	test("switched off with a store that knows nothing: all of it goes, once; switched on again it is announced", () => {
		const store = new CountingStore();
		const off = new DiscoveryBench({ store, isEnabled: false }).connect();
		expect(off.take()).toHaveLength(5);
		expect(restart(off, store, { isEnabled: false }).connect().take()).toEqual([]);
		expect(restart(off, store).connect().read(dutchTelegram()).take()).toEqual([METER_TOPIC, GAS_TOPIC]);
	});

	test("switched off without a store: nobody knows what there was, so all of it goes", () => {
		const bench = new DiscoveryBench({ isEnabled: false }).connect().read(dutchTelegram());
		expect(bench.take()).toHaveLength(5);
		bench.publishing.mqtt.connection.lose();
		bench.publishing.clock.advance(10_000);
		expect(bench.take()).toEqual([]);
	});

	test("another prefix: removed under the old one, announced under the new one", () => {
		const store = new CountingStore();
		const before = new DiscoveryBench({ store }).connect().read(dutchTelegram());
		const after = restart(before, store, { prefix: "ha" }).connect();
		expect(after.retainedTopics).toEqual([
			"ha/device/p1_a1b2c3d4e5f6/config",
			"ha/device/p1_a1b2c3d4e5f6_mbus1/config",
		]);
		expect(restart(after, store, { prefix: "ha" }).connect().take()).toHaveLength(2);
	});

	test("it is written when entities come or go, not with readings or sessions", () => {
		const store = new CountingStore();
		const bench = new DiscoveryBench({ store }).connect().read(swedishTelegram());
		expect(store.writes).toBe(1);
		bench.readFor(swedishTelegram(), 5 * HOUR_MS);
		bench.publishing.mqtt.connection.lose();
		bench.publishing.clock.advance(10_000);
		expect(store.writes).toBe(1);
		bench.readFor(withoutReactive, 26 * HOUR_MS);
		expect(store.writes).toBe(2);
	});

	test.each(["", "homeassistant", "off", "homeassistant x", "homeassistant 1234 000,0,0,0,0", " ", "🔌"])(
		"a note that makes no sense, %j: entities are learned anew",
		(note) => {
			const store = new CountingStore();
			store.values.set("haKnown", note);
			const bench = new DiscoveryBench({ store }).connect().read(swedishTelegram());
			expect(bench.keys()).toContain("powerImport");
			expect(bench.retained(METER_TOPIC)?.complaints).toEqual([]);
		},
	);

	test("a store that cannot be written: it is said, and discovery goes on", () => {
		const store = new CountingStore();
		store.write = () => {
			throw new Error("disk full");
		};
		const bench = new DiscoveryBench({ store }).connect().read(swedishTelegram());
		expect(bench.retainedTopics).toEqual([METER_TOPIC]);
		expect(bench.publishing.log.join("\n")).toContain("disk full");
	});
});
