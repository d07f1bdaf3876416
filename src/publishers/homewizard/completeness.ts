import type { Reading } from "../../core/reading.js";
import { GUARDED_SLOTS } from "./fields.js";

/** After so many telegrams without a value the meter is believed not to send it any more: grid companies change rows. */
const FORGET_AFTER_TELEGRAMS = 60;

/** Notices that a telegram lacks a value that the meter sends otherwise. */
export class Completeness {
	/** The telegram that had each of the values last. */
	readonly #lastSequences = new Float64Array(GUARDED_SLOTS.length).fill(Number.NEGATIVE_INFINITY);

	/** Call it with each reading that is to be shown, in turn. @returns whether nothing is missing. */
	observe(reading: Reading): boolean {
		const last = this.#lastSequences;
		let isComplete = true;
		for (let i = 0; i < GUARDED_SLOTS.length; i++) {
			if (reading.get(GUARDED_SLOTS[i] as number) !== undefined) last[i] = reading.sequence;
			else if (reading.sequence - (last[i] as number) <= FORGET_AFTER_TELEGRAMS) isComplete = false;
		}
		return isComplete;
	}
}
