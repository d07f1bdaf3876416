import Timer from "timer";
import type { Clock, TimerHandle, Timers } from "../../ports/clock.js";
import type { Guard } from "./guard.js";

/** The native timer fires at least this often, so that the clock sees every wrap of its counter. */
const LONGEST_WAIT_MS = 3_600_000;
/** A leak of timers shows as an exception, not as a heap that fills over weeks. */
const TIMERS_MAX = 64;

class Entry implements TimerHandle {
	readonly callback: () => void;
	/** 0: once. */
	readonly intervalMs: number;
	dueMs: number;
	/** Undefined once it has been cancelled or, when it runs once, has run. */
	owner: DeviceTimers | undefined;

	constructor(owner: DeviceTimers, callback: () => void, dueMs: number, intervalMs: number) {
		this.owner = owner;
		this.callback = callback;
		this.dueMs = dueMs;
		this.intervalMs = intervalMs;
	}

	cancel(): void {
		const owner = this.owner;
		this.owner = undefined;
		owner?.remove(this);
	}
}

/**
 * All timers of the program on one native timer: a timer is then one small object, an exception in a callback ends in the
 * guard, and nothing depends on how many timers the SDK has made before (on Linux it loses one of every 65,536).
 */
export class DeviceTimers implements Timers {
	readonly #clock: Clock;
	readonly #guard: Guard;
	/** By due time. */
	readonly #entries: Entry[] = [];
	readonly #native: Timer;

	constructor(clock: Clock, guard: Guard) {
		this.#clock = clock;
		this.#guard = guard;
		this.#native = Timer.set(() => this.#fire(), LONGEST_WAIT_MS, LONGEST_WAIT_MS);
	}

	/** Throws RangeError beyond 64 waiting timers, and for a delay that is none. */
	after(delayMs: number, callback: () => void): TimerHandle {
		if (!(delayMs >= 0 && delayMs < Number.POSITIVE_INFINITY)) throw new RangeError(`no delay: ${delayMs} ms`);
		return this.#add(callback, delayMs, 0);
	}

	/** Missed periods are skipped, not made up for. Throws RangeError beyond 64 waiting timers, and for an interval that is none. */
	every(intervalMs: number, callback: () => void): TimerHandle {
		if (!(intervalMs > 0 && intervalMs < Number.POSITIVE_INFINITY)) {
			throw new RangeError(`no interval: ${intervalMs} ms`);
		}
		return this.#add(callback, intervalMs, Math.max(intervalMs, 1));
	}

	/** For the handle's `cancel`; does nothing for an entry that is not waiting. */
	remove(entry: Entry): void {
		const index = this.#entries.indexOf(entry);
		if (index >= 0) this.#entries.splice(index, 1);
	}

	#add(callback: () => void, delayMs: number, intervalMs: number): TimerHandle {
		if (this.#entries.length >= TIMERS_MAX) throw new RangeError("too many timers");
		const entry = new Entry(this, callback, this.#clock.monotonicMs() + delayMs, intervalMs);
		this.#insert(entry);
		if (this.#entries[0] === entry) this.#schedule();
		return entry;
	}

	/** After the entries that are due at the same time: first made, first called. */
	#insert(entry: Entry): void {
		const entries = this.#entries;
		let index = entries.length;
		entries.push(entry);
		while (index > 0) {
			const before = entries[index - 1];
			if (before === undefined || before.dueMs <= entry.dueMs) break;
			entries[index] = before;
			index--;
		}
		entries[index] = entry;
	}

	#fire(): void {
		const nowMs = this.#clock.monotonicMs();
		// Bounded: an entry that is made meanwhile waits for the next round, or two timers could starve the sockets.
		for (let left = this.#entries.length; left > 0; left--) {
			const entry = this.#entries[0];
			if (entry === undefined || entry.dueMs > nowMs) break;
			this.#entries.shift();
			if (entry.intervalMs > 0) {
				entry.dueMs += entry.intervalMs;
				if (entry.dueMs <= nowMs) entry.dueMs = nowMs + entry.intervalMs;
				this.#insert(entry);
			} else {
				entry.owner = undefined;
			}
			this.#guard.run("timer", entry.callback);
		}
		this.#schedule();
	}

	#schedule(): void {
		const first = this.#entries[0];
		const waitMs = first === undefined ? LONGEST_WAIT_MS : first.dueMs - this.#clock.monotonicMs();
		// Equal delay and period: the one form that the SDK also takes from inside the timer's own callback on Linux.
		const delayMs = Math.ceil(Math.min(Math.max(waitMs, 1), LONGEST_WAIT_MS));
		Timer.schedule(this.#native, delayMs, delayMs);
	}
}
