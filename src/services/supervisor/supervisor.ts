import type { Clock, TimerHandle, Timers } from "../../ports/clock.js";
import type { Log } from "../../ports/log.js";
import type { MeterListener } from "../meter.js";
import type { Led } from "./led.js";
import { DONGLE_STATES, type DongleState } from "./led-patterns.js";
import { RETRY, type RestartLog } from "./restarts.js";

const TICK_MS = 1000;
/** Restarts that nobody planned are written down at once, but those of the supply only when it has lasted. */
const SUPPLY_SETTLED_MS = 30_000;
/** Telegrams come and our timer has not run for so long: timers are dead, and only this notices. */
const DEAD_TIMERS_MS = 120_000;
const DEAD_TIMERS = "stuck-timers";
/** Whatever crashes has done so by now: after so long a run is a good one, and a safe start has been long enough. */
export const GOOD_RUN_MS = 3_600_000;
/** Each restart in a row makes it more patient, up to a day. */
const LONGEST_PATIENCE_MS = 86_400_000;

/** Something without which the dongle is of no use, and which a restart may mend. */
export type Vital = {
	/** Cause of the restart: "stuck-" and at most 14 characters. */
	readonly cause: string;
	/** How long it may be unwell. */
	readonly patienceMs: number;
	/** What each such restart in a row multiplies that by. */
	readonly growth: number;
	isWell(): boolean;
};

export type SupervisorOptions = {
	readonly clock: Clock;
	readonly timers: Timers;
	readonly log: Log;
	readonly restarts: RestartLog;
	readonly led: Led;
	/** What is the case; asked once a second. "good" is what is left. */
	readonly isCase: { readonly [State in Exclude<DongleState, "good">]: () => boolean };
	readonly vitals: readonly Vital[];
	/** True while a restart would do harm: an update is being written, somebody sets the dongle up. */
	isBusy(): boolean;
	/** Ends the program and starts it again; without timers there is no farewell. */
	restart(hasTimers: boolean): void;
};

/**
 * Knows how the dongle does: shows it, and restarts it when something is stuck beyond repair, each time more patiently, so that
 * it never restarts in a loop. As a listener of the meter it also notices that the timers have died. An hour makes a run a good
 * one; a safe start is then followed by another try.
 */
export class Supervisor implements MeterListener {
	readonly #options: SupervisorOptions;
	readonly #startedMs: number;
	readonly #timer: TimerHandle;
	/** Restarts for something stuck, just before this run. */
	readonly #stuckInARow: number;
	/** Since when each vital has been unwell; NaN: it is well. */
	readonly #unwellSinceMs: number[];
	#state: DongleState = "starting";
	#stateSinceMs: number;
	#tickedAtMs: number;
	#isSaved = false;
	#isSettled = false;
	#isLeaving = false;

	constructor(options: SupervisorOptions) {
		const { clock, timers, restarts, vitals } = options;
		this.#options = options;
		this.#startedMs = clock.monotonicMs();
		this.#stateSinceMs = this.#startedMs;
		this.#tickedAtMs = this.#startedMs;
		this.#stuckInARow = restarts.stuckInARow;
		this.#unwellSinceMs = vitals.map(() => Number.NaN);
		if (!isOfSupply(restarts.restarts[restarts.restarts.length - 1]?.cause)) this.#save();
		this.#timer = timers.every(TICK_MS, () => this.#onTick());
	}

	get state(): DongleState {
		return this.#state;
	}

	/** Whole seconds since the state began. */
	get stateS(): number {
		return Math.floor((this.#options.clock.monotonicMs() - this.#stateSinceMs) / 1000);
	}

	onReading(): void {
		if (this.#options.clock.monotonicMs() - this.#tickedAtMs > DEAD_TIMERS_MS) this.restart(DEAD_TIMERS);
	}

	/** Writes down why, then restarts: the one way out for whoever wants that. Only the first call counts. */
	restart(cause: string): void {
		if (this.#isLeaving) return;
		this.#isLeaving = true;
		const { clock, log, restarts, restart } = this.#options;
		log.warn(`restarting: ${cause}`);
		try {
			restarts.leave(cause, (clock.monotonicMs() - this.#startedMs) / 1000);
		} catch {
			log.warn("the restart could not be written down");
		}
		restart(cause !== DEAD_TIMERS);
	}

	/** Idempotent. */
	close(): void {
		this.#timer.cancel();
	}

	#onTick(): void {
		const nowMs = this.#options.clock.monotonicMs();
		this.#tickedAtMs = nowMs;
		if (!this.#isSaved && nowMs - this.#startedMs >= SUPPLY_SETTLED_MS) this.#save();
		this.#show(this.#judge(), nowMs);
		this.#checkVitals(nowMs);
		if (!this.#isSettled && nowMs - this.#startedMs >= GOOD_RUN_MS) this.#settle();
	}

	#settle(): void {
		const { restarts, isBusy, log } = this.#options;
		if (!restarts.isSafe) {
			this.#isSettled = true;
			try {
				restarts.forgetCrashes();
			} catch {
				log.warn("a good run could not be written down");
			}
		} else if (!isBusy()) this.restart(RETRY);
	}

	#judge(): DongleState {
		const { isCase } = this.#options;
		for (let i = 0; i < DONGLE_STATES.length; i++) {
			const state = DONGLE_STATES[i] as DongleState;
			if (state === "good" || isCase[state]()) return state;
		}
		return "good";
	}

	#show(state: DongleState, nowMs: number): void {
		if (state !== this.#state) {
			this.#state = state;
			this.#stateSinceMs = nowMs;
		}
		this.#options.led.show(state);
	}

	#checkVitals(nowMs: number): void {
		const { vitals, isBusy } = this.#options;
		for (let i = 0; i < vitals.length; i++) {
			const vital = vitals[i] as Vital;
			if (vital.isWell()) {
				this.#unwellSinceMs[i] = Number.NaN;
				continue;
			}
			const sinceMs = this.#unwellSinceMs[i] as number;
			const bearableMs = Math.min(vital.patienceMs * vital.growth ** this.#stuckInARow, LONGEST_PATIENCE_MS);
			if (Number.isNaN(sinceMs)) this.#unwellSinceMs[i] = nowMs;
			else if (nowMs - sinceMs >= bearableMs && !isBusy()) this.restart(vital.cause);
		}
	}

	#save(): void {
		this.#isSaved = true;
		try {
			this.#options.restarts.save();
		} catch {
			this.#options.log.warn("this start could not be written down");
		}
	}
}

function isOfSupply(cause: string | undefined): boolean {
	return cause === "power-on" || cause === "brown-out";
}
