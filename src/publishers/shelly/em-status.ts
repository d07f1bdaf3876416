import {
	APPARENT_POWER_VA,
	type GridPhases,
	magnitudeOf,
	netOf,
	PHASES,
	type PhaseSlots,
	POWER_W,
	registerTotal,
} from "../../core/grid.js";
import type { JsonWriter } from "../../core/json-writer.js";
import { literal } from "../../core/literal.js";
import { FIELD } from "../../core/obis-table.js";
import type { Reading } from "../../core/reading.js";

const PHASE_LETTERS = ["a", "b", "c"] as const;

function names(suffix: string): readonly Uint8Array[] {
	return Object.freeze(PHASE_LETTERS.map((letter) => literal(`${letter}_${suffix}`)));
}

const NAME = Object.freeze({
	id: literal("id"),
	current: names("current"),
	voltage: names("voltage"),
	actPower: names("act_power"),
	aprtPower: names("aprt_power"),
	pf: names("pf"),
	freq: names("freq"),
	neutralCurrent: literal("n_current"),
	totalCurrent: literal("total_current"),
	totalActPower: literal("total_act_power"),
	totalAprtPower: literal("total_aprt_power"),
	userCalibratedPhase: literal("user_calibrated_phase"),
	totalAct: literal("total_act"),
	totalActRet: literal("total_act_ret"),
});
const POINT_ZERO = literal(".0");

/**
 * The result of EM.GetStatus: what a Shelly Pro 3EM measures now. Values that the meter does not send are null, which the
 * API allows; a phase that the house does not have reads 0.
 * @param needsCurrents - Refuses rather than writing a current as null: chargers take null for 0 (evcc meter/shelly/gen2.go).
 * @param phases - have observed this reading.
 * @returns false, with something written, when the meter does not send what is needed.
 * @see https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/EM (1.0)
 */
export function writeEmStatus(
	writer: JsonWriter,
	reading: Reading,
	phases: GridPhases,
	needsCurrents: boolean,
): boolean {
	const power = netOf(reading, POWER_W);
	if (power === undefined) return false;
	writer.openObject();
	writer.literalName(NAME.id);
	writer.number(0);
	let current_mA: number | undefined = 0;
	for (let phase = 0; phase < PHASES.length; phase++) {
		const phaseCurrent_mA = writePhase(writer, reading, phase, phases.isUnconnected(phase));
		current_mA = current_mA === undefined || phaseCurrent_mA === undefined ? undefined : current_mA + phaseCurrent_mA;
	}
	if (needsCurrents && current_mA === undefined) return false;
	writeValue(writer, NAME.neutralCurrent, reading.get(FIELD.currentNeutral_mA), 3);
	writeValue(writer, NAME.totalCurrent, current_mA, 3);
	writeValue(writer, NAME.totalActPower, power, 0);
	writeValue(writer, NAME.totalAprtPower, magnitudeOf(reading, APPARENT_POWER_VA), 0);
	writer.literalName(NAME.userCalibratedPhase);
	writer.openArray();
	writer.closeArray();
	writer.closeObject();
	return true;
}

/**
 * The result of EMData.GetStatus: the energy registers in Wh. A P1 port has none for each phase, so their names are not there.
 * @returns false when the meter sends no import or no export register.
 * @see https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/EMData (1.0)
 */
export function writeEmDataStatus(writer: JsonWriter, reading: Reading): boolean {
	const importWh = registerTotal(reading, FIELD.energyImport_Wh);
	const exportWh = registerTotal(reading, FIELD.energyExport_Wh);
	if (importWh === undefined || exportWh === undefined) return false;
	writer.openObject();
	writer.literalName(NAME.id);
	writer.number(0);
	writeValue(writer, NAME.totalAct, importWh, 0);
	writeValue(writer, NAME.totalActRet, exportWh, 0);
	writer.closeObject();
	return true;
}

/** @returns the phase's current in mA; undefined when it is not known. */
function writePhase(writer: JsonWriter, reading: Reading, phase: number, isUnconnected: boolean): number | undefined {
	const slots = PHASES[phase] as PhaseSlots;
	const none = isUnconnected ? 0 : undefined;
	const current_mA = reading.get(slots.current_mA) ?? none;
	writeValue(writer, NAME.current[phase] as Uint8Array, current_mA, 3);
	writeValue(writer, NAME.voltage[phase] as Uint8Array, reading.get(slots.voltage_mV) ?? none, 3);
	writeValue(writer, NAME.actPower[phase] as Uint8Array, netOf(reading, slots.power_W) ?? none, 0);
	const apparentPower_VA = magnitudeOf(reading, slots.apparentPower_VA) ?? none;
	writeValue(writer, NAME.aprtPower[phase] as Uint8Array, apparentPower_VA, 0);
	writeValue(writer, NAME.pf[phase] as Uint8Array, reading.get(slots.powerFactor), 3);
	writeValue(writer, NAME.freq[phase] as Uint8Array, reading.get(FIELD.frequency_mHz), 3);
	return current_mA;
}

/** A number always has a decimal point: batteries stumble over one without (AstraMeter shelly.py, P1 dongles' ShellyEmu.h). */
function writeValue(writer: JsonWriter, name: Uint8Array, value: number | undefined, decimals: number): void {
	writer.literalName(name);
	if (value === undefined) {
		writer.null();
		return;
	}
	writer.number(value, decimals);
	if (value % 10 ** decimals === 0) writer.literal(POINT_ZERO);
}
