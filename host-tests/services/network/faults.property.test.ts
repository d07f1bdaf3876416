import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ADDRESS_LIMIT_MS, JOIN_LIMIT_MS } from "../../../src/services/network/link.js";
import { CALM_MS, RECONNECT_MS } from "../../../src/services/network/reconnect.js";
import type { FakeAccessPoint } from "../../support/fake-air.js";
import { seededRandom } from "../../support/fake-clock.js";
import { HOME, NetworkBench } from "../../support/network-bench.js";

const GOOD = { isOn: true, password: HOME.password, channel: 6, dhcp: true, refusal: 0, isHidden: false };
/** The attempt that runs must end, the longest wait go by, and one attempt succeed. */
const BACK_MS = JOIN_LIMIT_MS + ADDRESS_LIMIT_MS + RECONNECT_MS.capMs + 5000;
const BACK_BESIDE_OWN_NETWORK_MS = JOIN_LIMIT_MS + ADDRESS_LIMIT_MS + 2 * CALM_MS + 5000;

type Fault = { readonly name: string; readonly apply: (bench: NetworkBench, home: FakeAccessPoint) => void };

const FAULTS: readonly Fault[] = [
	{ name: "off", apply: (_bench, home) => home.set({ isOn: false }) },
	{ name: "on", apply: (_bench, home) => home.set({ isOn: true }) },
	{ name: "channel 1", apply: (_bench, home) => home.set({ channel: 1 }) },
	{ name: "channel 13", apply: (_bench, home) => home.set({ channel: 13 }) },
	{ name: "password", apply: (_bench, home) => home.set({ password: "something else" }) },
	{ name: "no password", apply: (_bench, home) => home.set({ password: "" }) },
	{ name: "password back", apply: (_bench, home) => home.set({ password: HOME.password }) },
	{ name: "no DHCP", apply: (_bench, home) => home.set({ dhcp: false }) },
	{ name: "DHCP", apply: (_bench, home) => home.set({ dhcp: true }) },
	{ name: "leases end", apply: (_bench, home) => home.endLeases() },
	{ name: "full", apply: (_bench, home) => home.set({ refusal: 5 }) },
	{ name: "kick 4", apply: (_bench, home) => home.kick(4) },
	{ name: "kick 34", apply: (_bench, home) => home.kick(34) },
	{ name: "driver hangs", apply: ({ wifi }) => Object.assign(wifi.temper, { hangs: true }) },
	{ name: "driver refuses", apply: ({ wifi }) => Object.assign(wifi.temper, { refusedJoins: 3 }) },
	{ name: "driver takes nothing", apply: ({ wifi }) => Object.assign(wifi.temper, { refusesRest: true }) },
	{ name: "trial", apply: (bench) => void bench.try({ ssid: "other", password: "12345678" }) },
	{ name: "trial of the same", apply: (bench) => void bench.try(HOME) },
	{ name: "end of trial", apply: ({ network }) => network.endTrial() },
	{ name: "keep", apply: ({ network }) => network.keepTrial() },
	{ name: "slip in the settings", apply: (bench) => bench.apply({ credentials: { ...HOME, password: "a slip" } }) },
	{ name: "no settings", apply: (bench) => bench.apply({ credentials: undefined }) },
	{ name: "settings", apply: (bench) => bench.apply({ credentials: HOME }) },
	{ name: "suspicion", apply: ({ network }) => network.suspect() },
	{
		name: "scan",
		apply: ({ wifi }) =>
			void wifi.scan(
				() => {},
				() => {},
			),
	},
	{
		name: "own network",
		apply: ({ wifi }) => void wifi.openAccessPoint({ ssid: "P1-ABCDEF", password: "12345678", channel: 1 }),
	},
	{ name: "own network closed", apply: ({ wifi }) => wifi.closeAccessPoint() },
];

const script = fc.array(
	fc.record({
		fault: fc.constantFrom(...FAULTS),
		afterMs: fc.oneof(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 900_000 })),
	}),
	{ minLength: 1, maxLength: 25 },
);

function putRight(bench: NetworkBench, home: FakeAccessPoint): void {
	Object.assign(bench.wifi.temper, { hangs: false, refusedJoins: 0, refusesRest: false });
	bench.network.endTrial();
	bench.apply({ credentials: HOME });
	home.set(GOOD);
}

describe("network under faults", () => {
	test("whatever has happened, it is connected again within a stated time, and then stays so", () => {
		fc.assert(
			fc.property(script, fc.integer({ min: 1, max: 1e9 }), (steps, seed) => {
				const bench = new NetworkBench({ seed });
				const home = bench.air.add();
				bench.clock.advance(0);
				for (const { fault, afterMs } of steps) {
					fault.apply(bench, home);
					bench.clock.advance(afterMs);
				}
				const limitMs = bench.wifi.isAccessPointOpen ? BACK_BESIDE_OWN_NETWORK_MS : BACK_MS;
				putRight(bench, home);
				const isBack = (): boolean => bench.network.state === "connected" && bench.wifi.status === "connected";
				// One that fell with the last fault is noticed first.
				bench.clock.advance(10_000);
				bench.until(isBack, limitMs - 10_000, 500);
				bench.clock.advance(600_000);
				expect([isBack(), bench.network.ssid, bench.faults]).toEqual([true, "home", []]);
				// Nothing is left over: the tick alone.
				expect(bench.clock.timerCount).toBe(1);
				expect(["connected", "disconnected"]).toContain(bench.events.at(-1)?.split(" ")[0]);
			}),
			{ numRuns: 400 },
		);
	}, 60_000);

	test("what listeners are told is what there is: connected and disconnected take turns", () => {
		fc.assert(
			fc.property(script, (steps) => {
				const bench = new NetworkBench();
				const home = bench.air.add();
				bench.clock.advance(0);
				for (const { fault, afterMs } of steps) {
					fault.apply(bench, home);
					bench.clock.advance(afterMs);
				}
				let isUp = false;
				for (const event of bench.events) {
					if (event === "disconnected") {
						expect(isUp).toBe(true);
						isUp = false;
					} else isUp = true;
				}
				bench.clock.advance(10);
				expect(bench.network.ipAddress !== undefined).toBe(bench.network.state === "connected");
			}),
			{ numRuns: 200 },
		);
	}, 60_000);

	test("a month with a router that restarts each night and dies now and then", () => {
		const bench = new NetworkBench({ seed: 7 });
		const home = bench.air.add();
		const random = seededRandom(99);
		bench.connect();
		let awayMs = 0;
		let longestMs = 0;
		let timesGone = 0;
		for (let day = 0; day < 31; day++) {
			bench.clock.advance(20 * 3_600_000);
			const outageMs = day % 7 === 6 ? 4 * 3_600_000 : 90_000;
			home.set({ isOn: false, channel: 1 + Math.floor(random() * 13) });
			bench.clock.advance(outageMs);
			if (bench.network.record.isGone) timesGone++;
			home.set({ isOn: true });
			const backMs = bench.connect(90_000);
			longestMs = Math.max(longestMs, backMs);
			awayMs += backMs;
			bench.clock.advance(4 * 3_600_000 - 200_000);
		}
		const { counters } = bench.network.record;
		expect([counters.connections, timesGone]).toEqual([32, 4]);
		expect(longestMs).toBeLessThanOrEqual(RECONNECT_MS.capMs + 5000);
		expect(awayMs / 31).toBeLessThan(45_000);
		expect([counters.attempts < 2500, bench.faults, bench.clock.timerCount]).toEqual([true, [], 1]);
	});
});
