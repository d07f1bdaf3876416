import { describe, expect, test } from "vitest";
import { ADDRESS_LIMIT_MS, JOIN_LIMIT_MS } from "../../../src/services/network/link.js";
import { SUSPECT_PAUSE_MS } from "../../../src/services/network/network.js";
import { CALM_MS, GOOD_CONNECTION_MS, RECONNECT_MS } from "../../../src/services/network/reconnect.js";
import { HOME, NetworkBench } from "../../support/network-bench.js";

/** What one attempt takes at most when everything is well: searching, joining, an address. */
const ATTEMPT_MS = 4000;
/** A connection that has lasted. */
const SETTLED_MS = GOOD_CONNECTION_MS + 1000;

function connected(): { bench: NetworkBench; home: ReturnType<NetworkBench["air"]["add"]> } {
	const bench = new NetworkBench();
	const home = bench.air.add();
	bench.connect();
	bench.clock.advance(SETTLED_MS);
	return { bench, home };
}

describe("network", () => {
	test("goes through its states to an address, and says so once", () => {
		const bench = new NetworkBench();
		bench.air.add();
		const states: string[] = [];
		bench.until(() => {
			if (bench.network.state !== states.at(-1)) states.push(bench.network.state);
			return bench.network.state === "connected";
		}, 10_000);
		expect(states).toEqual(["waiting", "joining", "awaiting-address", "connected"]);
		expect([bench.network.ipAddress, bench.network.ssid, bench.events]).toEqual([
			"192.168.1.50",
			"home",
			["connected 192.168.1.50"],
		]);
		bench.clock.advance(86_400_000);
		expect([bench.events.length, bench.network.record.counters.attempts]).toEqual([1, 1]);
	});

	test("starts the radio without 802.11b, with little power and the name for the router", () => {
		const { bench } = connected();
		expect(bench.wifi.radio).toEqual({
			transmitPowerDbm: 8.5,
			powerSave: "minimum",
			legacyRates: false,
			hostName: "p1-abcdef",
		});
	});

	test("without credentials it is off, and says at once that it is time for the setup", () => {
		const bench = new NetworkBench({ settings: { credentials: undefined } });
		bench.air.add();
		bench.clock.advance(1000);
		expect([bench.network.state, bench.network.record.isGone, bench.isRadioOn]).toEqual(["off", true, true]);
		bench.clock.advance(86_400_000);
		expect([bench.network.state, bench.events, bench.wifi.joins.length]).toEqual(["off", [], 0]);
		bench.apply({ credentials: HOME });
		bench.connect();
		expect(bench.network.record.isGone).toBe(false);
	});

	test("turns the radio on later when it cannot at first", () => {
		const bench = new NetworkBench({ radioFaults: 3 });
		bench.air.add();
		bench.clock.advance(1000);
		expect([bench.network.state, bench.try(HOME)]).toEqual(["waiting", false]);
		bench.connect(4 * 60_000);
		expect(bench.faults).toEqual(Array(3).fill("Wi-Fi radio: Error: the radio does not start"));
	});

	test("the radio starts when the supply can bear it, and waits in no case for more than 5 s", () => {
		const startMs = (milliVolts: (nowMs: number) => number): number => {
			const bench = new NetworkBench({ milliVolts });
			bench.air.add();
			expect([bench.network.state, bench.try(HOME)]).toEqual(["waiting", false]);
			const tookMs = bench.until(() => bench.isRadioOn, 10_000);
			bench.connect(10_000);
			return tookMs;
		};
		expect(startMs(() => 5000)).toBeLessThanOrEqual(50);
		expect(startMs((nowMs) => Math.min(5000, nowMs * 2))).toBeGreaterThanOrEqual(2150);
		expect(startMs((nowMs) => Math.min(5000, nowMs * 2))).toBeLessThanOrEqual(2300);
		// A divider that lost its upper resistor.
		expect(startMs(() => 0)).toBe(5000);
	});

	test("closed before the supply could bear it, the radio stays off", () => {
		const bench = new NetworkBench({ milliVolts: () => 3000 });
		bench.clock.advance(1000);
		bench.network.close();
		bench.clock.advance(60_000);
		expect(bench.isRadioOn).toBe(false);
	});

	test("a restarted access point has it back in a moment: at once, and where it was", () => {
		const { bench, home } = connected();
		home.kick(3);
		bench.clock.advance(10);
		expect(bench.connect(3000)).toBeLessThan(2500);
		expect(bench.wifi.joins.map(({ channel }) => channel)).toEqual([undefined, 6]);
		expect(bench.events.slice(-2)).toEqual(["disconnected", "connected 192.168.1.50"]);
	});

	test("an access point that is away for minutes has it back within the longest delay", () => {
		const { bench, home } = connected();
		home.set({ isOn: false });
		bench.clock.advance(300_000);
		expect(bench.network.record.lastEnded).toEqual({ failure: "not-found", reason: 201 });
		home.set({ isOn: true });
		expect(bench.connect()).toBeLessThanOrEqual(RECONNECT_MS.capMs + ATTEMPT_MS);
	});

	test("a new channel is found by a search of all of them", () => {
		const { bench, home } = connected();
		home.set({ channel: 11 });
		bench.until(() => bench.network.state !== "connected", 10_000);
		expect(bench.connect(10_000)).toBeLessThan(8000);
		expect(bench.wifi.joins.slice(1).map(({ channel }) => channel)).toEqual([6, undefined]);
		expect(bench.wifi.channel).toBe(11);
	});

	test("a wrong password is put right at the access point", () => {
		const { bench, home } = connected();
		home.set({ password: "another one" });
		bench.clock.advance(600_000);
		expect(bench.network.record.lastEnded?.failure).toBe("wrong-password");
		// Guesses are few: the access point might count them.
		expect(bench.network.record.counters.ended["wrong-password"]).toBeLessThan(25);
		home.set({ password: HOME.password });
		expect(bench.connect()).toBeLessThanOrEqual(RECONNECT_MS.capMs + 8000);
	});

	test("a wrong password is put right in the settings, without a restart", () => {
		const bench = new NetworkBench({ settings: { credentials: { ssid: "home", password: "a slip of it" } } });
		bench.air.add();
		bench.clock.advance(300_000);
		expect(bench.network.state).not.toBe("connected");
		bench.apply({ credentials: HOME });
		expect(bench.connect()).toBeLessThan(6000);
	});

	test("without an address it joins again, and has one when DHCP is back", () => {
		const { bench, home } = connected();
		home.set({ dhcp: false });
		home.kick(3);
		bench.until(() => bench.network.state === "awaiting-address", 10_000);
		bench.clock.advance(ADDRESS_LIMIT_MS);
		expect(bench.network.record.lastEnded).toEqual({ failure: "no-address", reason: 0 });
		bench.clock.advance(600_000);
		expect(bench.network.record.counters.ended["no-address"]).toBeGreaterThan(5);
		home.set({ dhcp: true });
		expect(bench.connect(120_000)).toBeLessThanOrEqual(RECONNECT_MS.capMs + ATTEMPT_MS);
	});

	test("an address that is lost and comes again is told of, without joining again", () => {
		const { bench, home } = connected();
		home.set({ address: "192.168.1.77" });
		home.endLeases();
		bench.clock.advance(5000);
		expect(bench.events.slice(-2)).toEqual(["disconnected", "connected 192.168.1.77"]);
		expect([bench.network.ipAddress, bench.wifi.joins.length]).toEqual(["192.168.1.77", 1]);
	});

	test("an address that is lost for good makes it join again", () => {
		const { bench, home } = connected();
		home.set({ dhcp: false });
		home.endLeases();
		bench.clock.advance(ADDRESS_LIMIT_MS + 5000);
		expect(bench.wifi.joins.length).toBeGreaterThan(1);
		home.set({ dhcp: true });
		bench.connect(120_000);
	});

	test("an access point that turns it away is asked again and again, ever less often", () => {
		const bench = new NetworkBench();
		const home = bench.air.add({ refusal: 5 });
		bench.clock.advance(3_600_000);
		expect(bench.network.record.lastEnded).toEqual({ failure: "refused", reason: 5 });
		expect(bench.wifi.joins.length).toBeLessThan(150);
		home.set({ refusal: 0 });
		expect(bench.connect()).toBeLessThanOrEqual(RECONNECT_MS.capMs + ATTEMPT_MS);
	});

	test("a driver that hangs is left, and tried again", () => {
		const bench = new NetworkBench();
		bench.air.add();
		bench.clock.advance(0);
		bench.wifi.leave();
		bench.wifi.temper.hangs = true;
		bench.clock.advance(300_000);
		expect(bench.network.record.counters.ended["no-answer"]).toBeGreaterThan(3);
		bench.wifi.temper.hangs = false;
		expect(bench.connect(120_000)).toBeLessThanOrEqual(JOIN_LIMIT_MS + RECONNECT_MS.capMs + ATTEMPT_MS);
	});

	test("a driver that refuses is asked again", () => {
		const bench = new NetworkBench();
		bench.air.add();
		bench.clock.advance(0);
		bench.wifi.temper.refusedJoins = 5;
		bench.wifi.leave();
		bench.connect(200_000);
		expect(bench.network.record.counters.ended.radio).toBe(5);
	});

	test("a connection that is made and lost all the time does not make it hurry", () => {
		const bench = new NetworkBench();
		const home = bench.air.add();
		for (let i = 0; i < 20; i++) {
			bench.connect(100_000);
			bench.clock.advance(2000);
			home.kick(2);
			bench.clock.advance(10);
		}
		// Twenty such connections take minutes.
		expect(bench.clock.monotonicMs()).toBeGreaterThan(8 * 60_000);
	});

	test("each way out of good order is logged, but not each attempt", () => {
		const { bench, home } = connected();
		home.set({ isOn: false });
		bench.clock.advance(1_800_000);
		expect(bench.lines).toEqual([
			'Wi-Fi: connected to "home" on channel 6, -60 dBm, as 192.168.1.50',
			"Wi-Fi: lost (200: the access point is no longer heard)",
			"Wi-Fi: not-found (201: no network of that name is heard)",
		]);
	});

	test("says that the network has been gone for long, and goes on trying", () => {
		const { bench, home } = connected();
		home.set({ isOn: false });
		bench.clock.advance(590_000);
		expect(bench.network.record.isGone).toBe(false);
		bench.clock.advance(30_000);
		expect(bench.network.record.isGone).toBe(true);
		const attempts = bench.wifi.joins.length;
		bench.clock.advance(3_600_000);
		expect(bench.network.record.isGone).toBe(true);
		expect(bench.wifi.joins.length).toBeGreaterThan(attempts + 50);
		home.set({ isOn: true });
		bench.connect();
		expect(bench.network.record.isGone).toBe(false);
	});

	test.each([
		{ goneAfterMs: 0, isGone: false },
		{ goneAfterMs: 60_000, isGone: true },
	])("how long is long is a setting: $goneAfterMs ms", ({ goneAfterMs, isGone }) => {
		const bench = new NetworkBench({ settings: { goneAfterMs } });
		bench.clock.advance(7_200_000);
		expect(bench.network.record.isGone).toBe(isGone);
	});

	test("beside its own network it searches seldom, and still comes back", () => {
		const bench = new NetworkBench();
		bench.clock.advance(600_000);
		bench.wifi.openAccessPoint({ ssid: "P1-ABCDEF", password: "12345678", channel: 1 });
		bench.clock.advance(CALM_MS);
		const from = bench.wifi.joins.length;
		bench.clock.advance(3_600_000);
		const searches = bench.wifi.joins.length - from;
		expect(searches).toBeLessThanOrEqual(60);
		expect(searches).toBeGreaterThanOrEqual(30 - 2);
		bench.air.add();
		expect(bench.connect(200_000)).toBeLessThanOrEqual(2 * CALM_MS + ATTEMPT_MS);
	});

	test("a connection that only looks well is made anew, at most once an hour", () => {
		const { bench } = connected();
		bench.network.suspect();
		expect(bench.network.state).toBe("connected");
		bench.clock.advance(600_000);
		bench.network.suspect();
		bench.clock.advance(0);
		expect(bench.network.state).toBe("joining");
		bench.connect();
		bench.clock.advance(SUSPECT_PAUSE_MS - 30_000);
		bench.network.suspect();
		bench.clock.advance(0);
		expect(bench.network.state).toBe("connected");
		bench.clock.advance(30_000);
		bench.network.suspect();
		bench.clock.advance(0);
		expect(bench.network.state).toBe("joining");
	});

	test("modem sleep and the ceiling are the owner's, at once", () => {
		const { bench } = connected();
		bench.apply({ isSleeping: false });
		expect(bench.wifi.powerSave).toBe("none");
		bench.apply({ powerCeilingDbm: 5 });
		expect([bench.wifi.transmitPowerDbm, bench.network.state]).toEqual([5, "connected"]);
	});

	test("a listener that throws keeps nothing from the others", () => {
		const bench = new NetworkBench();
		bench.air.add();
		bench.breakFirstListener = true;
		bench.connect();
		expect([bench.faults.length, bench.events]).toEqual([1, ["connected 192.168.1.50"]]);
	});

	test.each(["at once", "joining", "connected", "waiting", "trying"] as const)(
		"close is the end of everything: %s",
		(when) => {
			const bench = new NetworkBench();
			const home = bench.air.add();
			if (when === "joining") bench.clock.advance(100);
			if (when === "connected") bench.connect();
			if (when === "waiting") {
				home.set({ isOn: false });
				bench.until(() => bench.network.record.counters.attempts > 0 && bench.network.state === "waiting", 60_000);
			}
			if (when === "trying") {
				bench.connect();
				bench.try({ ssid: "home", password: "12345678" });
			}
			const told = bench.told.length;
			bench.network.close();
			bench.network.close();
			bench.network.endTrial();
			bench.apply({ credentials: { ssid: "other", password: "" } });
			bench.clock.advance(3_600_000);
			expect([bench.told.length - told, bench.results, bench.clock.timerCount, bench.try(HOME)]).toEqual([
				0,
				[],
				0,
				false,
			]);
			expect(bench.isRadioOn ? bench.wifi.isClosed : true).toBe(true);
		},
	);
});
