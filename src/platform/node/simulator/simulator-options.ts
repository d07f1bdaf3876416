import { PROFILES, type ProfileId } from "../../../core/profile.js";
import type { Clock, Timers } from "../../../ports/clock.js";

/**
 * Faults on the line between the meter and the dongle. Each is the share of telegrams, 0 to 1, that it befalls; several
 * can befall the same telegram. An absent one is 0.
 */
export interface SimulatorFaults {
	/** One to three bits of the telegram are inverted. */
	readonly bitFlips?: number;
	/** One to eight bytes in a row are missing. */
	readonly lostBytes?: number;
	/** One byte comes twice. */
	readonly duplicatedBytes?: number;
	/** The telegram breaks off, and nothing replaces the rest. */
	readonly truncations?: number;
	/** The line is silent for 0.2 to 2 simulated seconds in mid-telegram; no byte is lost. */
	readonly pauses?: number;
	/** Up to 64 random bytes come before the telegram. */
	readonly noise?: number;
}

/** What a simulated meter is like; see `createSimulator`. */
export interface SimulatorOptions {
	readonly profile: ProfileId;
	/** Simulated milliseconds from telegram to telegram: 1000 to 3,600,000, whole seconds. */
	readonly intervalMs: number;
	/**
	 * Simulated time runs this many times faster than the clock: 0.1 to 3600, which is an hour a second. Telegrams come every
	 * `intervalMs / speed` real milliseconds; where that is below {@link MIN_CADENCE_MS}, only every second, third, …
	 * telegram is sent.
	 */
	readonly speed: number;
	/** An integer of 32 bits: the same seed, start and options give the same bytes. */
	readonly seed: number;
	readonly faults?: SimulatorFaults;
	/** Simulated start, 2001 to 2098; absent: the clock's time, or 2026-01-01 where the clock does not know it. */
	readonly startUtcMs?: number;
	readonly clock: Clock;
	readonly timers: Timers;
}

/** Shortest real time between two telegrams: what a telegram of 2.4 KiB takes at 1 Mbit/s, and no burden for a host. */
export const MIN_CADENCE_MS = 20;

export const MAX_SPEED = 3600;

const FAULT_NAMES = ["bitFlips", "lostBytes", "duplicatedBytes", "truncations", "pauses", "noise"] as const;

/** @throws RangeError for an option out of its range, naming it and the range. */
export function checkSimulatorOptions(options: SimulatorOptions): void {
	const { profile, intervalMs, speed, seed, faults = {}, startUtcMs } = options;
	if (!Object.hasOwn(PROFILES, profile)) throw new RangeError(`no profile is called "${profile}"`);
	if (!(intervalMs >= 1000 && intervalMs <= 3_600_000 && intervalMs % 1000 === 0)) {
		throw new RangeError("the interval must be 1 to 3600 whole seconds");
	}
	if (!(speed >= 0.1 && speed <= MAX_SPEED)) throw new RangeError(`the speed must be 0.1 to ${MAX_SPEED}`);
	if ((seed | 0) !== seed) throw new RangeError("the seed must be an integer of 32 bits");
	for (const name of FAULT_NAMES) {
		const rate = faults[name] ?? 0;
		if (!(rate >= 0 && rate <= 1)) throw new RangeError(`the rate of ${name} must be 0 to 1`);
	}
	if (startUtcMs !== undefined && !(startUtcMs >= Date.UTC(2001) && startUtcMs < Date.UTC(2099))) {
		throw new RangeError("the start must be in 2001 to 2098");
	}
}
