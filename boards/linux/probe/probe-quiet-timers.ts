import type { TimerHandle, Timers } from "../../../src/ports/clock.js";

/** Shorter than the pauses in which tests wait for something; longer than from one call of a burst to the next. */
const QUIET_MS = 25;

/**
 * Timers of which those without a delay wait until the test has been quiet for a moment: a burst of calls from outside then
 * looks to the port as a burst inside one turn does.
 */
export class QuietTimers implements Timers {
	readonly #timers: Timers;
	readonly #waiting = new Set<() => void>();
	#quiet: TimerHandle | undefined;

	constructor(timers: Timers) {
		this.#timers = timers;
	}

	/** The test has called. */
	disturb(): void {
		if (this.#waiting.size > 0) this.#wait();
	}

	after(delayMs: number, callback: () => void): TimerHandle {
		if (delayMs > 0) return this.#timers.after(delayMs, callback);
		const run = (): void => callback();
		this.#waiting.add(run);
		if (this.#quiet === undefined) this.#wait();
		return { cancel: () => void this.#waiting.delete(run) };
	}

	every(intervalMs: number, callback: () => void): TimerHandle {
		return this.#timers.every(intervalMs, callback);
	}

	#wait(): void {
		this.#quiet?.cancel();
		this.#quiet = this.#timers.after(QUIET_MS, () => {
			this.#quiet = undefined;
			const due = [...this.#waiting];
			this.#waiting.clear();
			for (const run of due) run();
		});
	}
}
