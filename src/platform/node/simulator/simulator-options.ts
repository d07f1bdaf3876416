import type { ProfileId } from "../../../core/profile.js";
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
	/** The line is silent for 0.2 to 2 s in mid-telegram; no byte is lost. */
	readonly pauses?: number;
	/** Up to 64 random bytes come before the telegram. */
	readonly noise?: number;
}

/** What a simulated meter is like; see {@link createSimulator}. */
export interface SimulatorOptions {
	readonly profile: ProfileId;
	/** Simulated milliseconds from telegram to telegram: 1000 to 3,600,000, whole seconds. */
	readonly intervalMs: number;
	/**
	 * Simulated time runs this many times faster than the clock: 0.1 to 86,400. Telegrams come every `intervalMs / speed`
	 * real milliseconds; below {@link MIN_CADENCE_MS} only every second, third, … telegram is sent instead.
	 */
	readonly speed: number;
	/** Any integer: the same seed, start and options give the same bytes. */
	readonly seed: number;
	readonly faults?: SimulatorFaults;
	/** Simulated start; absent: the clock's time, or 2026-01-01 where the clock does not know it. */
	readonly startUtcMs?: number;
	readonly clock: Clock;
	readonly timers: Timers;
}

/** Shortest real time between two telegrams: what a telegram of 2.4 KiB takes at 1 Mbit/s, and no burden for a host. */
export const MIN_CADENCE_MS = 20;
