import { FIELD } from "./obis-table.js";
import type { Reading } from "./reading.js";

/** The slots of two directions of a quantity, and of their difference for meters that send that instead. */
export interface NetSlots {
	readonly import: number;
	readonly export: number;
	/** Absent: no meter sends it. */
	readonly net?: number;
}

/** The slots of one phase. */
export interface PhaseSlots {
	readonly voltage_mV: number;
	readonly current_mA: number;
	readonly power_W: NetSlots;
	readonly reactivePower_var: NetSlots;
	readonly apparentPower_VA: NetSlots;
	readonly powerFactor: number;
}

function phase(n: 1 | 2 | 3): PhaseSlots {
	const power: NetSlots = {
		import: FIELD[`powerImportL${n}_W`],
		export: FIELD[`powerExportL${n}_W`],
		net: FIELD[`powerNetL${n}_W`],
	};
	return Object.freeze({
		voltage_mV: FIELD[`voltageL${n}_mV`],
		current_mA: FIELD[`currentL${n}_mA`],
		power_W: Object.freeze(power),
		reactivePower_var: Object.freeze({
			import: FIELD[`reactivePowerImportL${n}_var`],
			export: FIELD[`reactivePowerExportL${n}_var`],
		}),
		apparentPower_VA: Object.freeze({
			import: FIELD[`apparentPowerImportL${n}_VA`],
			export: FIELD[`apparentPowerExportL${n}_VA`],
		}),
		powerFactor: FIELD[`powerFactorL${n}`],
	});
}

/** L1, L2, L3. */
export const PHASES: readonly PhaseSlots[] = Object.freeze([phase(1), phase(2), phase(3)]);

/** Active power of all phases together. */
export const POWER_W: NetSlots = Object.freeze({
	import: FIELD.powerImport_W,
	export: FIELD.powerExport_W,
	net: FIELD.powerNet_W,
});

/** Reactive power of all phases together. */
export const REACTIVE_POWER_VAR: NetSlots = Object.freeze({
	import: FIELD.reactivePowerImport_var,
	export: FIELD.reactivePowerExport_var,
});

/** Apparent power of all phases together. */
export const APPARENT_POWER_VA: NetSlots = Object.freeze({
	import: FIELD.apparentPowerImport_VA,
	export: FIELD.apparentPowerExport_VA,
});

/**
 * Import minus export, so negative while energy is delivered to the grid; undefined when the meter does not say. A meter
 * that sends import alone does not measure export: then it is none. One that sends export alone says nothing of the net.
 */
export function netOf(reading: Reading, slots: NetSlots): number | undefined {
	const imported = reading.get(slots.import);
	if (imported !== undefined) return imported - (reading.get(slots.export) ?? 0);
	return slots.net === undefined ? undefined : reading.get(slots.net);
}

/** Import plus export, of which one is 0, as apparent power has no sign; undefined when the meter sends neither. */
export function magnitudeOf(reading: Reading, slots: NetSlots): number | undefined {
	const imported = reading.get(slots.import);
	const exported = reading.get(slots.export);
	return imported === undefined ? exported : imported + (exported ?? 0);
}

/** Tariffs of a cumulative register: D.8.1 to D.8.4 follow D.8.0 in the table. */
const TARIFFS = 4;

/**
 * A cumulative register over all tariffs: the total where the meter sends it, else the sum of its tariffs (Dutch and
 * Belgian meters have no total: P1 Companion Standard 5.0.2 §6.12); undefined when it sends neither.
 * @param slot - of the total, for example `FIELD.energyImport_Wh`.
 */
export function registerTotal(reading: Reading, slot: number): number | undefined {
	const total = reading.get(slot);
	if (total !== undefined) return total;
	let sum: number | undefined;
	for (let tariff = slot + 1; tariff <= slot + TARIFFS; tariff++) {
		const value = reading.get(tariff);
		if (value !== undefined) sum = (sum ?? 0) + value;
	}
	return sum;
}

/** True when the telegram has any value of a phase. */
function hasPhase(reading: Reading, slots: PhaseSlots): boolean {
	const { voltage_mV, current_mA, power_W, reactivePower_var, apparentPower_VA, powerFactor } = slots;
	return (
		reading.get(current_mA) !== undefined ||
		reading.get(voltage_mV) !== undefined ||
		hasNet(reading, power_W) ||
		hasNet(reading, reactivePower_var) ||
		hasNet(reading, apparentPower_VA) ||
		reading.get(powerFactor) !== undefined
	);
}

function hasNet(reading: Reading, { import: imported, export: exported, net }: NetSlots): boolean {
	return (
		reading.get(imported) !== undefined ||
		reading.get(exported) !== undefined ||
		(net !== undefined && reading.get(net) !== undefined)
	);
}

/** The phases that a telegram has values of, as bits 0 to 2. */
function phasesOf(reading: Reading): number {
	let phases = 0;
	for (let i = 0; i < PHASES.length; i++) if (hasPhase(reading, PHASES[i] as PhaseSlots)) phases |= 1 << i;
	return phases;
}

/**
 * Tells a phase that is not there from one whose values are missing. A meter with one phase sends the rows of L1 and
 * nothing at all of the others (telegrams/nl-v5/iskra-m550e-a.txt): no current can flow there. A phase that was seen once
 * is there for good, whatever later telegrams leave out.
 */
export class GridPhases {
	#seen = 0;
	#here = 0;

	/** Call it with each reading that is used, before asking. */
	observe(reading: Reading): void {
		this.#here = phasesOf(reading);
		this.#seen |= this.#here;
	}

	/** True when the house has no such phase. @param index - 0 to 2. */
	isUnconnected(index: number): boolean {
		return this.#here !== 0 && ((this.#seen >> index) & 1) === 0;
	}
}
