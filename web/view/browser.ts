import type { TimerHandle, Timers } from "../../src/ports/clock.js";

/** The browser's timers. */
export const browserTimers: Timers = {
	after(delayMs: number, callback: () => void): TimerHandle {
		const id = setTimeout(callback, delayMs);
		return { cancel: () => clearTimeout(id) };
	},
	every(intervalMs: number, callback: () => void): TimerHandle {
		const id = setInterval(callback, intervalMs);
		return { cancel: () => clearInterval(id) };
	},
};

/** The browser's clock that does not jump. */
export const browserClock = { monotonicMs: () => performance.now() };
