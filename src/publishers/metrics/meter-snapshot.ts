import { fixedMemory } from "../../core/fixed-memory.js";
import { SLOTS } from "../../core/obis-table.js";
import { READING_BYTES } from "../../core/reading.js";
import { UNIT } from "../../core/units.js";
import type { MeterView } from "../api/views.js";

/** From the kept unit to the base unit, by {@link UNIT}; before the decimals of {@link BASE_DECIMALS} are set. */
const BASE_FACTOR = new Float64Array(UNIT.text + 1).fill(1);
/** Decimals of the scaled integer, by {@link UNIT}. */
export const BASE_DECIMALS = new Uint8Array(UNIT.text + 1);

for (const unit of [UNIT.Wh, UNIT.varh, UNIT.VAh]) BASE_FACTOR[unit] = 3600;
BASE_FACTOR[UNIT.kJ] = 1000;
for (const unit of [UNIT.mV, UNIT.mA, UNIT.mHz, UNIT.dm3, UNIT.milli, UNIT.time]) BASE_DECIMALS[unit] = 3;

/**
 * The numbers of one reading, kept while an answer is on its way: no scrape is ever a mix of two readings. There is one for
 * all scrapes. A fresh reading is taken when a scrape begins, so one that is still under way then, with an older reading, is
 * broken off.
 */
export class MeterSnapshot {
	readonly #values = new Float64Array(fixedMemory(READING_BYTES), 0, SLOTS);
	readonly #units = new Uint8Array(this.#values.buffer, this.#values.byteLength, SLOTS);
	#sequence = -1;
	#generation = 0;

	/** Counts the readings that were taken. */
	get generation(): number {
		return this.#generation;
	}

	/** Takes the meter's reading unless it is there already; none when it is stale, so that the series end. */
	take(meter: MeterView): void {
		const reading = meter.stale ? undefined : meter.reading;
		const sequence = reading?.sequence ?? 0;
		if (sequence === this.#sequence) return;
		this.#sequence = sequence;
		this.#generation++;
		if (reading === undefined) {
			this.#units.fill(UNIT.absent);
			return;
		}
		this.#values.set(reading.values);
		this.#units.set(reading.units);
	}

	/**
	 * The value of a slot in the base unit, times 10 to the power {@link BASE_DECIMALS}: a whole number. Undefined when it is
	 * absent, in another unit than `unit`, or too large to be exact.
	 */
	get(slot: number, unit: number): number | undefined {
		if (this.#units[slot] !== unit) return undefined;
		const value = (this.#values[slot] as number) * (BASE_FACTOR[unit] as number);
		return Number.isSafeInteger(value) ? value : undefined;
	}
}
