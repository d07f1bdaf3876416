import { describe, expect, test } from "vitest";
import { Led, type LedMode } from "../../../src/services/supervisor/led.js";
import {
	DONGLE_STATES,
	type DongleState,
	LED_PATTERNS,
	type LedPattern,
} from "../../../src/services/supervisor/led-patterns.js";
import { FakeClock } from "../../support/fake-clock.js";
import { FakeLight } from "../../support/fake-light.js";

const DARK = "0,0,0";

function setUp(mode: LedMode = "on"): { clock: FakeClock; light: FakeLight; led: Led; setMode(mode: LedMode): void } {
	const clock = new FakeClock();
	const light = new FakeLight(clock);
	let current = mode;
	const led = new Led({ light, timers: clock, mode: () => current });
	return {
		clock,
		light,
		led,
		setMode(next) {
			current = next;
		},
	};
}

const colourOf = ({ red, green, blue }: LedPattern): string => `${red},${green},${blue}`;

/** What a person sees of a rhythm: flashes before a pause, and whether the light is mostly on, even or mostly off. */
function looksOf({ rhythmMs }: LedPattern): string {
	if (rhythmMs.length === 0) return "steady";
	const total = rhythmMs.reduce((sum, ms) => sum + ms, 0);
	const on = rhythmMs.reduce((sum, ms, i) => (i % 2 === 0 ? sum + ms : sum), 0);
	const share = on / total;
	const pace = total < 250 ? "flicker" : total < 1500 ? "fast" : "slow";
	return `${rhythmMs.length / 2} ${share > 0.75 ? "mostly on" : share > 0.4 ? "even" : "mostly off"} ${pace}`;
}

describe("the table of the light", () => {
	test("tells all states apart without colour", () => {
		const looks = DONGLE_STATES.map((state) => looksOf(LED_PATTERNS[state]));
		expect(new Set(looks).size).toBe(DONGLE_STATES.length);
	});

	test("tells the stages of the button apart without colour", () => {
		const looks = (["holdIdentify", "holdSetup", "holdReset"] as const).map((key) => looksOf(LED_PATTERNS[key]));
		expect(new Set(looks).size).toBe(3);
	});

	test("tells all states apart by colour, but for setup and joining, which are both blue", () => {
		const colours = DONGLE_STATES.map((state) => colourOf(LED_PATTERNS[state]));
		expect(new Set(colours).size).toBe(DONGLE_STATES.length - 1);
	});

	test.each(Object.entries(LED_PATTERNS))("%s is visible, dim, and a rhythm of whole pairs", (_name, pattern) => {
		const brightest = Math.max(pattern.red, pattern.green, pattern.blue);
		expect(brightest).toBeGreaterThanOrEqual(16);
		expect(brightest).toBeLessThanOrEqual(48);
		expect(pattern.rhythmMs.length % 2).toBe(0);
		for (const ms of pattern.rhythmMs) expect(ms).toBeGreaterThanOrEqual(40);
	});
});

describe("the light", () => {
	test("is on from the first moment", () => {
		const { light } = setUp();
		expect(light.colour).toBe("16,16,16");
	});

	test("plays the rhythm of a state over and over", () => {
		const { clock, light, led } = setUp();
		led.show("noTelegrams");
		clock.advance(2_540);
		expect(light.shown.slice(1)).toEqual([
			[0, "32,16,0"],
			[150, DARK],
			[400, "32,16,0"],
			[550, DARK],
		]);
		clock.advance(10);
		expect(light.shown.at(-1)).toEqual([2550, "32,16,0"]);
	});

	test("goes on without a break when the same state is shown again", () => {
		const { clock, light, led } = setUp();
		led.show("setup");
		clock.advance(1_000);
		led.show("setup");
		clock.advance(400);
		expect(light.colour).toBe("0,0,40");
		clock.advance(200);
		expect(light.colour).toBe(DARK);
	});

	test("changes at once with the state, and leaves no timer behind", () => {
		const { clock, light, led } = setUp();
		for (const state of DONGLE_STATES) {
			led.show(state);
			expect(light.colour).toBe(colourOf(LED_PATTERNS[state]));
			expect(clock.timerCount).toBe(LED_PATTERNS[state].rhythmMs.length === 0 ? 0 : 1);
		}
	});

	test("identifies itself for five seconds, then shows the state again", () => {
		const { clock, light, led } = setUp();
		led.show("good");
		clock.advance(500);
		led.identify();
		clock.advance(4_990);
		expect(light.flashesWithin(4_990)).toBeGreaterThan(25);
		clock.advance(20);
		expect(light.colour).toBe("0,24,0");
		clock.advance(100);
		expect(light.colour).toBe(DARK);
	});

	test("identifying again begins the five seconds anew", () => {
		const { clock, light, led } = setUp();
		led.show("good");
		led.identify();
		clock.advance(4_000);
		led.identify();
		clock.advance(4_000);
		expect(light.flashesWithin(1_000)).toBeGreaterThan(4);
		clock.advance(1_500);
		expect(light.flashesWithin(400)).toBeLessThan(2);
	});

	test("the button being held stands above everything", () => {
		const { clock, light, led } = setUp("off");
		led.identify();
		led.showHold("holdReset");
		led.show("updating");
		expect(light.colour).toBe("40,0,0");
		led.showHold(undefined);
		clock.advance(5_000);
		expect(light.colour).toBe(DARK);
	});

	const visible: [LedMode, readonly DongleState[]][] = [
		["on", DONGLE_STATES],
		["faults", DONGLE_STATES.filter((state) => state !== "good" && state !== "starting")],
		["off", []],
	];
	test.each(visible)("with the setting %s shows the states %j only", (mode, states) => {
		for (const state of DONGLE_STATES) {
			const { clock, light, led } = setUp(mode);
			led.show(state);
			clock.advance(10_000);
			expect(light.flashesWithin(20_000) > 0, state).toBe(states.includes(state));
			led.identify();
			expect(light.colour).toBe("48,48,48");
		}
	});

	test("a new setting counts when the state is shown next", () => {
		const { light, led, setMode } = setUp();
		led.show("setup");
		setMode("off");
		led.show("setup");
		expect(light.colour).toBe(DARK);
	});

	test("a board without a light needs no timer for it", () => {
		const clock = new FakeClock();
		const led = new Led({ light: undefined, timers: clock, mode: () => "on" });
		led.show("fault");
		expect(clock.timerCount).toBe(0);
		led.identify();
		clock.advance(6_000);
		expect(clock.timerCount).toBe(0);
	});

	test("is dark after close, for good", () => {
		const { clock, light, led } = setUp();
		led.identify();
		led.close();
		clock.advance(60_000);
		expect(light.colour).toBe(DARK);
		expect(clock.timerCount).toBe(0);
	});
});
