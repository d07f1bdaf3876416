import { describe, expect, test } from "vitest";
import { MeterRequest } from "../../../src/services/supervisor/meter-request.js";
import { FakeClock } from "../../support/fake-clock.js";

function setUp(): { clock: FakeClock; asked: [number, boolean][]; keeper: MeterRequest } {
	const clock = new FakeClock();
	const asked: [number, boolean][] = [];
	const request = { setAsked: (isAsked: boolean) => void asked.push([clock.monotonicMs() / 1000, isAsked]) };
	return { clock, asked, keeper: new MeterRequest({ request, timers: clock }) };
}

describe("meterRequest", () => {
	test("asks at once, and leaves a meter alone that sends", () => {
		const { clock, asked, keeper } = setUp();
		for (let i = 0; i < 8640; i++) {
			clock.advance(10_000);
			keeper.onReading();
		}
		expect(asked).toEqual([[0, true]]);
	});

	test("lets go of a silent meter for 5 s and asks anew, each time after twice as long", () => {
		const { clock, asked } = setUp();
		clock.advance(900_000);
		expect(asked).toEqual([
			[0, true],
			[120, false],
			[125, true],
			[365, false],
			[370, true],
			[850, false],
			[855, true],
		]);
		clock.advance(86_400_000);
		expect(asked.length / 2).toBeLessThan(35);
	});

	test("a meter that has sent again is waited for as in the beginning", () => {
		const { clock, asked, keeper } = setUp();
		clock.advance(900_000);
		keeper.onReading();
		clock.advance(1_000_000);
		const { length } = asked;
		clock.advance(240_000);
		expect(asked.length).toBeGreaterThan(length);
	});

	test("lets go at the end, for good", () => {
		const { clock, asked, keeper } = setUp();
		keeper.close();
		clock.advance(1_000_000);
		expect(asked.at(-1)).toEqual([0, false]);
		expect(clock.timerCount).toBe(0);
	});
});
