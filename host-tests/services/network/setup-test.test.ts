import { describe, expect, test } from "vitest";
import { asSetupStation } from "../../../src/services/network/setup-adapters.js";
import { NetworkTest } from "../../../src/services/provisioning/network-test.js";
import { HOME, NetworkBench } from "../../support/network-bench.js";

const GUESTS = { ssid: "guests", password: "battery staple" };

function setUp(): { bench: NetworkBench; tests: NetworkTest } {
	const bench = new NetworkBench({ settings: { credentials: undefined } });
	bench.air.add();
	bench.air.add({ ...GUESTS, channel: 11, address: "192.168.7.20" });
	bench.clock.advance(1000);
	return { bench, tests: new NetworkTest({ station: asSetupStation(bench.network), timers: bench.clock }) };
}

describe("the test of a network over the connection that there is", () => {
	test("another network after one that works: it is tried at once", () => {
		const { bench, tests } = setUp();
		expect(tests.start(HOME)).toBe(true);
		bench.clock.advance(10_000);
		expect(tests.state.kind).toBe("connected");
		expect(tests.start(GUESTS)).toBe(true);
		bench.clock.advance(10_000);
		expect(tests.state).toEqual({ kind: "connected", ssid: "guests", ipAddress: "192.168.7.20" });
		expect(tests.keep(GUESTS)).toBe("kept");
		bench.clock.advance(3_600_000);
		expect([bench.network.ssid, bench.network.isTrying]).toEqual(["guests", false]);
	});

	test("the same one again, with another password", () => {
		const { bench, tests } = setUp();
		tests.start(HOME);
		bench.clock.advance(10_000);
		expect(tests.start({ ...HOME, password: "a slip of it" })).toBe(true);
		bench.clock.advance(60_000);
		expect(tests.state).toEqual({ kind: "failed", ssid: "home", reason: "wrong-password" });
	});

	test("after three minutes the network has gone back by itself, and another test begins all the same", () => {
		const { bench, tests } = setUp();
		tests.start(HOME);
		bench.clock.advance(200_000);
		expect(tests.start(GUESTS)).toBe(true);
		bench.clock.advance(10_000);
		expect(tests.state.kind).toBe("connected");
	});
});
