import { describe, expect, test } from "vitest";
import { House, HouseSample } from "../../../../src/platform/node/simulator/house.js";

const DAY_MS = 86_400_000;

type Moment = {
	readonly watts: readonly number[];
	readonly vars: readonly number[];
	readonly volts: readonly number[];
};

function* seconds(house: House, from: string, durationS: number, stepS: number): Generator<Moment> {
	const sample = new HouseSample();
	for (let s = 0; s < durationS; s += stepS) {
		house.sample(Date.parse(from) + s * 1000, sample);
		yield {
			watts: Array.from(sample.activeMw, (mw) => mw / 1000),
			vars: Array.from(sample.reactiveMvar, (mvar) => mvar / 1000),
			volts: Array.from(sample.voltageMv, (mv) => mv / 1000),
		};
	}
}

function sum(values: readonly number[]): number {
	return values.reduce((total, value) => total + value, 0);
}

function meanNetW(house: House, from: string, durationS: number): number {
	const nets = Array.from(seconds(house, from, durationS, 10), ({ watts }) => sum(watts));
	return sum(nets) / nets.length;
}

describe("house", () => {
	test("is a function of the second: any order gives the same", () => {
		const one = new House({ seed: 5, gas: false });
		const other = new House({ seed: 5, gas: false });
		const times = Array.from({ length: 200 }, (_, i) => Date.UTC(2026, 2, 28) + i * 971_000);
		const ask = (house: House, utcMs: number) => {
			const sample = new HouseSample();
			house.sample(utcMs, sample);
			return sample;
		};
		const forward = times.map((utcMs) => ask(one, utcMs));
		const backward = [...times]
			.reverse()
			.map((utcMs) => ask(other, utcMs + 999))
			.reverse();
		expect(backward).toEqual(forward);
	});

	test("differs from seed to seed", () => {
		const [a, b] = [1, 2].map((seed) => meanNetW(new House({ seed, gas: false }), "2026-01-10T16:00:00Z", 3600));
		expect(a).not.toBe(b);
	});

	test.each([1, 2, 3])("feeds in at noon in June and draws at night in December, seed %i", (seed) => {
		const house = new House({ seed, gas: false });
		expect(meanNetW(house, "2026-06-21T10:00:00Z", 7200)).toBeLessThan(-3000);
		for (const { watts } of seconds(house, "2026-12-21T17:00:00Z", 12 * 3600, 30)) {
			for (const phaseW of watts) expect(phaseW).toBeGreaterThan(0);
		}
	});

	test("charges a car with 11 kW on some evenings, and not on others", () => {
		const house = new House({ seed: 1, gas: false });
		const peaks = Array.from({ length: 28 }, (_, day) => {
			const from = new Date(Date.UTC(2026, 0, 5) + day * DAY_MS + 17 * 3_600_000).toISOString();
			const charging = Array.from(seconds(house, from, 5 * 3600, 60)).filter(({ watts }) => Math.min(...watts) > 3680);
			return charging.length;
		});
		const evenings = peaks.filter((minutes) => minutes > 45).length;
		expect(evenings).toBeGreaterThanOrEqual(6);
		expect(evenings).toBeLessThanOrEqual(20);
	});

	test("leaves the main fuse in peace while the car charges", () => {
		const house = new House({ seed: 1, gas: false });
		for (const { watts } of seconds(house, "2026-01-05T16:00:00Z", 7 * 86_400, 30)) {
			expect(Math.max(...watts)).toBeLessThan(26 * 230);
		}
	});

	test("has unequal phases, a kettle's peak in the morning and a base load at night", () => {
		const house = new House({ seed: 3, gas: true });
		const morning = Array.from(seconds(house, "2026-02-03T05:00:00Z", 2 * 3600, 1), ({ watts }) => watts[0] ?? 0);
		expect(Math.max(...morning) - Math.min(...morning)).toBeGreaterThan(1990);
		const night = Array.from(seconds(house, "2026-02-03T01:00:00Z", 2 * 3600, 5), ({ watts }) => sum(watts));
		expect(Math.min(...night)).toBeGreaterThan(100);
		expect(Math.max(...night)).toBeLessThan(500);
		expect(Math.max(...night) - Math.min(...night)).toBeGreaterThan(100);
	});

	test("lets the voltage of a phase sag under its load", () => {
		const house = new House({ seed: 1, gas: false });
		const light: number[] = [];
		const heavy: number[] = [];
		for (const { watts, volts } of seconds(house, "2026-01-05T00:00:00Z", 14 * 86_400, 60)) {
			for (const [phase, phaseW] of watts.entries()) {
				if (phaseW > 3500) heavy.push(volts[phase] ?? 0);
				else if (phaseW < 500) light.push(volts[phase] ?? 0);
			}
		}
		// 0.3 Ω at more than 13 A apart.
		expect(sum(light) / light.length - sum(heavy) / heavy.length).toBeGreaterThan(3.5);
		expect(Math.min(...heavy, ...light)).toBeGreaterThan(207);
		expect(Math.max(...heavy, ...light)).toBeLessThan(253);
	});

	test("draws reactive power both ways over a day", () => {
		const house = new House({ seed: 1, gas: false });
		const vars = Array.from(seconds(house, "2026-01-05T00:00:00Z", 86_400, 60), (moment) => sum(moment.vars));
		expect(Math.max(...vars)).toBeGreaterThan(200);
		expect(Math.min(...vars)).toBeLessThan(-200);
	});

	test("burns gas for heat only where it has a boiler, more in winter", () => {
		const burn = (gas: boolean, from: string) => {
			const house = new House({ seed: 1, gas });
			const sample = new HouseSample();
			let mm3 = 0;
			for (let s = 0; s < 86_400; s += 10) {
				house.sample(Date.parse(from) + s * 1000, sample);
				mm3 += sample.gasMm3PerS * 10;
			}
			return mm3 / 1e9;
		};
		expect(burn(false, "2026-01-20T00:00:00Z")).toBe(0);
		const winter = burn(true, "2026-01-20T00:00:00Z");
		const summer = burn(true, "2026-07-20T00:00:00Z");
		expect(summer).toBeGreaterThan(1);
		expect(winter).toBeGreaterThan(2 * summer);
	});
});
