import type { Clock, TimerHandle, Timers } from "../../ports/clock.js";

/** The longest delay of `setTimeout`: a longer one would run out at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;
/** 2026-01-01: a clock that is before it was never set (a Raspberry Pi has none that lasts without power). */
const EARLIEST_BELIEVED_MS = 1_767_225_600_000;

/** The clock of the process; it stands still while the machine sleeps. */
export class NodeClock implements Clock {
	monotonicMs(): number {
		return performance.now();
	}

	utcMs(): number | undefined {
		const nowMs = Date.now();
		return nowMs < EARLIEST_BELIEVED_MS ? undefined : nowMs;
	}
}

class NodeTimer implements TimerHandle {
	#timeout: NodeJS.Timeout | undefined;
	#isCancelled = false;

	constructor(delayMs: number, intervalMs: number | undefined, callback: () => void) {
		this.#wait(delayMs, intervalMs, callback);
	}

	cancel(): void {
		this.#isCancelled = true;
		clearTimeout(this.#timeout);
		this.#timeout = undefined;
	}

	#wait(delayMs: number, intervalMs: number | undefined, callback: () => void): void {
		const stepMs = Math.min(delayMs, LONGEST_DELAY_MS);
		this.#timeout = setTimeout(() => {
			if (stepMs < delayMs) {
				this.#wait(delayMs - stepMs, intervalMs, callback);
				return;
			}
			const startedMs = performance.now();
			callback();
			if (intervalMs === undefined || this.#isCancelled) return;
			// The time that the callback took is part of the interval. Rounded up: setTimeout cuts off, so 4.9 ms would be 4.
			const leftMs = Math.ceil(intervalMs - (performance.now() - startedMs));
			this.#wait(Math.max(1, leftMs), intervalMs, callback);
		}, stepMs);
	}
}

/** Timers of the process, which they keep running. */
export class NodeTimers implements Timers {
	/** @throws RangeError for a delay that is no number of milliseconds from 0 on. */
	after(delayMs: number, callback: () => void): TimerHandle {
		if (!(delayMs >= 0 && Number.isFinite(delayMs))) throw new RangeError(`a delay of ${delayMs} ms`);
		return new NodeTimer(delayMs, undefined, callback);
	}

	/** @throws RangeError for an interval that is no number of milliseconds above 0. */
	every(intervalMs: number, callback: () => void): TimerHandle {
		if (!(intervalMs > 0 && Number.isFinite(intervalMs))) throw new RangeError(`an interval of ${intervalMs} ms`);
		return new NodeTimer(intervalMs, intervalMs, callback);
	}
}
