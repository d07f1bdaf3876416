import { describe, expect, test } from "vitest";
import { ButtonGestures } from "../../../src/services/supervisor/button.js";
import { FakeButton } from "../../support/fake-button.js";
import { FakeClock } from "../../support/fake-clock.js";

class ButtonBench {
	readonly clock = new FakeClock();
	readonly button: FakeButton;
	readonly events: string[] = [];
	readonly gestures: ButtonGestures;

	constructor(isPressed = false) {
		this.button = new FakeButton(isPressed);
		this.gestures = new ButtonGestures({
			openButton: this.button.open,
			clock: this.clock,
			timers: this.clock,
			onIdentify: () => this.events.push("identify"),
			onSetup: () => this.events.push("setup"),
			onReset: () => this.events.push("reset"),
			onHold: (message) => this.events.push(message ?? "let go"),
		});
	}

	press(durationMs: number): void {
		this.button.set(true);
		this.clock.advance(durationMs);
		this.button.set(false);
		this.clock.advance(100);
	}

	/** What has been done, without what the light showed. */
	get done(): readonly string[] {
		return this.events.filter((event) => event !== "let go" && !event.startsWith("hold"));
	}
}

describe("the button", () => {
	test.each([
		[100, "identify"],
		[900, "identify"],
		// Let go in between: what was reached.
		[3_000, "identify"],
		[4_900, "identify"],
		[5_600, "setup"],
		[10_000, "setup"],
		[14_900, "setup"],
		[15_600, "reset"],
		[59_000, "reset"],
	])("held for %i ms: %s", (durationMs, expected) => {
		const bench = new ButtonBench();
		bench.press(durationMs);
		expect(bench.done).toEqual([expected]);
	});

	test("the light shows what letting go would do, as soon as it would", () => {
		const bench = new ButtonBench();
		bench.button.set(true);
		bench.clock.advance(100);
		expect(bench.events).toEqual(["holdIdentify"]);
		bench.clock.advance(5_000);
		expect(bench.events).toEqual(["holdIdentify", "holdSetup"]);
		bench.clock.advance(10_000);
		expect(bench.events).toEqual(["holdIdentify", "holdSetup", "holdReset"]);
		bench.clock.advance(1_000);
		bench.button.set(false);
		bench.clock.advance(1_000);
		expect(bench.events.slice(3)).toEqual(["let go", "reset"]);
	});

	test.each([
		[5_100, "identify"],
		[15_100, "setup"],
	])("let go after %i ms, as the light changes: what it showed before", (durationMs, expected) => {
		const bench = new ButtonBench();
		bench.press(durationMs);
		expect(bench.done).toEqual([expected]);
	});

	test("a contact that bounces is one press", () => {
		const bench = new ButtonBench();
		for (let i = 0; i < 7; i++) {
			bench.button.set(i % 2 === 0);
			bench.clock.advance(5);
		}
		bench.clock.advance(300);
		for (let i = 0; i < 7; i++) {
			bench.button.set(i % 2 === 1);
			bench.clock.advance(5);
		}
		bench.clock.advance(300);
		expect(bench.done).toEqual(["identify"]);
	});

	test("pulses are no press (ESP32 errata 3.11: GPIO36 and 39)", () => {
		const bench = new ButtonBench();
		for (let i = 0; i < 1000; i++) {
			bench.button.set(true);
			bench.button.set(false);
			bench.clock.advance(i % 100);
		}
		expect(bench.events).toEqual([]);
	});

	test("pulses within a long press do not end it", () => {
		const bench = new ButtonBench();
		bench.button.set(true);
		for (let i = 0; i < 60; i++) {
			bench.clock.advance(100);
			bench.button.set(false);
			bench.clock.advance(10);
			bench.button.set(true);
		}
		bench.clock.advance(100);
		bench.button.set(false);
		bench.clock.advance(100);
		expect(bench.done).toEqual(["setup"]);
	});

	test("one that is stuck at the start does nothing, and works once it has been let go", () => {
		const bench = new ButtonBench(true);
		bench.button.set(true);
		bench.clock.advance(20_000);
		bench.button.set(false);
		bench.clock.advance(1_000);
		expect(bench.events).toEqual([]);
		bench.press(200);
		expect(bench.done).toEqual(["identify"]);
	});

	test("one that is held for a minute is stuck: it erases nothing", () => {
		const bench = new ButtonBench();
		bench.press(61_000);
		expect(bench.done).toEqual([]);
		expect(bench.events.at(-1)).toBe("let go");
		bench.press(200);
		expect(bench.done).toEqual(["identify"]);
	});

	test("nothing is called after close", () => {
		const bench = new ButtonBench();
		bench.button.set(true);
		bench.clock.advance(3_000);
		bench.gestures.close();
		bench.events.length = 0;
		bench.button.set(false);
		bench.clock.advance(100_000);
		expect(bench.events).toEqual([]);
		expect(bench.clock.timerCount).toBe(0);
	});

	test("no timer runs while nobody presses it", () => {
		const bench = new ButtonBench();
		expect(bench.clock.timerCount).toBe(0);
		bench.press(6_000);
		expect(bench.clock.timerCount).toBe(0);
	});

	test("a busy program that hears late of the end does not take a press for longer than the light showed", () => {
		const bench = new ButtonBench();
		bench.button.set(true);
		bench.clock.advance(14_000);
		// Blocked for 4 s: the stage and the end of the press come at once, whichever first.
		bench.clock.advance(1_060);
		bench.button.set(false);
		bench.clock.advance(100);
		expect(bench.done).toEqual(["setup"]);
	});
});
