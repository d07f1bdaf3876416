import { FIELD } from "../../core/obis-table.js";
import type { Reading } from "../../core/reading.js";
import type { Clock, Random, Timers } from "../../ports/clock.js";
import type { Log } from "../../ports/log.js";
import type { AskTimeServer } from "../../ports/time-server.js";
import type { WallClock } from "../../ports/wall-clock.js";
import type { MeterListener } from "../meter.js";
import { hasFittingSeason } from "./meter-stamp.js";
import { SteadyOffset } from "./steady-offset.js";
import { TimeCheck } from "./time-check.js";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A stamp is cut off to whole seconds. */
const HALF_SECOND_MS = 500;
/** Clocks that differ by less agree; meters are set by their operator to about a minute. */
const AGREE_MS = 120 * SECOND_MS;
/** Two answers of time servers that differ by less agree: an answer is right to about a second. */
const ANSWERS_AGREE_MS = 5 * SECOND_MS;
/** Smaller differences are left alone: a leap second, a late telegram, a day of a crystal's drift. */
const LEAVE_MS = 2 * SECOND_MS;
/** The meter's stamps must fit together for so long before they count. */
const STEADY_MS = 20 * SECOND_MS;
/** How long the meter's clock waits for a time server's word after the start. */
const CHANCE_MS = 60 * SECOND_MS;
/** How long an answer without a second witness is waited for. */
const PENDING_MS = 10 * MINUTE_MS;
/** Without a time server a meter's clock that was put right, by no whole hour, is followed after so long. */
const FOLLOW_JUMP_MS = 15 * MINUTE_MS;
/** Shortest time between two steps. */
const STEP_PAUSE_MS = 15 * MINUTE_MS;
/** What a time server said holds for so long: a crystal's 50 ppm are 30 s by then. */
const REFERENCE_MS = 7 * DAY_MS;
/** The meter has no clock when it has been silent for so long. */
const SILENT_MS = 10 * MINUTE_MS;
/** Clocks further ahead of the firmware are wrong. */
const YEARS_AHEAD_MS = 40 * 365 * DAY_MS;

/** Where the wall clock's time comes from. */
export type TimeSource = "none" | "meter" | "server";

/**
 * What is thought of the meter's clock. "absent": no stamp for ten minutes; "implausible": older than the firmware or decades
 * ahead; "unsteady": its stamps do not go on as a clock does; "waiting": a time server may still speak; "doubtful": its flag
 * does not fit the season, so it may be an hour wrong; "unchecked": nobody contradicts it; "jumped": it differs from our own
 * clock, which goes on; "wrong": a time server contradicts it; "good": one confirms it. */
export type MeterClock =
	| "absent"
	| "implausible"
	| "unsteady"
	| "waiting"
	| "doubtful"
	| "unchecked"
	| "jumped"
	| "wrong"
	| "good";

export type TimeKeeperOptions = {
	/** Its monotonic half is what the wall clock is reckoned from. */
	readonly clock: Clock;
	readonly wallClock: WallClock;
	readonly timers: Timers;
	readonly random: Random;
	readonly log: Log;
	/** The day that the firmware was made: no clock shows less. */
	readonly notBeforeMs: number;
	/** Absent: no time server is asked. */
	readonly server?: { readonly ask: AskTimeServer; readonly name: string; isOnline(): boolean };
};

/**
 * Sets the wall clock: from the meter first, from a time server second. Both are witnesses that may be wrong, and no witness
 * alone moves a clock that goes by an hour:
 *
 * - A time server counts when two answers agree, or one agrees with the meter or with our own clock.
 * - Where it counts, a meter within two minutes of it is followed; any other, such as one that is an hour wrong, is not.
 * - Without it the meter is believed at the start, if its flag fits the season; later, a difference of whole hours is never
 *   followed, and any other after 15 minutes.
 *
 * Differences below 2 s are left alone. Beyond 2 minutes the clock steps, at most once in 15 minutes.
 */
export class TimeKeeper implements MeterListener {
	readonly #options: TimeKeeperOptions;
	readonly #startedMs: number;
	readonly #meter = new SteadyOffset();
	readonly #check: TimeCheck | undefined;
	#source: TimeSource = "none";
	#meterClock: MeterClock = "absent";
	#isSeasonFitting = false;
	/** Wall clock minus monotonic clock; NaN while unknown. So are the next two. */
	#offsetMs = Number.NaN;
	#referenceMs = Number.NaN;
	#referenceAtMs = 0;
	#pendingMs = Number.NaN;
	#pendingAtMs = 0;
	#steps = 0;
	#steppedAtMs = Number.NEGATIVE_INFINITY;

	constructor(options: TimeKeeperOptions) {
		const { clock, timers, random, server } = options;
		this.#options = options;
		this.#startedMs = clock.monotonicMs();
		if (server === undefined) return;
		this.#check = new TimeCheck({
			ask: server.ask,
			server: server.name,
			timers,
			random,
			isOnline: () => server.isOnline(),
			onAnswer: (utcMs) => this.#onAnswer(utcMs),
		});
	}

	get source(): TimeSource {
		return this.#source;
	}

	get meterClock(): MeterClock {
		return this.#meter.silentMs(this.#options.clock.monotonicMs()) > SILENT_MS ? "absent" : this.#meterClock;
	}

	/** Meter's clock minus our wall clock, in whole seconds; undefined while one of them is unknown. */
	get meterAheadS(): number | undefined {
		const aheadMs = this.#meter.offsetMs - this.#offsetMs;
		return Number.isFinite(aheadMs) ? Math.round(aheadMs / SECOND_MS) : undefined;
	}

	/** Undefined where no time server is asked. */
	get check(): Pick<TimeCheck, "state" | "failures"> | undefined {
		return this.#check;
	}

	/** Milliseconds since a time server was last believed; undefined before, and once that is too long ago. */
	get serverAgeMs(): number | undefined {
		const nowMs = this.#options.clock.monotonicMs();
		return this.#hasReference(nowMs) ? nowMs - this.#referenceAtMs : undefined;
	}

	/** How often the wall clock was moved by more than two minutes, the first setting excluded. */
	get steps(): number {
		return this.#steps;
	}

	onReading(reading: Reading): void {
		const utcMs = reading.get(FIELD.time);
		// No stamp, or one that stands for two instants: nothing new is known.
		if (utcMs === undefined) return;
		const nowMs = this.#options.clock.monotonicMs();
		if (!this.#isPlausible(utcMs)) {
			// Heard, and worth nothing: never steady.
			this.#meter.record(Number.NEGATIVE_INFINITY, nowMs);
			this.#judged("implausible");
			return;
		}
		this.#meter.record(utcMs + HALF_SECOND_MS - nowMs, nowMs);
		this.#isSeasonFitting = hasFittingSeason(reading, utcMs);
		this.#judge(nowMs);
	}

	close(): void {
		this.#check?.close();
	}

	#isPlausible(utcMs: number): boolean {
		const { notBeforeMs } = this.#options;
		return utcMs >= notBeforeMs && utcMs <= notBeforeMs + YEARS_AHEAD_MS;
	}

	#hasReference(nowMs: number): boolean {
		return !Number.isNaN(this.#referenceMs) && nowMs - this.#referenceAtMs <= REFERENCE_MS;
	}

	/** Decides what the meter's clock is worth, and follows it or not. */
	#judge(nowMs: number): void {
		const meterMs = this.#meter.offsetMs;
		const aheadMs = meterMs - this.#offsetMs;
		if (this.#meter.steadyMs < STEADY_MS) {
			this.#judged("unsteady");
		} else if (this.#hasReference(nowMs)) {
			const isGood = agree(meterMs, this.#referenceMs, AGREE_MS);
			this.#judged(isGood ? "good" : "wrong");
			if (isGood) this.#follow(meterMs, "meter", nowMs);
			else this.#follow(this.#referenceMs, "server", nowMs);
		} else if (Number.isNaN(this.#offsetMs)) {
			if (this.#mayServerSpeak(nowMs)) this.#judged("waiting");
			else if (this.#isSeasonFitting) this.#believe(meterMs, nowMs);
			else this.#judged("doubtful");
		} else if (Math.abs(aheadMs) <= AGREE_MS) {
			this.#believe(meterMs, nowMs);
		} else {
			this.#onJump(aheadMs, nowMs);
		}
	}

	#believe(meterMs: number, nowMs: number): void {
		this.#judged("unchecked");
		this.#follow(meterMs, "meter", nowMs);
	}

	/** The meter differs from our own clock, and no time server has said which of them is right. */
	#onJump(aheadMs: number, nowMs: number): void {
		this.#judged("jumped");
		this.#check?.askSoon();
		const hoursMs = Math.round(aheadMs / HOUR_MS) * HOUR_MS;
		if (Math.abs(aheadMs - hoursMs) <= AGREE_MS) {
			// No clock that is put right moves by whole hours. Its minutes are still worth following.
			this.#follow(this.#meter.offsetMs - hoursMs, this.#source, nowMs);
		} else if (this.#meter.steadyMs >= FOLLOW_JUMP_MS && this.#isSeasonFitting && !this.#mayServerSpeak(nowMs)) {
			this.#believe(this.#meter.offsetMs, nowMs);
		}
	}

	#mayServerSpeak(nowMs: number): boolean {
		if (this.#check === undefined) return false;
		if (!Number.isNaN(this.#pendingMs) && nowMs - this.#pendingAtMs <= PENDING_MS) return true;
		return nowMs - this.#startedMs < CHANCE_MS;
	}

	/** @returns true while another answer is wanted. */
	#onAnswer(utcMs: number): boolean {
		const nowMs = this.#options.clock.monotonicMs();
		if (!this.#isPlausible(utcMs)) return true;
		const answerMs = utcMs - nowMs;
		const meterMs = this.#meter.steadyMs >= STEADY_MS ? this.#meter.offsetMs : Number.NaN;
		const hasWitness =
			agree(answerMs, meterMs, AGREE_MS) ||
			agree(answerMs, this.#offsetMs, AGREE_MS) ||
			agree(answerMs, this.#pendingMs, ANSWERS_AGREE_MS);
		if (!hasWitness) {
			this.#pendingMs = answerMs;
			this.#pendingAtMs = nowMs;
			return true;
		}
		this.#pendingMs = Number.NaN;
		this.#referenceMs = answerMs;
		this.#referenceAtMs = nowMs;
		if (Number.isNaN(meterMs) || this.#meter.silentMs(nowMs) > SILENT_MS) this.#follow(answerMs, "server", nowMs);
		else this.#judge(nowMs);
		return false;
	}

	/** Moves the wall clock to where a clock says that it should be, by the rules of the class. */
	#follow(targetMs: number, source: TimeSource, nowMs: number): void {
		const { wallClock, log } = this.#options;
		const changeMs = Math.abs(targetMs - this.#offsetMs);
		if (changeMs > AGREE_MS) {
			if (nowMs - this.#steppedAtMs < STEP_PAUSE_MS) return;
			this.#steppedAtMs = nowMs;
			this.#steps++;
			log.warn(`the clock was wrong by ${Math.round(changeMs / SECOND_MS)} s: set from the ${source}`);
		} else if (Number.isNaN(changeMs)) {
			log.info(`the time is known from the ${source}`);
		}
		this.#source = source;
		if (changeMs <= LEAVE_MS) return;
		this.#offsetMs = targetMs;
		wallClock.setUtcMs(nowMs + targetMs);
	}

	#judged(meterClock: MeterClock): void {
		if (meterClock === this.#meterClock) return;
		if (
			meterClock === "wrong" ||
			meterClock === "jumped" ||
			meterClock === "doubtful" ||
			meterClock === "implausible"
		) {
			this.#options.log.warn(`the meter's clock is ${meterClock}`);
		}
		this.#meterClock = meterClock;
	}
}

/** False when one of them is NaN. */
function agree(aMs: number, bMs: number, withinMs: number): boolean {
	return Math.abs(aMs - bMs) <= withinMs;
}
