import type { TimerHandle, Timers } from "../../ports/clock.js";

const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 60_000;

/** Attempts at one thing, one at a time: the delay between them doubles from 1 s to 60 s until one succeeds. */
export class Retry {
	readonly #timers: Timers;
	readonly #attempt: () => void;
	#delayMs = FIRST_DELAY_MS;
	#timer: TimerHandle | undefined;

	constructor(timers: Timers, attempt: () => void) {
		this.#timers = timers;
		this.#attempt = attempt;
	}

	/** Attempts when the present turn has ended. */
	now(): void {
		this.#wait(0);
	}

	/** Attempts after the delay, and doubles it for the next time. */
	later(): void {
		this.#wait(this.#delayMs);
		this.#delayMs = Math.min(this.#delayMs * 2, LONGEST_DELAY_MS);
	}

	/** The thing works: the next failure starts with the shortest delay. */
	succeeded(): void {
		this.#delayMs = FIRST_DELAY_MS;
	}

	cancel(): void {
		this.#timer?.cancel();
		this.#timer = undefined;
	}

	#wait(delayMs: number): void {
		this.cancel();
		this.#timer = this.#timers.after(delayMs, this.#attempt);
	}
}
