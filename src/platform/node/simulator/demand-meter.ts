import type { TimeRule } from "../../../core/timestamp.js";
import { randomAt } from "./noise.js";
import { monthStartMs, timeStamp } from "./time-stamp.js";

const QUARTER_S = 900;
/** Months that a Belgian meter remembers (e-MUCS_P1 1.7.1). */
const MONTHS = 13;
const STREAM = 3000;

interface Peak {
	/** End of the month it belongs to; local midnight. */
	readonly monthEndMs: number;
	/** End of the quarter of an hour. */
	readonly atMs: number;
	readonly watts: number;
}

/** Counts the quarter-hour demand and its monthly peaks, as Belgian meters do. */
export class DemandMeter {
	readonly #rule: TimeRule;
	readonly #history: Peak[] = [];
	#quarterMws = 0;
	#peakW: number;
	#peakAtMs: number;
	#monthEndMs: number;

	/** @param seed - Makes up the months before the start. */
	constructor(startUtcMs: number, rule: TimeRule, seed: number) {
		this.#rule = rule;
		for (let months = MONTHS; months > 0; months--) {
			const monthEndMs = monthStartMs(startUtcMs, months - 1, rule);
			const monthMs = monthEndMs - monthStartMs(startUtcMs, months, rule);
			const quartersBeforeEnd = Math.floor(randomAt(seed, STREAM, months) * (monthMs / 1000 / QUARTER_S));
			this.#history.push({
				monthEndMs,
				atMs: monthEndMs - quartersBeforeEnd * QUARTER_S * 1000,
				watts: Math.round(4000 + 8000 * randomAt(seed, STREAM + 1, months)),
			});
		}
		this.#monthEndMs = monthStartMs(startUtcMs, -1, rule);
		this.#peakW = Math.round(1500 + 1000 * randomAt(seed, STREAM, 0));
		this.#peakAtMs = Math.floor(startUtcMs / 1000 / QUARTER_S) * QUARTER_S * 1000;
	}

	/**
	 * Watts that the running quarter would average if nothing more were drawn: 0 at its start, the full demand at its end
	 * (1-0:1.4.0).
	 */
	get demandW(): number {
		return Math.floor(this.#quarterMws / QUARTER_S / 1000);
	}

	/** Watts of this month's highest quarter, and when that ended (1-0:1.6.0). */
	get peakW(): number {
		return this.#peakW;
	}

	get peakAtMs(): number {
		return this.#peakAtMs;
	}

	/** The peaks of the months before, as 0-0:98.1.0 has them. */
	get historyLog(): string {
		let log = `(${this.#history.length})(1-0:1.6.0)(1-0:1.6.0)`;
		for (const { monthEndMs, atMs, watts } of this.#history) {
			const kilowatts = (watts / 1000).toFixed(3).padStart(6, "0");
			log += `(${timeStamp(monthEndMs, this.#rule)})(${timeStamp(atMs, this.#rule)})(${kilowatts}*kW)`;
		}
		return log;
	}

	/** One second of import has passed. @param endMs - When it ended. */
	addSecond(importMw: number, endMs: number): void {
		this.#quarterMws += importMw;
		if ((endMs / 1000) % QUARTER_S !== 0) return;
		const watts = this.demandW;
		this.#quarterMws = 0;
		if (watts > this.#peakW) {
			this.#peakW = watts;
			this.#peakAtMs = endMs;
		}
		if (endMs < this.#monthEndMs) return;
		this.#history.push({ monthEndMs: this.#monthEndMs, atMs: this.#peakAtMs, watts: this.#peakW });
		this.#history.shift();
		this.#monthEndMs = monthStartMs(endMs, -1, this.#rule);
		this.#peakW = 0;
		this.#peakAtMs = endMs;
	}
}
