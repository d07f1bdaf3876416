import { describe, expect, test } from "vitest";
import { JsonWriter } from "../../src/core/json-writer.js";
import { SupplyWatch } from "../../src/services/supply-watch.js";
import { FakeClock } from "../support/fake-clock.js";

/** Undefined: the converter fails. */
type MilliVolts = number | undefined;

function setUp(milliVolts: MilliVolts): { clock: FakeClock; watch: SupplyWatch; set(milliVolts: MilliVolts): void } {
	const clock = new FakeClock();
	let now = milliVolts;
	const readMilliVolts = (): number => {
		if (now === undefined) throw new Error("the converter is broken");
		return now;
	};
	const watch = new SupplyWatch({ readMilliVolts }, clock);
	return {
		clock,
		watch,
		set(next) {
			now = next;
		},
	};
}

function status(watch: SupplyWatch): unknown {
	const bytes = new Uint8Array(200);
	const writer = new JsonWriter(bytes);
	watch.writeStatus(writer);
	return JSON.parse(Buffer.from(bytes.subarray(0, writer.length)).toString());
}

describe("supplyWatch", () => {
	test("says the voltage and the lowest one", () => {
		const { clock, watch, set } = setUp(5012);
		expect(status(watch)).toEqual({ milliVolts: 5012, minimumMilliVolts: 5012 });
		set(4123.4);
		clock.advance(1000);
		set(4990);
		clock.advance(1000);
		expect(status(watch)).toEqual({ milliVolts: 4990, minimumMilliVolts: 4123 });
	});

	test("a converter that fails says nothing, and ends nothing", () => {
		const { clock, watch, set } = setUp(undefined);
		clock.advance(3000);
		expect(status(watch)).toEqual({});
		set(5000);
		clock.advance(1000);
		set(undefined);
		clock.advance(1000);
		expect(status(watch)).toEqual({ milliVolts: 5000, minimumMilliVolts: 5000 });
	});

	test.each([
		["at once when it is charged", 4900, 0],
		["after 5 s in any case", 3000, 5000],
		["after 5 s with a divider that is broken", 0, 5000],
		["after 5 s with a converter that fails", undefined, 5000],
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

	test("calls nobody who has cancelled, and nobody after close", () => {
		const { clock, watch } = setUp(3000);
		const waiting = watch.whenCharged(() => expect.unreachable());
		clock.advance(250);
		waiting.cancel();
		clock.advance(10_000);
		watch.whenCharged(() => expect.unreachable());
		watch.close();
		clock.advance(10_000);
		expect(clock.timerCount).toBe(0);
	});
});
