import type { Random } from "../../../ports/clock.js";
import type { SimulatorFaults } from "./simulator-options.js";

const MAX_BIT_FLIPS = 3;
const MAX_LOST_BYTES = 8;
const MAX_NOISE_BYTES = 64;
const MIN_PAUSE_MS = 200;
const MAX_PAUSE_MS = 2000;

/** Bytes by which a telegram can grow on the line. */
export const MAX_ADDED_BYTES = MAX_NOISE_BYTES + 1;

/** Spoils telegrams on their way from the meter, at the rates that the options ask for. */
export class FaultInjector {
	readonly #faults: SimulatorFaults;
	readonly #random: Random;
	/** Byte before which the line falls silent, and for how long; -1 when it does not. */
	pauseAt = -1;
	pauseMs = 0;

	constructor(faults: SimulatorFaults, random: Random) {
		this.#faults = faults;
		this.#random = random;
	}

	/**
	 * Spoils the telegram in `[0, length)` in place, or does not.
	 * @param buffer - With room for {@link MAX_ADDED_BYTES} more.
	 * @returns how many bytes go over the line.
	 */
	apply(buffer: Uint8Array, length: number): number {
		const { bitFlips, lostBytes, duplicatedBytes, truncations, pauses, noise } = this.#faults;
		let end = length;
		if (this.#befalls(bitFlips)) {
			for (let flips = 1 + this.#below(MAX_BIT_FLIPS); flips > 0; flips--) {
				const at = this.#below(end);
				buffer[at] = (buffer[at] as number) ^ (1 << this.#below(8));
			}
		}
		if (this.#befalls(lostBytes)) {
			const at = this.#below(end);
			const lost = Math.min(1 + this.#below(MAX_LOST_BYTES), end - at);
			buffer.copyWithin(at, at + lost, end);
			end -= lost;
		}
		if (this.#befalls(duplicatedBytes)) {
			const at = this.#below(end);
			buffer.copyWithin(at + 1, at, end);
			end++;
		}
		if (this.#befalls(truncations)) end = this.#below(end);
		if (this.#befalls(noise)) {
			const added = 1 + this.#below(MAX_NOISE_BYTES);
			buffer.copyWithin(added, 0, end);
			for (let i = 0; i < added; i++) buffer[i] = this.#below(256);
			end += added;
		}
		this.pauseAt = -1;
		if (this.#befalls(pauses)) {
			this.pauseAt = this.#below(end);
			this.pauseMs = MIN_PAUSE_MS + this.#below(MAX_PAUSE_MS - MIN_PAUSE_MS + 1);
		}
		return end;
	}

	/** Draws even at a rate of 0, so that a rate does not move the other faults. */
	#befalls(rate = 0): boolean {
		return this.#random() < rate;
	}

	#below(limit: number): number {
		return Math.floor(this.#random() * limit);
	}
}
