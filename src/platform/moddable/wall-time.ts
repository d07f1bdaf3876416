import type { WallClock } from "../../ports/wall-clock.js";

/** Going back by less than this is standing still until the old time is reached again. */
const STAND_STILL_MS = 125_000;

/**
 * A wall clock on top of a monotonic one. It goes forward at once, and back only by more than two minutes: what counts by it
 * never meets the same minute twice for the sake of a small correction. */
export class WallTime implements WallClock {
	readonly #monotonicMs: () => number;
	/** Wall clock minus monotonic clock. */
	#offsetMs = Number.NaN;
	/** No less is shown. */
	#floorMs = Number.NEGATIVE_INFINITY;

	constructor(monotonicMs: () => number) {
		this.#monotonicMs = monotonicMs;
	}

	/** Undefined until it has been set. */
	get utcMs(): number | undefined {
		const nowMs = this.#monotonicMs() + this.#offsetMs;
		return Number.isNaN(nowMs) ? undefined : Math.max(nowMs, this.#floorMs);
	}

	setUtcMs(utcMs: number): void {
		const shownMs = this.utcMs;
		const isSmallStepBack = shownMs !== undefined && utcMs < shownMs && shownMs - utcMs < STAND_STILL_MS;
		this.#floorMs = isSmallStepBack ? shownMs : Number.NEGATIVE_INFINITY;
		this.#offsetMs = utcMs - this.#monotonicMs();
	}
}
