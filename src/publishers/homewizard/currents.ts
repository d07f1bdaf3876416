import { netOf, PHASES, type PhaseSlots, POWER_W } from "../../core/grid.js";
import type { Reading } from "../../core/reading.js";

/**
 * The currents of a reading in mA with the sign of their power, from L1 on without a gap: SmartEVSE counts the members and
 * takes the first ones for L1, L2, L3 (network_common.cpp). Either all phases that the meter measures are known, with
 * their direction, or none is told.
 */
export class SignedCurrents {
	readonly #values = new Float64Array(PHASES.length);
	#phases = 0;

	/** Phases that are known, 0 to 3. */
	get phases(): number {
		return this.#phases;
	}

	/** @param phase - 0 for L1, below {@link phases}. @returns mA, negative while the phase delivers to the grid. */
	of(phase: number): number {
		return this.#values[phase] as number;
	}

	/** Sum of the magnitudes in mA, as the real device has it (capture in evcc meter/homewizard/types_test.go). */
	get sum(): number {
		let sum = 0;
		for (let i = 0; i < this.#phases; i++) sum += Math.abs(this.of(i));
		return sum;
	}

	/** Takes the currents of a reading. */
	read(reading: Reading): void {
		this.#phases = 0;
		let phases = 0;
		for (let i = 0; i < PHASES.length; i++) {
			const slots = PHASES[i] as PhaseSlots;
			const current_mA = reading.get(slots.current_mA);
			if (current_mA === undefined) continue;
			const signed = signedCurrent(reading, current_mA, slots);
			if (signed === undefined || i !== phases) return;
			this.#values[phases++] = signed;
		}
		this.#phases = phases;
	}
}

/** Meters send magnitudes. Where a phase has no power of its own, the total's sign holds only if there is one phase. */
function signedCurrent(reading: Reading, current_mA: number, { power_W }: PhaseSlots): number | undefined {
	if (current_mA === 0) return 0;
	const power = netOf(reading, power_W) ?? (hasOnePhase(reading) ? netOf(reading, POWER_W) : undefined);
	if (power === undefined) return undefined;
	return power < 0 ? -Math.abs(current_mA) : Math.abs(current_mA);
}

function hasOnePhase(reading: Reading): boolean {
	for (let i = 1; i < PHASES.length; i++) {
		const { current_mA, voltage_mV } = PHASES[i] as PhaseSlots;
		if (reading.get(current_mA) !== undefined || reading.get(voltage_mV) !== undefined) return false;
	}
	return true;
}
