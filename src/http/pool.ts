import type { Clock } from "../ports/clock.js";

/** Whose connections share a pool. */
export interface PoolOwner {
	readonly clock: Clock;
	/** A peer may keep others waiting for `poolGraceMs`. */
	readonly limits: { readonly poolGraceMs: number };
	/** An item has come back. */
	onPoolFree(): void;
}

/** A connection's side of a pool. */
export interface PoolHolder {
	/** Since when its peer keeps it from going on, by the monotonic clock; undefined while it does not. */
	readonly blockedSinceMs: number | undefined;
	/** Resets its connection, and with that gives back what it holds. */
	preempt(): void;
}

/**
 * What all connections share: an answer needs a buffer only until the peer's window has taken it, a request only until it is
 * answered, both mostly for no time at all, so a few serve many connections. A peer that keeps others waiting is reset.
 */
export class Pool<Item> {
	readonly #items: readonly Item[];
	readonly #holders: (PoolHolder | undefined)[];
	readonly #owner: PoolOwner;

	constructor(items: readonly Item[], owner: PoolOwner) {
		this.#items = items;
		this.#holders = items.map(() => undefined);
		this.#owner = owner;
	}

	get hasFree(): boolean {
		return this.#holders.includes(undefined);
	}

	/** An item for `holder`; undefined when all are in use. With `force` no peer is given its grace. */
	take(holder: PoolHolder, force: boolean): Item | undefined {
		if (!this.hasFree) this.#preempt(force);
		const index = this.#holders.indexOf(undefined);
		if (index < 0) return undefined;
		this.#holders[index] = holder;
		return this.#items[index];
	}

	/** The item of `holder` is free again. */
	giveBack(holder: PoolHolder): void {
		const index = this.#holders.indexOf(holder);
		if (index < 0) return;
		this.#holders[index] = undefined;
		this.#owner.onPoolFree();
	}

	/** Resets the peer that has kept an item for longest. */
	#preempt(force: boolean): void {
		const { clock, limits } = this.#owner;
		const untilMs = force ? Number.POSITIVE_INFINITY : clock.monotonicMs() - limits.poolGraceMs;
		let longest: PoolHolder | undefined;
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
