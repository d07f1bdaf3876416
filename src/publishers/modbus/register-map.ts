import {
	APPARENT_POWER_VA,
	type NetSlots,
	PHASES,
	type PhaseSlots,
	POWER_W,
	REACTIVE_POWER_VAR,
} from "../../core/grid.js";
import { FIELD } from "../../core/obis-table.js";

/**
 * Where a register's value comes from; `per` is how many of the slot's unit make one of the register's:
 * - `slot`: one value, as it is;
 * - `net`: import minus export, see netOf;
 * - `total`: a cumulative register over all tariffs, see registerTotal;
 * - `magnitude`: import plus export, see magnitudeOf;
 * - `factor`: a power factor, with the sign of the power's direction;
 * - `sum`: of other registers, by address.
 */
export type RegisterSource =
	| { readonly kind: "slot" | "total"; readonly slot: number; readonly per: number }
	| { readonly kind: "net" | "magnitude"; readonly slots: NetSlots; readonly per: number }
	| { readonly kind: "factor"; readonly slot: number; readonly power: NetSlots; readonly per: number }
	| { readonly kind: "sum"; readonly of: readonly number[] };

/** A value of the map: two registers, a float32 with its high word first. */
export interface RegisterRow {
	/** Of the first register, from 0: 30001 in Eastron's numbering is 0. Even. */
	readonly address: number;
	/** As Eastron names it. */
	readonly name: string;
	readonly unit: "V" | "A" | "W" | "VA" | "VAr" | "Hz" | "kWh" | "kVArh" | "";
	readonly source: RegisterSource;
	/** 0 to 2 for a value of one phase. */
	readonly phase?: number;
	/** A charger or a bill may hang on it: when it is not known, the request is refused, and NaN is no answer. */
	readonly isNeeded: boolean;
}

/** The first address after the map. */
export const MAP_END = 0x017e;
/** Two registers with the serial number, an unsigned 32-bit integer: "Serial number" of Eastron's holding registers. */
export const SERIAL_ADDRESS = 0xfc00;

const MILLI = 1000;
const KILO = 1000;
const WHOLE = 1;

type Quantity = {
	readonly address: number;
	readonly name: string;
	readonly unit: RegisterRow["unit"];
	readonly isNeeded: boolean;
	source(slots: PhaseSlots): RegisterSource;
};

/** What there is of each phase: L1 at `address`, L2 and L3 after it. */
const PHASE_QUANTITIES: readonly Quantity[] = [
	{
		address: 0x0000,
		name: "line to neutral volts",
		unit: "V",
		isNeeded: false,
		source: ({ voltage_mV: slot }) => ({ kind: "slot", slot, per: MILLI }),
	},
	{
		// Without sign, as the meter's own: clients that want one take it from the power (SmartEVSE-3 meter.cpp; evcc
		// core/site.go), and one that is there already they would turn around.
		address: 0x0006,
		name: "current",
		unit: "A",
		isNeeded: true,
		source: ({ current_mA: slot }) => ({ kind: "slot", slot, per: MILLI }),
	},
	{
		address: 0x000c,
		name: "power",
		unit: "W",
		isNeeded: true,
		source: ({ power_W: slots }) => ({ kind: "net", slots, per: WHOLE }),
	},
	{
		address: 0x0012,
		name: "volt amps",
		unit: "VA",
		isNeeded: false,
		source: ({ apparentPower_VA: slots }) => ({ kind: "magnitude", slots, per: WHOLE }),
	},
	{
		address: 0x0018,
		name: "volt amps reactive",
		unit: "VAr",
		isNeeded: false,
		source: ({ reactivePower_var: slots }) => ({ kind: "net", slots, per: WHOLE }),
	},
	{
		address: 0x001e,
		name: "power factor",
		unit: "",
		isNeeded: false,
		source: ({ powerFactor: slot, power_W: power }) => ({ kind: "factor", slot, power, per: MILLI }),
	},
];

const CURRENTS = [0x0006, 0x0008, 0x000a];

type TotalTuple = readonly [
	address: number,
	name: string,
	unit: RegisterRow["unit"],
	isNeeded: boolean,
	source: RegisterSource,
];

const TOTALS: readonly TotalTuple[] = [
	[0x0030, "Sum of line currents", "A", true, { kind: "sum", of: CURRENTS }],
	[0x0034, "Total system power", "W", true, { kind: "net", slots: POWER_W, per: WHOLE }],
	[0x0038, "Total system volt amps", "VA", false, { kind: "magnitude", slots: APPARENT_POWER_VA, per: WHOLE }],
	[0x003c, "Total system VAr", "VAr", false, { kind: "net", slots: REACTIVE_POWER_VAR, per: WHOLE }],
	[
		0x003e,
		"Total system power factor",
		"",
		false,
		{ kind: "factor", slot: FIELD.powerFactor, power: POWER_W, per: MILLI },
	],
	[0x0046, "Frequency of supply voltages", "Hz", false, { kind: "slot", slot: FIELD.frequency_mHz, per: MILLI }],
	[0x0048, "Total import kWh", "kWh", true, { kind: "total", slot: FIELD.energyImport_Wh, per: KILO }],
	[0x004a, "Total export kWh", "kWh", true, { kind: "total", slot: FIELD.energyExport_Wh, per: KILO }],
	[0x004c, "Total import kVArh", "kVArh", false, { kind: "total", slot: FIELD.reactiveEnergyImport_varh, per: KILO }],
	[0x004e, "Total export kVArh", "kVArh", false, { kind: "total", slot: FIELD.reactiveEnergyExport_varh, per: KILO }],
	[0x00e0, "Neutral current", "A", false, { kind: "slot", slot: FIELD.currentNeutral_mA, per: MILLI }],
	[0x0156, "Total kWh", "kWh", true, { kind: "sum", of: [0x0048, 0x004a] }],
	[0x0158, "Total kVArh", "kVArh", false, { kind: "sum", of: [0x004c, 0x004e] }],
];

function phaseRows({ address, name, unit, isNeeded, source }: Quantity): RegisterRow[] {
	return PHASES.map((slots, phase) => ({
		address: address + 2 * phase,
		name: `Phase ${phase + 1} ${name}`,
		unit,
		source: Object.freeze(source(slots)),
		phase,
		isNeeded,
	}));
}

/**
 * The map of an Eastron SDM630 as far as a P1 port can fill it. Its other addresses below {@link MAP_END} (phase angles,
 * demands, line to line volts, distortion, energy of each phase) are not measured by these meters or not told.
 * Addresses, units and signs: Eastron's SDM630Modbus protocol, by way of volkszaehler/mbmd meters/rs485/sdm.go (fb8f9c2),
 * nmakel/sdm_modbus sdm.py (fead352), reaper7/SDM_Energy_Meter SDM.h and SmartEVSE/SmartEVSE-3 meter.cpp (2bc4238).
 */
export const REGISTER_MAP: readonly RegisterRow[] = Object.freeze(
	[
		...PHASE_QUANTITIES.flatMap(phaseRows),
		...TOTALS.map(([address, name, unit, isNeeded, source]) => ({
			address,
			name,
			unit,
			source: Object.freeze(source),
			isNeeded,
		})),
	].map((row) => Object.freeze(row)),
);

const NO_ROW = 0xff;
const rowAt = new Uint8Array(MAP_END / 2).fill(NO_ROW);
for (const [index, { address }] of REGISTER_MAP.entries()) rowAt[address / 2] = index;

/** The row at an even address; undefined where the map has nothing. */
export function rowOf(address: number): RegisterRow | undefined {
	return REGISTER_MAP[rowAt[address / 2] ?? NO_ROW];
}
