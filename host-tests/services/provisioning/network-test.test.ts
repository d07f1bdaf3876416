import { describe, expect, test } from "vitest";
import { NetworkTest, UNSAVED_MS } from "../../../src/services/provisioning/network-test.js";
import type { TrialFailure, TrialResult } from "../../../src/services/provisioning/setup-station.js";
import { FakeClock } from "../../support/fake-clock.js";
import { FakeStation, TRY_MS } from "../../support/setup-bench.js";

const HOME = { ssid: "home", password: "correct horse" };

function start(result: FakeStation["result"]) {
	const clock = new FakeClock();
	const station = new FakeStation(clock);
	const network = new NetworkTest({ station, timers: clock });
	const results: TrialResult[] = [];
	station.result = result;
	const isBegun = network.start(HOME, (each) => results.push(each));
	return { clock, station, network, results, isBegun };
}

describe("a test of a network", () => {
	test("that succeeds: its address, and nothing of its password", () => {
		const { clock, network, results, isBegun } = start({ kind: "connected", ipAddress: "192.168.1.50" });
		expect([isBegun, network.state]).toEqual([true, { kind: "testing", ssid: "home" }]);
		clock.advance(TRY_MS);
		expect(network.state).toEqual({ kind: "connected", ssid: "home", ipAddress: "192.168.1.50" });
		expect(results).toEqual([{ kind: "connected", ipAddress: "192.168.1.50" }]);
	});

	test.each(["wrong-password", "not-found", "no-address", "weak-signal", "failed"] satisfies TrialFailure[])(
		"that fails: %s",
		(reason) => {
			const { clock, network, results, station } = start({ kind: "failed", reason });
			clock.advance(TRY_MS);
			expect(network.state).toEqual({ kind: "failed", ssid: "home", reason });
			expect(results).toEqual([{ kind: "failed", reason }]);
			// The station goes back by itself.
			expect(station.calls).toEqual(["try home correct horse"]);
			expect([network.keep(HOME), clock.timerCount]).toEqual(["none", 0]);
		},
	);

	test("that never ends is ended", () => {
		const { clock, network, results, station } = start("hangs");
		clock.advance(90_000);
		expect(network.state).toEqual({ kind: "failed", ssid: "home", reason: "failed" });
		expect([results, station.calls.at(-1)]).toEqual([[{ kind: "failed", reason: "failed" }], "goBack"]);
	});

	test("that the radio cannot begin", () => {
		const { network, results, isBegun, station } = start("refused");
		expect([isBegun, network.state, results, station.calls.at(-1)]).toEqual([false, { kind: "none" }, [], "goBack"]);
	});

	test("one at a time; another one after it", () => {
		const { clock, network, results } = start({ kind: "failed", reason: "not-found" });
		expect(network.start({ ssid: "other", password: "" })).toBe(false);
		clock.advance(TRY_MS);
		expect(network.start({ ssid: "other", password: "" })).toBe(true);
		expect(network.state).toEqual({ kind: "testing", ssid: "other" });
		clock.advance(TRY_MS);
		expect(results).toHaveLength(1);
	});

	test("dropped: the station goes back, and no result comes", () => {
		const { clock, network, results, station } = start({ kind: "connected", ipAddress: "192.168.1.50" });
		network.drop();
		clock.advance(UNSAVED_MS);
		expect([network.state, results, station.calls.at(-1), clock.timerCount]).toEqual([
			{ kind: "none" },
			[],
			"goBack",
			0,
		]);
	});

	test("kept: it stays, whatever is dropped later", () => {
		const { clock, network, station } = start({ kind: "connected", ipAddress: "192.168.1.50" });
		clock.advance(TRY_MS);
		expect(network.keep({ ...HOME })).toBe("kept");
		expect(network.state.kind).toBe("connected");
		clock.advance(2 * UNSAVED_MS);
		network.drop();
		expect(station.calls).toEqual(["try home correct horse", "keep"]);
	});

	test.each([
		{ ssid: "home", password: "correct Horse" },
		{ ssid: "Home", password: "correct horse" },
	])("another one is saved: it is not kept, and the station goes back", (saved) => {
		const { clock, network, station } = start({ kind: "connected", ipAddress: "192.168.1.50" });
		clock.advance(TRY_MS);
		expect(network.keep(saved)).toBe("none");
		expect([station.calls.at(-1), network.state.kind]).toEqual(["goBack", "none"]);
	});

	test("nobody saves it: after ten minutes the station goes back", () => {
		const { clock, network, station } = start({ kind: "connected", ipAddress: "192.168.1.50" });
		clock.advance(TRY_MS + UNSAVED_MS - 1);
		expect(network.state.kind).toBe("connected");
		clock.advance(1);
		expect([network.state.kind, station.calls.at(-1)]).toEqual(["none", "goBack"]);
	});

	test("a network with the setup network's own addresses is left at once, once", () => {
		const { clock, network, station } = start({ kind: "connected", ipAddress: "192.168.4.20" });
		clock.advance(TRY_MS);
		expect(network.state).toEqual({ kind: "connected", ssid: "home", ipAddress: "192.168.4.20" });
		expect(network.keep(HOME)).toBe("later");
		network.drop();
		expect(station.calls).toEqual(["try home correct horse", "goBack"]);
	});
});
