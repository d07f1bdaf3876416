import type { Random } from "../ports/clock.js";

export type BackoffOptions = {
	/** Shortest delay of all. */
	readonly firstMs: number;
	/** Longest delay of all; at least twice `firstMs`. */
	readonly capMs: number;
	readonly random: Random;
};

/**
 * Delays between attempts: each is drawn evenly between `firstMs` and a ceiling ("full jitter": many devices that lost the
 * same broker do not come back at once), and the ceiling doubles from `2 * firstMs` up to `capMs`.
 */
export class Backoff {
	readonly #options: BackoffOptions;
	#ceilingMs: number;
	#isAtCap = false;

	constructor(options: BackoffOptions) {
		this.#options = options;
		this.#ceilingMs = Math.min(2 * options.firstMs, options.capMs);
	}

	/** Draws the next delay in whole milliseconds and raises the ceiling. */
	nextDelayMs(): number {
		const { firstMs, capMs, random } = this.#options;
		const floorMs = this.#isAtCap ? capMs / 2 : firstMs;
		const delayMs = Math.round(floorMs + random() * (this.#ceilingMs - floorMs));
		this.#ceilingMs = Math.min(2 * this.#ceilingMs, capMs);
		return delayMs;
	}

	/** For a failure that trying again does not mend: from now on between half the cap and the cap. */
	jumpToCap(): void {
		this.#ceilingMs = this.#options.capMs;
		this.#isAtCap = true;
	}

	/** Starts over; call it when an attempt not only succeeded but lasted. */
	reset(): void {
		this.#ceilingMs = Math.min(2 * this.#options.firstMs, this.#options.capMs);
		this.#isAtCap = false;
	}
}
