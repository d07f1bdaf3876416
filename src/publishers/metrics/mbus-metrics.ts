import { literal } from "../../core/literal.js";
import { MBUS_CHANNELS, MBUS_FIELD, mbusSlot } from "../../core/obis-table.js";
import { mbusMedium } from "../../core/reading-json.js";
import { UNIT } from "../../core/units.js";
import type { Exposition } from "./exposition.js";
import { counter, gauge } from "./family.js";
import { BASE_DECIMALS, type MeterSnapshot } from "./meter-snapshot.js";

const VOLUME = counter("p1_mbus_volume_cubic_meters_total", "Register of a gas or water meter on the M-Bus.");
const ENERGY = counter("p1_mbus_energy_joules_total", "Register of a heat or electricity meter on the M-Bus.");
const READ_AT = gauge("p1_mbus_register_timestamp_seconds", "When the M-Bus register was read; its own time.");
const VALVE = gauge("p1_mbus_valve_state", "Position of the valve of an M-Bus device, as the meter numbers it.");

const CHANNEL = literal('{channel="');
const MEDIUM = literal('",medium=');
const END = literal("}");
const END_OF_CHANNEL = literal('"}');
/** In the order of preference, as the reading's JSON has it. */
const REGISTERS = Object.freeze([
	MBUS_FIELD.register_dm3,
	MBUS_FIELD.registerUnconverted_dm3,
	MBUS_FIELD.registerDsmr3_dm3,
]);

/** Writes the registers of the M-Bus devices. */
export function writeMbusMetrics(out: Exposition, snapshot: MeterSnapshot): void {
	out.open(VOLUME);
	for (let channel = 1; channel <= MBUS_CHANNELS; channel++) writeRegister(out, snapshot, channel, UNIT.dm3);
	out.open(ENERGY);
	for (let channel = 1; channel <= MBUS_CHANNELS; channel++) {
		writeRegister(out, snapshot, channel, UNIT.kJ);
		writeRegister(out, snapshot, channel, UNIT.Wh);
	}
	out.open(READ_AT);
	for (let channel = 1; channel <= MBUS_CHANNELS; channel++) {
		const slot = registerSlot(snapshot, channel);
		if (slot !== undefined) writeSample(out, snapshot, channel, snapshot.get(slot + 1, UNIT.time), UNIT.time);
	}
	out.open(VALVE);
	for (let channel = 1; channel <= MBUS_CHANNELS; channel++) {
		const state = snapshot.get(mbusSlot(channel, MBUS_FIELD.valveState), UNIT.one);
		writeSample(out, snapshot, channel, state, UNIT.one);
	}
}

function writeRegister(out: Exposition, snapshot: MeterSnapshot, channel: number, unit: number): void {
	const slot = registerSlot(snapshot, channel);
	if (slot !== undefined) writeSample(out, snapshot, channel, snapshot.get(slot, unit), unit);
}

/** The first of a channel's registers that has a value. */
function registerSlot(snapshot: MeterSnapshot, channel: number): number | undefined {
	for (let i = 0; i < REGISTERS.length; i++) {
		const slot = mbusSlot(channel, REGISTERS[i] as number);
		if ((snapshot.get(slot, UNIT.dm3) ?? snapshot.get(slot, UNIT.kJ) ?? snapshot.get(slot, UNIT.Wh)) !== undefined) {
			return slot;
		}
	}
	return undefined;
}

function writeSample(
	out: Exposition,
	snapshot: MeterSnapshot,
	channel: number,
	value: number | undefined,
	unit: number,
): void {
	if (value === undefined) return;
	out.beginSample();
	out.literal(CHANNEL);
	out.byte(48 + channel);
	const medium = mbusMedium(snapshot.get(mbusSlot(channel, MBUS_FIELD.deviceType), UNIT.one) ?? -1);
	if (medium === undefined) {
		out.literal(END_OF_CHANNEL);
	} else {
		out.literal(MEDIUM);
		out.labelText(medium);
		out.literal(END);
	}
	out.endSample(value, BASE_DECIMALS[unit]);
}
