import fc from "fast-check";
import { expect, test } from "vitest";
import { BACK_MS, IDLE_MS, RADIO_AGAIN_MS, RESULT_MS } from "../../../src/services/provisioning/setup-portal.js";
import type { TrialResult } from "../../../src/services/provisioning/setup-station.js";
import { GONE_FOR_LONG_MS, HOME_ADDRESS, SETUP_NAME, SetupBench } from "../../support/setup-bench.js";

// Whatever people, networks and radios do: no state is a dead end.

const NETWORKS = [
	{ ssid: "home", password: "correct horse" },
	{ ssid: "other", password: "battery staple" },
];
const RESULTS: readonly (TrialResult | "hangs" | "refused")[] = [
	{ kind: "connected", ipAddress: HOME_ADDRESS },
	{ kind: "connected", ipAddress: "192.168.4.9" },
	{ kind: "failed", reason: "wrong-password" },
	"hangs",
	"refused",
];

type Action = (bench: SetupBench) => void;

const credentials = fc.constantFrom(...NETWORKS);
const action: fc.Arbitrary<Action> = fc.oneof(
	{
		weight: 6,
		arbitrary: fc.integer({ min: 1, max: 700_000 }).map(
			(ms): Action =>
				(bench) =>
					bench.clock.advance(ms),
		),
	},
	fc.constant<Action>((bench) => bench.portal.open()),
	fc.constant<Action>((bench) => bench.portal.touch()),
	fc.constant<Action>((bench) => void bench.portal.finish()),
	fc.constant<Action>((bench) => bench.networks.start()),
	fc.constant<Action>((bench) => bench.test.drop()),
	credentials.map(
		(each): Action =>
			(bench) =>
				void bench.test.start(each),
	),
	credentials.map(
		(each): Action =>
			(bench) =>
				bench.save(each),
	),
	fc.constant<Action>((bench) => {
		bench.credentials = undefined;
	}),
	fc.constantFrom(HOME_ADDRESS, undefined, "192.168.4.30").map(
		(each): Action =>
			(bench) =>
				bench.home(each),
	),
	fc.constantFrom(...RESULTS).map(
		(each): Action =>
			(bench) => {
				bench.station.result = each;
			},
	),
	fc.boolean().map(
		(each): Action =>
			(bench) => {
				bench.wifi.temper.refusesRest = each;
			},
	),
	fc.boolean().map(
		(each): Action =>
			(bench) => {
				bench.hasOthersWaiting = each;
			},
	),
	fc.constant<Action>((bench) => bench.wifi.closeAccessPoint()),
);

/** Longer than any state lasts by itself. */
const ENOUGH_MS = IDLE_MS + BACK_MS + GONE_FOR_LONG_MS + RESULT_MS + RADIO_AGAIN_MS + 5000;

function run(actions: readonly Action[]): SetupBench {
	const bench = new SetupBench();
	for (const each of actions) {
		each(bench);
		const { portal, wifi } = bench;
		// The radio, the names and the state agree, but for a second after the driver has lost the network.
		if (wifi.isAccessPointOpen) expect(portal.isOpen).toBe(true);
		expect(bench.openNames).toBe(portal.isOpen ? 1 : 0);
		if (wifi.ownNetwork !== undefined) expect(wifi.ownNetwork.ssid).toBe(SETUP_NAME);
	}
	bench.wifi.temper.refusesRest = false;
	return bench;
}

const OPTIONS = { numRuns: 300 };

test("without settings it is open in the end, and stays so", () => {
	fc.assert(
		fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
			const bench = run(actions);
			bench.credentials = undefined;
			bench.clock.advance(ENOUGH_MS);
			expect(bench.portal.state).toBe("awaiting-wifi");
			bench.clock.advance(ENOUGH_MS);
			expect(bench.portal.state).toBe("awaiting-wifi");
		}),
		OPTIONS,
	);
});

test("with settings whose network is away it is open in the end, whenever one looks after that or soon again", () => {
	fc.assert(
		fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
			const bench = run(actions);
			bench.test.drop();
			bench.credentials = NETWORKS[0];
			bench.home(undefined);
			bench.station.result = { kind: "failed", reason: "not-found" };
			bench.hasOthersWaiting = false;
			bench.hasWifiWaiting = false;
			bench.clock.advance(ENOUGH_MS);
			expect(bench.portal.isOpen).toBe(true);
			bench.clock.advance(10 * ENOUGH_MS);
			expect(bench.portal.isOpen).toBe(true);
		}),
		OPTIONS,
	);
});

test("with settings that work it is closed in the end, and stays so; a press opens it", () => {
	fc.assert(
		fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
			const bench = run(actions);
			bench.test.drop();
			bench.credentials = NETWORKS[0];
			bench.home(HOME_ADDRESS);
			bench.clock.advance(ENOUGH_MS);
			expect(bench.portal.state).toBe("closed");
			const { restarts } = bench;
			bench.clock.advance(10 * ENOUGH_MS);
			expect([bench.portal.state, bench.restarts]).toEqual(["closed", restarts]);
			bench.portal.open();
			expect(bench.portal.state).toBe("awaiting-owner");
		}),
		OPTIONS,
	);
});
