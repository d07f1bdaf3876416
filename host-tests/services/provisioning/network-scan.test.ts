import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { WifiNetwork } from "../../../src/ports/wifi.js";
import { MAX_NETWORKS, NetworkScan } from "../../../src/services/provisioning/network-scan.js";
import { FakeClock } from "../../support/fake-clock.js";

/** A radio that hears what a test says, when it says so. */
class Ears {
	isBusy = false;
	scans = 0;
	hear: (network: WifiNetwork) => void = () => {};
	done: () => void = () => {};

	scan(onNetwork: (network: WifiNetwork) => void, onDone: () => void): boolean {
		this.scans++;
		if (this.isBusy) return false;
		this.hear = onNetwork;
		this.done = onDone;
		return true;
	}
}

const network = (ssid: string, rssiDbm: number): WifiNetwork => ({ ssid, rssiDbm, channel: 6, needsPassword: true });

function bench() {
	const clock = new FakeClock();
	const ears = new Ears();
	return { clock, ears, networks: new NetworkScan({ wifi: ears, timers: clock }) };
}

describe("networks that are found", () => {
	test("each once, with its strongest access point, the strongest first; hidden ones are left out", () => {
		const { ears, networks } = bench();
		networks.start();
		for (const [ssid, dbm] of [
			["b", -70],
			["a", -60],
			["", -30],
			["b", -50],
			["c", -80],
			["a", -65],
		] as const) {
			ears.hear(network(ssid, dbm));
		}
		expect([networks.isScanning, networks.networks]).toEqual([true, []]);
		ears.done();
		expect(networks.isScanning).toBe(false);
		expect(networks.networks.map(({ ssid, rssiDbm }) => [ssid, rssiDbm])).toEqual([
			["b", -50],
			["a", -60],
			["c", -80],
		]);
	});

	test("however many are heard, the strongest are kept, in order", () => {
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: -95, max: -20 })), { maxLength: 300 }),
				(heard) => {
					const { ears, networks } = bench();
					networks.start();
					const best = new Map<string, number>();
					for (const [name, dbm] of heard) {
						ears.hear(network(`n${name}`, dbm));
						best.set(`n${name}`, Math.max(dbm, best.get(`n${name}`) ?? -100));
					}
					ears.done();
					const strengths = networks.networks.map(({ rssiDbm }) => rssiDbm);
					expect(strengths).toEqual([...best.values()].sort((a, b) => b - a).slice(0, MAX_NETWORKS));
					expect(new Set(networks.networks.map(({ ssid }) => ssid)).size).toBe(strengths.length);
				},
			),
		);
	});
});

describe("the scan", () => {
	test("one that is under way goes on", () => {
		const { ears, networks } = bench();
		networks.start();
		networks.start();
		expect(ears.scans).toBe(1);
	});

	test("waits for a radio that joins, then scans", () => {
		const { clock, ears, networks } = bench();
		ears.isBusy = true;
		networks.start();
		clock.advance(3000);
		expect(networks.isScanning).toBe(true);
		ears.isBusy = false;
		clock.advance(500);
		ears.hear(network("a", -50));
		ears.done();
		expect(networks.networks).toHaveLength(1);
	});

	test("is given up when the radio is busy for long; what was found before stays", () => {
		const { clock, ears, networks } = bench();
		networks.start();
		ears.hear(network("a", -50));
		ears.done();
		ears.isBusy = true;
		networks.start();
		clock.advance(60_000);
		expect([networks.isScanning, networks.networks.length, clock.timerCount]).toEqual([false, 1, 0]);
	});

	test("forgotten: what still comes of it is dropped, and a new one can begin", () => {
		const { ears, networks } = bench();
		networks.start();
		const { hear, done } = ears;
		networks.forget();
		hear(network("late", -40));
		done();
		expect([networks.isScanning, networks.networks]).toEqual([false, []]);
		networks.start();
		done();
		expect(networks.isScanning).toBe(true);
		ears.hear(network("a", -50));
		ears.done();
		expect(networks.networks.map(({ ssid }) => ssid)).toEqual(["a"]);
	});
});
