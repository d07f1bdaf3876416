const MWS_PER_WH = 3_600_000;

/** Tariffs that a meter can count apart. */
export const TARIFFS = 4;

/**
 * A cumulative energy register: counts whole watt-hours (or varh) and keeps the rest to itself, as meters do. A full
 * watt-hour goes to the tariff that holds when it is full, so that the total is always the sum of the tariffs
 * (telegrams/lt-other/lt-eso-anonymised.txt).
 */
export class EnergyRegister {
	/** Wh of each tariff; index 0 is tariff 1. */
	readonly tariffsWh = new Float64Array(TARIFFS);
	#restMws = 0;

	get totalWh(): number {
		let total = 0;
		for (let i = 0; i < TARIFFS; i++) total += this.tariffsWh[i] as number;
		return total;
	}

	/** @param milliwattSeconds - Whole, not negative. @param tariff - 1 to {@link TARIFFS}. */
	add(milliwattSeconds: number, tariff: number): void {
		this.#restMws += milliwattSeconds;
		if (this.#restMws < MWS_PER_WH) return;
		const fullWh = Math.floor(this.#restMws / MWS_PER_WH);
		this.#restMws -= fullWh * MWS_PER_WH;
		(this.tariffsWh[tariff - 1] as number) += fullWh;
	}
}
