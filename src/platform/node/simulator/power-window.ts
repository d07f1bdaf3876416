import { FIELD } from "../../../core/obis-table.js";
import type { TelegramValues } from "../../../core/telegram-values.js";
import type { HouseSample } from "./house.js";

const PHASES = [
	{
		powerImport: FIELD.powerImportL1_W,
		powerExport: FIELD.powerExportL1_W,
		reactiveImport: FIELD.reactivePowerImportL1_var,
		reactiveExport: FIELD.reactivePowerExportL1_var,
		apparentImport: FIELD.apparentPowerImportL1_VA,
		apparentExport: FIELD.apparentPowerExportL1_VA,
		powerFactor: FIELD.powerFactorL1,
		voltage: FIELD.voltageL1_mV,
		averageVoltage: FIELD.averageVoltageL1_mV,
		current: FIELD.currentL1_mA,
	},
	{
		powerImport: FIELD.powerImportL2_W,
		powerExport: FIELD.powerExportL2_W,
		reactiveImport: FIELD.reactivePowerImportL2_var,
		reactiveExport: FIELD.reactivePowerExportL2_var,
		apparentImport: FIELD.apparentPowerImportL2_VA,
		apparentExport: FIELD.apparentPowerExportL2_VA,
		powerFactor: FIELD.powerFactorL2,
		voltage: FIELD.voltageL2_mV,
		averageVoltage: FIELD.averageVoltageL2_mV,
		current: FIELD.currentL2_mA,
	},
	{
		powerImport: FIELD.powerImportL3_W,
		powerExport: FIELD.powerExportL3_W,
		reactiveImport: FIELD.reactivePowerImportL3_var,
		reactiveExport: FIELD.reactivePowerExportL3_var,
		apparentImport: FIELD.apparentPowerImportL3_VA,
		apparentExport: FIELD.apparentPowerExportL3_VA,
		powerFactor: FIELD.powerFactorL3,
		voltage: FIELD.voltageL3_mV,
		averageVoltage: FIELD.averageVoltageL3_mV,
		current: FIELD.currentL3_mA,
	},
] as const;

/** Sums over the seconds since the telegram before. */
export class PowerWindow {
	seconds = 0;
	readonly #active = new Float64Array(3);
	readonly #reactive = new Float64Array(3);
	readonly #voltage = new Float64Array(3);
	#frequency = 0;

	add(sample: HouseSample): void {
		this.seconds++;
		for (let phase = 0; phase < 3; phase++) {
			(this.#active[phase] as number) += sample.activeMw[phase] as number;
			(this.#reactive[phase] as number) += sample.reactiveMvar[phase] as number;
			(this.#voltage[phase] as number) += sample.voltageMv[phase] as number;
		}
		this.#frequency += sample.frequencyMhz;
	}

	clear(): void {
		this.seconds = 0;
		this.#active.fill(0);
		this.#reactive.fill(0);
		this.#voltage.fill(0);
		this.#frequency = 0;
	}

	/** Means of a phase, 0 to 2, in W, var and V; not rounded. */
	activeW(phase: number): number {
		return (this.#active[phase] as number) / this.seconds / 1000;
	}

	reactiveVar(phase: number): number {
		return (this.#reactive[phase] as number) / this.seconds / 1000;
	}

	volts(phase: number): number {
		return (this.#voltage[phase] as number) / this.seconds / 1000;
	}

	get frequencyMhz(): number {
		return this.#frequency / this.seconds;
	}
}

/** Splits a signed value over the slots of its two directions. */
function setDirections(values: TelegramValues, positiveSlot: number, negativeSlot: number, value: number): void {
	values.set(positiveSlot, value > 0 ? Math.round(value) : 0);
	values.set(negativeSlot, value < 0 ? Math.round(-value) : 0);
}

/** Thousandths; 1 where nothing flows, negative on export. */
function powerFactorMilli(activeW: number, apparentVa: number): number {
	return apparentVa < 0.5 ? 1000 : Math.round((activeW / apparentVa) * 1000);
}

/** Fills in the powers, voltages and currents of a window; nothing while it is empty. Currents have no sign, as on P1 ports. */
export function setPowers(values: TelegramValues, window: PowerWindow): void {
	if (window.seconds === 0) return;
	let totalW = 0;
	let totalVar = 0;
	for (const [phase, slots] of PHASES.entries()) {
		const activeW = window.activeW(phase);
		const reactiveVar = window.reactiveVar(phase);
		const apparentVa = Math.hypot(activeW, reactiveVar);
		const volts = window.volts(phase);
		totalW += activeW;
		totalVar += reactiveVar;
		setDirections(values, slots.powerImport, slots.powerExport, activeW);
		setDirections(values, slots.reactiveImport, slots.reactiveExport, reactiveVar);
		setDirections(values, slots.apparentImport, slots.apparentExport, activeW < 0 ? -apparentVa : apparentVa);
		values.set(slots.powerFactor, powerFactorMilli(activeW, apparentVa));
		values.set(slots.voltage, Math.round(volts * 1000));
		values.set(slots.averageVoltage, Math.round(volts * 1000));
		values.set(slots.current, Math.round((apparentVa / volts) * 1000));
	}
	const totalVa = Math.hypot(totalW, totalVar);
	setDirections(values, FIELD.powerImport_W, FIELD.powerExport_W, totalW);
	setDirections(values, FIELD.averagePowerImport_W, FIELD.averagePowerExport_W, totalW);
	setDirections(values, FIELD.reactivePowerImport_var, FIELD.reactivePowerExport_var, totalVar);
	setDirections(values, FIELD.apparentPowerImport_VA, FIELD.apparentPowerExport_VA, totalW < 0 ? -totalVa : totalVa);
	const quadrant1or4 = totalW >= 0;
	const absoluteVar = Math.round(Math.abs(totalVar));
	values.set(FIELD.reactivePowerQuadrant1_var, quadrant1or4 && totalVar >= 0 ? absoluteVar : 0);
	values.set(FIELD.reactivePowerQuadrant2_var, !quadrant1or4 && totalVar >= 0 ? absoluteVar : 0);
	values.set(FIELD.reactivePowerQuadrant3_var, !quadrant1or4 && totalVar < 0 ? absoluteVar : 0);
	values.set(FIELD.reactivePowerQuadrant4_var, quadrant1or4 && totalVar < 0 ? absoluteVar : 0);
	values.set(FIELD.powerFactor, powerFactorMilli(totalW, totalVa));
	const absoluteW = Math.round(Math.abs(totalW));
	values.set(FIELD.powerAbsolute_W, absoluteW);
	values.set(FIELD.averagePowerAbsolute_W, absoluteW);
	values.set(FIELD.averagePowerNet_W, totalW < 0 ? -absoluteW : absoluteW);
	values.set(FIELD.frequency_mHz, Math.round(window.frequencyMhz));
}
