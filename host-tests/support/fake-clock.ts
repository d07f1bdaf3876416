import type { Clock, TimerHandle, Timers } from "../../src/ports/clock.js";

type FakeTimer = { atMs: number; readonly order: number; readonly intervalMs: number; readonly callback: () => void };

/** A clock and its timers that move only when a test says so. */
export class FakeClock implements Clock, Timers {
	#nowMs = 0;
	#utcOffsetMs: number | undefined;
	#order = 0;
	readonly #timers = new Set<FakeTimer>();

	/** How many timers are set. */
	get timerCount(): number {
		return this.#timers.size;
	}

	monotonicMs(): number {
		return this.#nowMs;
	}

	utcMs(): number | undefined {
		return this.#utcOffsetMs === undefined ? undefined : this.#utcOffsetMs + this.#nowMs;
	}

	/** Sets the wall clock, or makes it unknown, without moving the monotonic one. */
	setUtcMs(utcMs: number | undefined): void {
		this.#utcOffsetMs = utcMs === undefined ? undefined : utcMs - this.#nowMs;
	}

	after(delayMs: number, callback: () => void): TimerHandle {
		return this.#set(delayMs, 0, callback);
	}

	every(intervalMs: number, callback: () => void): TimerHandle {
		if (!(intervalMs > 0)) throw new RangeError(`an interval of ${intervalMs} ms never ends`);
		return this.#set(intervalMs, intervalMs, callback);
	}

	/** Moves on by `durationMs`; every timer that falls due on the way runs at its time, in order. */
	advance(durationMs: number): void {
		const untilMs = this.#nowMs + durationMs;
		for (;;) {
			const next = this.#next(untilMs);
			if (next === undefined) break;
			this.#nowMs = next.atMs;
			if (next.intervalMs > 0) next.atMs += next.intervalMs;
			else this.#timers.delete(next);
			next.callback();
		}
		this.#nowMs = untilMs;
	}

	#set(delayMs: number, intervalMs: number, callback: () => void): TimerHandle {
		if (!Number.isFinite(delayMs) || delayMs < 0) throw new RangeError(`a delay of ${delayMs} ms`);
		const timer = { atMs: this.#nowMs + delayMs, order: this.#order++, intervalMs, callback };
		this.#timers.add(timer);
		return { cancel: () => this.#timers.delete(timer) };
	}

	#next(untilMs: number): FakeTimer | undefined {
		let next: FakeTimer | undefined;
		for (const timer of this.#timers) {
			if (timer.atMs > untilMs) continue;
			if (next === undefined || timer.atMs < next.atMs || (timer.atMs === next.atMs && timer.order < next.order)) {
				next = timer;
			}
		}
		return next;
	}
}

/** A {@link Random} that repeats: a linear congruential generator (Numerical Recipes' constants), for tests. */
export function seededRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
}
