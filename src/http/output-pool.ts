import type { Clock } from "../ports/clock.js";

/** A connection's side of the pool. */
export interface OutputHolder {
	/** Since when its peer has left bytes untaken, by the monotonic clock; undefined while it has not. */
	readonly blockedSinceMs: number | undefined;
	/** Resets its connection, and with that gives its buffer back. */
	preempt(): void;
}

/**
 * The output buffers of all connections. An answer needs one only until the peer's window has taken it, mostly for no time
 * at all, so a few serve many connections; a peer that takes nothing while others wait is reset.
 */
export class OutputPool {
	/** Of one buffer. */
	readonly sizeBytes: number;
	readonly #buffers: Uint8Array[] = [];
	readonly #holders: (OutputHolder | undefined)[] = [];
	readonly #clock: Clock;
	readonly #graceMs: number;
	readonly #onFree: () => void;

	/** A peer may keep others waiting for `graceMs`; `onFree` is called when a buffer has come back. */
	constructor(count: number, sizeBytes: number, clock: Clock, graceMs: number, onFree: () => void) {
		this.sizeBytes = sizeBytes;
		for (let i = 0; i < count; i++) {
			this.#buffers.push(new Uint8Array(sizeBytes));
			this.#holders.push(undefined);
		}
		this.#clock = clock;
		this.#graceMs = graceMs;
		this.#onFree = onFree;
	}

	get hasFree(): boolean {
		return this.#holders.includes(undefined);
	}

	/** A buffer for `holder`; undefined when all are in use. With `force` no peer is given its grace. */
	take(holder: OutputHolder, force: boolean): Uint8Array | undefined {
		if (!this.hasFree) this.#preempt(force);
		const index = this.#holders.indexOf(undefined);
		if (index < 0) return undefined;
		this.#holders[index] = holder;
		return this.#buffers[index];
	}

	/** The buffer of `holder` is free again. */
	giveBack(holder: OutputHolder): void {
		const index = this.#holders.indexOf(holder);
		if (index < 0) return;
		this.#holders[index] = undefined;
		this.#onFree();
	}

	/** Resets the peer that has kept a buffer for longest. */
	#preempt(force: boolean): void {
		const untilMs = force ? Number.POSITIVE_INFINITY : this.#clock.monotonicMs() - this.#graceMs;
		let longest: OutputHolder | undefined;
		let sinceMs = Number.POSITIVE_INFINITY;
		for (let i = 0; i < this.#holders.length; i++) {
			const blockedSinceMs = this.#holders[i]?.blockedSinceMs ?? Number.POSITIVE_INFINITY;
			if (blockedSinceMs > untilMs || blockedSinceMs >= sinceMs) continue;
			longest = this.#holders[i];
			sinceMs = blockedSinceMs;
		}
		longest?.preempt();
	}
}
