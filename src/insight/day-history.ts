import { fixedMemory } from "../core/fixed-memory.js";
import { netOf, POWER_W } from "../core/grid.js";
import type { Reading } from "../core/reading.js";
import type { Clock } from "../ports/clock.js";

/** Short enough to see a kettle, long enough for a day in 1.2 kB. */
const SLOT_MS = 300_000;
/** 25 h: today is in it wherever midnight is, on the day that summer time ends, too. */
const SLOTS = 300;
/** No power of a house comes near it. */
const ABSENT = -0x8000_0000;

/**
 * The mean power of each five minutes of the last 25 hours, while the program runs: 1.2 kB. Slots are counted by the clock that does
 * not jump, from the start on, so that no time zone, no change of a clock and no meter with a wrong one moves anything; when
 * a slot was, is told by how long it is ago. A slot without readings is absent, and so is one in which no reading had a power.
 */
export class DayHistory {
	readonly slotMs = SLOT_MS;
	readonly #clock: Pick<Clock, "monotonicMs">;
	readonly #startMs: number;
	/** Finished slots, each in the place of its number modulo the length. */
	readonly #powerW = new Int32Array(fixedMemory(4 * SLOTS)).fill(ABSENT);
	#slot = 0;
	#sumW = 0;
	#count = 0;

	constructor(clock: Pick<Clock, "monotonicMs">) {
		this.#clock = clock;
		this.#startMs = clock.monotonicMs();
	}

	/** As a listener of the meter. */
	onReading(reading: Reading): void {
		const powerW = netOf(reading, POWER_W);
		if (powerW === undefined) return;
		this.#advance();
		this.#sumW += powerW;
		this.#count++;
	}

	/** Number of the slot that is now: whole, from 0 on. */
	get currentSlot(): number {
		this.#advance();
		return this.#slot;
	}

	/** Number of the oldest slot that is remembered. */
	get firstSlot(): number {
		return Math.max(0, this.currentSlot - SLOTS + 1);
	}

	/** How long ago a slot began, in milliseconds. */
	startedAgoMs(slot: number): number {
		return this.#clock.monotonicMs() - this.#startMs - slot * SLOT_MS;
	}

	/** The mean of a slot's readings in whole W, import less export; of the current slot so far. Undefined: there is none. */
	meanW(slot: number): number | undefined {
		const current = this.currentSlot;
		if (slot === current) return this.#count === 0 ? undefined : this.#currentMeanW();
		if (slot < current - SLOTS + 1 || slot < 0 || slot > current) return undefined;
		const powerW = this.#powerW[slot % SLOTS];
		return powerW === ABSENT ? undefined : powerW;
	}

	#currentMeanW(): number {
		return Math.round(this.#sumW / this.#count);
	}

	/** Finishes the slot that was current when its time is over; those that nobody saw since then are absent. */
	#advance(): void {
		const slot = Math.floor((this.#clock.monotonicMs() - this.#startMs) / SLOT_MS);
		if (slot === this.#slot) return;
		this.#powerW[this.#slot % SLOTS] = this.#count === 0 ? ABSENT : this.#currentMeanW();
		const skipped = Math.min(slot - this.#slot - 1, SLOTS);
		for (let i = 1; i <= skipped; i++) this.#powerW[(this.#slot + i) % SLOTS] = ABSENT;
		this.#slot = slot;
		this.#sumW = 0;
		this.#count = 0;
	}
}
