import { afterEach, describe, expect, test, vi } from "vitest";
import { NodeClock, NodeTimers } from "../../../src/platform/node/clock.js";
import { describeTimersContract } from "../../contracts/timers.contract.js";
import { FakeClock } from "../../support/fake-clock.js";

describeTimersContract({
	name: "Node",
	create: () => ({
		clock: new NodeClock(),
		timers: new NodeTimers(),
		wait: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
	}),
});

describeTimersContract({
	name: "the clock of the tests",
	create() {
		const clock = new FakeClock();
		return {
			clock,
			timers: clock,
			async wait(durationMs) {
				clock.advance(durationMs);
			},
		};
	},
});

describe("Node clock and timers", () => {
	afterEach(() => {
		vi.useRealTimers();
	});

	test("the time of day is that of the system, unless that was never set", () => {
		vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 5, 1) });
		expect(new NodeClock().utcMs()).toBe(Date.UTC(2026, 5, 1));
		vi.setSystemTime(Date.UTC(1970, 0, 1, 0, 5));
		expect(new NodeClock().utcMs()).toBeUndefined();
	});

	test("a delay beyond setTimeout's longest runs out at its time, and so does an interval", () => {
		vi.useFakeTimers();
		const timers = new NodeTimers();
		const fired: string[] = [];
		timers.after(60 * 86_400_000, () => fired.push("after"));
		const interval = timers.every(30 * 86_400_000, () => fired.push("every"));
		vi.advanceTimersByTime(59 * 86_400_000);
		expect(fired).toEqual(["every"]);
		vi.advanceTimersByTime(86_400_000);
		expect(fired.sort()).toEqual(["after", "every", "every"]);
		interval.cancel();
		expect(vi.getTimerCount()).toBe(0);
	});
});
