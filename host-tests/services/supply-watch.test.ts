import { describe, expect, test } from "vitest";
import { SupplyWatch } from "../../src/services/supply-watch.js";
import { FakeClock } from "../support/fake-clock.js";

function setUp(milliVolts: number): { clock: FakeClock; watch: SupplyWatch; set(milliVolts: number): void } {
	const clock = new FakeClock();
	let now = milliVolts;
	const watch = new SupplyWatch({ readMilliVolts: () => now }, clock);
	return {
		clock,
		watch,
		set(next) {
			now = next;
		},
	};
}

describe("supplyWatch", () => {
	test("knows the voltage and the lowest one", () => {
		const { clock, watch, set } = setUp(5012);
		expect([watch.milliVolts, watch.minimumMilliVolts]).toEqual([5012, 5012]);
		set(4123.4);
		clock.advance(1000);
		set(4990);
		clock.advance(1000);
		expect([watch.milliVolts, watch.minimumMilliVolts]).toEqual([4990, 4123]);
	});

	test.each([
		["at once when it is charged", 4900, 0],
		["after 5 s in any case", 3000, 5000],
	])("the radio may start %s", (_name, milliVolts, atMs) => {
		const { clock, watch } = setUp(milliVolts);
		let chargedAtMs = Number.NaN;
		watch.whenCharged(() => {
			chargedAtMs = clock.monotonicMs();
		});
		expect(chargedAtMs).toBeNaN();
		clock.advance(10_000);
		expect(chargedAtMs).toBe(atMs);
	});

	test("waits for the capacitor", () => {
		const { clock, watch, set } = setUp(3000);
		let isCharged = false;
		watch.whenCharged(() => {
			isCharged = true;
		});
		clock.advance(2000);
		expect(isCharged).toBe(false);
		set(4500);
		clock.advance(100);
		expect(isCharged).toBe(true);
	});

	test("calls nobody after close", () => {
		const { clock, watch } = setUp(3000);
		watch.whenCharged(() => expect.unreachable());
		watch.close();
		clock.advance(10_000);
		expect(clock.timerCount).toBe(0);
	});
});
