/** Stamps have whole seconds and come with their telegram: two of a right clock differ by less than this. */
const JITTER_MS = 5_000;
/** Share of a new stamp in the estimate. */
const SHARE = 1 / 8;

/**
 * How far a foreign clock is from our monotonic one, as long as it goes on as a clock does. One that stands still, runs too
 * fast or jumps is never steady for long.
 */
export class SteadyOffset {
	#offsetMs = Number.NaN;
	#sinceMs = 0;
	#lastMs = 0;

	/** What to add to our monotonic time to get the foreign one; NaN before the first stamp. */
	get offsetMs(): number {
		return this.#offsetMs;
	}

	/** For how long the stamps have fitted together. */
	get steadyMs(): number {
		return this.#lastMs - this.#sinceMs;
	}

	/** Time since the last stamp; infinity before the first. */
	silentMs(nowMs: number): number {
		return Number.isNaN(this.#offsetMs) ? Number.POSITIVE_INFINITY : nowMs - this.#lastMs;
	}

	/** @param offsetMs - Infinite for a stamp that is worth nothing. */
	record(offsetMs: number, nowMs: number): void {
		const differenceMs = offsetMs - this.#offsetMs;
		if (Math.abs(differenceMs) <= JITTER_MS) {
			this.#offsetMs += differenceMs * SHARE;
		} else {
			this.#offsetMs = offsetMs;
			this.#sinceMs = nowMs;
		}
		this.#lastMs = nowMs;
	}
}
