import type { Clock } from "../../ports/clock.js";

/** Mistakes that cost nothing: people mistype. */
const FREE_MISTAKES = 3;
const LONGEST_WAIT_MS = 300_000;
/** Of all addresses that have not given the right password yet, together: many addresses are no way around. */
const FREE_MISTAKES_OF_ALL = 10;
/** Shorter than that of one address: whoever guesses must not lock the owner out for long. */
const LONGEST_WAIT_OF_ALL_MS = 30_000;
const FIRST_WAIT_MS = 1_000;
/** Mistakes that are older do not count. */
const FORGET_MS = 1_800_000;
/** Addresses that are remembered. */
export const MAX_ADDRESSES = 16;
/** Of them, those that have given the right password: they stay when the table is full. */
const MAX_TRUSTED = 4;

class Mistakes {
	count = 0;
	lastMs = 0;
	untilMs = 0;
	isTrusted = false;

	add(nowMs: number, free: number, longestWaitMs: number): void {
		this.#forget(nowMs);
		this.count++;
		this.lastMs = nowMs;
		if (this.count <= free) return;
		this.untilMs = nowMs + Math.min(longestWaitMs, FIRST_WAIT_MS * 2 ** Math.min(this.count - free - 1, 20));
	}

	waitMs(nowMs: number): number {
		return Math.max(0, this.untilMs - nowMs);
	}

	clear(): void {
		this.count = 0;
		this.untilMs = 0;
	}

	#forget(nowMs: number): void {
		if (nowMs - this.lastMs > FORGET_MS) this.clear();
	}
}

/**
 * Slows down whoever guesses a password. Each address may be wrong three times; from then on each mistake doubles its wait,
 * from one second to five minutes. All addresses that were never right share another such count (ten mistakes, half a
 * minute), so that more addresses do not mean more guesses. An address that was right stays out of that one. Remembers
 * {@link MAX_ADDRESSES} addresses, whatever comes.
 */
export class GuessLimiter {
	readonly #clock: Clock;
	readonly #byAddress = new Map<string, Mistakes>();
	readonly #all = new Mistakes();

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Milliseconds until a guess of this address is looked at; 0: now. */
	waitMs(address: string): number {
		const nowMs = this.#clock.monotonicMs();
		const own = this.#byAddress.get(address);
		const ownMs = own?.waitMs(nowMs) ?? 0;
		return own?.isTrusted === true ? ownMs : Math.max(ownMs, this.#all.waitMs(nowMs));
	}

	/** The password was wrong. @returns mistakes of this address since it was right, in the last half hour. */
	wrong(address: string): number {
		const nowMs = this.#clock.monotonicMs();
		const own = this.#entryOf(address);
		own.add(nowMs, FREE_MISTAKES, LONGEST_WAIT_MS);
		if (!own.isTrusted) this.#all.add(nowMs, FREE_MISTAKES_OF_ALL, LONGEST_WAIT_OF_ALL_MS);
		return own.count;
	}

	/** The password was right. */
	right(address: string): void {
		const own = this.#entryOf(address);
		own.clear();
		own.lastMs = this.#clock.monotonicMs();
		if (own.isTrusted) return;
		const trusted = [...this.#byAddress.values()].filter(({ isTrusted }) => isTrusted);
		if (trusted.length === MAX_TRUSTED) oldest(trusted).isTrusted = false;
		own.isTrusted = true;
		this.#all.clear();
	}

	#entryOf(address: string): Mistakes {
		const known = this.#byAddress.get(address);
		if (known !== undefined) return known;
		if (this.#byAddress.size === MAX_ADDRESSES) this.#dropOne();
		const entry = new Mistakes();
		this.#byAddress.set(address, entry);
		return entry;
	}

	/** The one that has been quiet for longest, of those that were never right. */
	#dropOne(): void {
		const candidates = [...this.#byAddress].filter(([, { isTrusted }]) => !isTrusted);
		const dropped = oldest(candidates.map(([, mistakes]) => mistakes));
		for (const [address, mistakes] of candidates) if (mistakes === dropped) this.#byAddress.delete(address);
	}
}

function oldest(entries: readonly Mistakes[]): Mistakes {
	return entries.reduce((first, next) => (next.lastMs < first.lastMs ? next : first));
}
