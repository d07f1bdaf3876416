/** Time as the core needs it: elapsed time never jumps; wall-clock time may be unknown. */
export interface Clock {
	/** Milliseconds since an arbitrary start; never goes back, does not stop. */
	monotonicMs(): number;
	/** Milliseconds since 1970-01-01T00:00:00Z; undefined while the device does not know the time. */
	utcMs(): number | undefined;
}

export interface TimerHandle {
	/** Idempotent; the callback does not run after it. */
	cancel(): void;
}

export interface Timers {
	after(delayMs: number, callback: () => void): TimerHandle;
	every(intervalMs: number, callback: () => void): TimerHandle;
}

/** Uniform in [0, 1). Jitter and identifiers only; never keys. */
export type Random = () => number;
