import type { Clock } from "../../ports/clock.js";
import type { KeyValueStore } from "../../ports/key-value-store.js";
import { readPowerHistory, writePowerHistory } from "./power-history.js";
import {
	afterGoodHours,
	afterStart,
	allowedDbm,
	asksForMore,
	neededDbm,
	type PowerHistory,
	startDbm,
	stepAbove,
	stepBelow,
} from "./power-policy.js";
import type { JoinFailure, PowerRecord } from "./types.js";

/** The history is written this often while hours are counted. */
const GOOD_HOURS = 6;
const HOUR_MS = 3_600_000;
/** A link that has needed no more for this long may get along with less. */
const LOWER_AFTER_MS = 24 * HOUR_MS;
/** Weight of the newest RSSI in the smoothed one. */
const SMOOTHING = 0.2;

export type TransmitPowerOptions = {
	readonly clock: Clock;
	readonly store: KeyValueStore;
	/** The owner's ceiling, 2 to 20. */
	readonly settingDbm: number;
	/** The chip's brown-outs since the last power cut, this start included. */
	readonly brownOutCount: number;
	/** Sets the radio; called only with another power than before. */
	apply(powerDbm: number): void;
	/** The store has refused. */
	onFault(error: unknown): void;
};

/** The power that the radio sends with: the policy of power-policy.ts, with its history in flash. */
export class TransmitPower implements PowerRecord {
	readonly #options: TransmitPowerOptions;
	#history: PowerHistory;
	#settingDbm: number;
	#smoothedDbm: number | undefined;
	#doubtfulInARow = 0;
	#lastRaisedMs: number;
	#hoursFromMs: number;

	/** Reads and writes the history: from then on a brown-out is put down to {@link powerDbm}. Does not apply it. */
	constructor(options: TransmitPowerOptions) {
		const { clock, store, settingDbm, brownOutCount } = options;
		this.#options = options;
		this.#settingDbm = settingDbm;
		this.#lastRaisedMs = clock.monotonicMs();
		this.#hoursFromMs = this.#lastRaisedMs;
		const stored = readPowerHistory(store);
		const history = afterStart(stored, brownOutCount);
		const inForceDbm = startDbm(allowedDbm(history, settingDbm));
		this.#history = stored;
		this.#keep({ ...history, inForceDbm });
	}

	/** dBm. */
	get powerDbm(): number {
		return this.#history.inForceDbm;
	}

	/** dBm: the owner's ceiling, less what brown-outs took of it. */
	get ceilingDbm(): number {
		return allowedDbm(this.#history, this.#settingDbm);
	}

	/** In the life of the dongle. */
	get brownOuts(): number {
		return this.#history.brownOuts;
	}

	/** The owner has changed the ceiling. */
	setCeiling(settingDbm: number): void {
		this.#settingDbm = settingDbm;
		this.#set(Math.min(this.powerDbm, this.ceilingDbm));
	}

	/** An attempt or a connection has ended. */
	onEnded(failure: JoinFailure): void {
		if (failure === "radio" || failure === "refused") return;
		const isDoubtful = failure === "wrong-password" || failure === "not-found" || failure === "lost";
		if (isDoubtful) this.#doubtfulInARow++;
		if (asksForMore(isDoubtful, this.#doubtfulInARow)) this.#raise();
	}

	/** To be called every few seconds. @param rssiDbm - undefined while there is no connection. */
	tick(rssiDbm: number | undefined): void {
		const nowMs = this.#options.clock.monotonicMs();
		if (nowMs - this.#hoursFromMs >= GOOD_HOURS * HOUR_MS) {
			this.#hoursFromMs = nowMs;
			this.#keep(afterGoodHours(this.#history, GOOD_HOURS));
		}
		if (rssiDbm === undefined) {
			this.#smoothedDbm = undefined;
			return;
		}
		this.#doubtfulInARow = 0;
		this.#smoothedDbm =
			this.#smoothedDbm === undefined ? rssiDbm : this.#smoothedDbm + SMOOTHING * (rssiDbm - this.#smoothedDbm);
		const needed = neededDbm(this.#smoothedDbm);
		if (this.powerDbm < needed) this.#raise();
		else if (this.powerDbm > needed && nowMs - this.#lastRaisedMs >= LOWER_AFTER_MS) {
			this.#lastRaisedMs = nowMs;
			this.#set(Math.max(needed, stepBelow(this.powerDbm)));
		}
	}

	#raise(): void {
		this.#lastRaisedMs = this.#options.clock.monotonicMs();
		this.#set(stepAbove(this.powerDbm, this.ceilingDbm));
	}

	#set(inForceDbm: number): void {
		if (inForceDbm === this.powerDbm) return;
		// Written first: a brown-out in the next moment is due to the new power.
		this.#keep({ ...this.#history, inForceDbm });
		this.#options.apply(inForceDbm);
	}

	#keep(history: PowerHistory): void {
		const isSame = (Object.keys(history) as (keyof PowerHistory)[]).every((key) => history[key] === this.#history[key]);
		this.#history = history;
		if (isSame) return;
		try {
			writePowerHistory(this.#options.store, history);
		} catch (error) {
			this.#options.onFault(error);
		}
	}
}
