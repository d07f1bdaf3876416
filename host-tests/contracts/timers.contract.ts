import { describe, expect, test } from "vitest";
import type { Clock, Timers } from "../../src/ports/clock.js";

export type TimersContract = {
	readonly name: string;
	create(): {
		readonly clock: Clock;
		readonly timers: Timers;
		/** Lets time pass. */
		wait(durationMs: number): Promise<void>;
	};
};

/** Holds an implementation of {@link Clock} and {@link Timers} to what the ports promise. */
export function describeTimersContract({ name, create }: TimersContract): void {
	describe(`clock and timers contract: ${name}`, () => {
		test("elapsed time grows by what has passed and never goes back", async () => {
			const { clock, wait } = create();
			const startMs = clock.monotonicMs();
			let lastMs = startMs;
			for (let i = 0; i < 10; i++) {
				await wait(3);
				expect(clock.monotonicMs()).toBeGreaterThanOrEqual(lastMs);
				lastMs = clock.monotonicMs();
			}
			expect(lastMs - startMs).toBeGreaterThanOrEqual(29);
		});

		test("after: once, not before its time, never from inside the call", async () => {
			const { clock, timers, wait } = create();
			const startMs = clock.monotonicMs();
			const firedMs: number[] = [];
			timers.after(20, () => firedMs.push(clock.monotonicMs() - startMs));
			expect(firedMs).toEqual([]);
			await wait(100);
			expect(firedMs).toHaveLength(1);
			expect(firedMs[0]).toBeGreaterThanOrEqual(19);
		});

		test("after 0: when the present turn has ended, in the order given", async () => {
			const { timers, wait } = create();
			const fired: string[] = [];
			timers.after(0, () => fired.push("a"));
			timers.after(0, () => fired.push("b"));
			expect(fired).toEqual([]);
			await wait(20);
			expect(fired).toEqual(["a", "b"]);
		});

		test("after 60 days: not at once", async () => {
			const { timers, wait } = create();
			let fired = 0;
			const timer = timers.after(60 * 86_400_000, () => fired++);
			await wait(30);
			timer.cancel();
			expect(fired).toBe(0);
		});

		test("every: again and again until it is cancelled", async () => {
			const { timers, wait } = create();
			let fired = 0;
			const timer = timers.every(5, () => fired++);
			expect(fired).toBe(0);
			await wait(100);
			timer.cancel();
			const count = fired;
			expect(count).toBeGreaterThanOrEqual(3);
			expect(count).toBeLessThanOrEqual(21);
			await wait(30);
			expect(fired).toBe(count);
		});

		test("cancel: idempotent, also from inside the callback and after it", async () => {
			const { timers, wait } = create();
			let fired = 0;
			const once = timers.after(5, () => {
				fired++;
				once.cancel();
			});
			const repeated = timers.every(5, () => {
				fired++;
				repeated.cancel();
				repeated.cancel();
			});
			const never = timers.after(5, () => fired++);
			never.cancel();
			never.cancel();
			await wait(50);
			once.cancel();
			expect(fired).toBe(2);
		});

		test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("a delay of %d ms is refused", (delayMs) => {
			const { timers } = create();
			expect(() => timers.after(delayMs, () => {})).toThrow(RangeError);
			expect(() => timers.every(delayMs, () => {})).toThrow(RangeError);
			expect(() => timers.every(0, () => {})).toThrow(RangeError);
		});
	});
}
