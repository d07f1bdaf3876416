import { CivilTime } from "../../core/civil-time.js";
import type { JsonWriter } from "../../core/json-writer.js";
import { literal } from "../../core/literal.js";
import { MBUS_CHANNELS, MBUS_FIELD, mbusSlot } from "../../core/obis-table.js";
import type { Reading } from "../../core/reading.js";
import { UNIT, UNIT_DECIMALS } from "../../core/units.js";
import { EXTERNAL_TYPES, GAS } from "./fields.js";

const NAME = Object.freeze({
	totalGas: literal("total_gas_m3"),
	gasTimestamp: literal("gas_timestamp"),
	gasUniqueId: literal("gas_unique_id"),
	external: literal("external"),
	uniqueId: literal("unique_id"),
	type: literal("type"),
	timestamp: literal("timestamp"),
	value: literal("value"),
	unit: literal("unit"),
});
const CUBIC_METRES = literal("m3");
const GIGAJOULES = literal("GJ");

const REGISTERS = Object.freeze([
	MBUS_FIELD.register_dm3,
	MBUS_FIELD.registerUnconverted_dm3,
	MBUS_FIELD.registerDsmr3_dm3,
]);

/** The API's time stamps have two digits of the year, and Python's %y%m%d… needs both: so no year before 2010. */
const FIRST_YEAR = 2010;
const LAST_YEAR = 2068;

/** A time stamp as the API has it. */
export class Timestamps {
	readonly #civil = new CivilTime();

	/**
	 * @returns YYMMDDhhmmss on the meter's own clock as an integer (a fraction makes HomeWizard's Python library fail);
	 * undefined when there is none, or in a year that cannot be told.
	 */
	of(reading: Reading, slot: number): number | undefined {
		const utcMs = reading.getIn(slot, UNIT.time);
		if (utcMs === undefined) return undefined;
		const civil = this.#civil;
		civil.setUtc(utcMs, reading.profile.time);
		if (civil.year < FIRST_YEAR || civil.year > LAST_YEAR) return undefined;
		const date = (civil.year % 100) * 10_000 + civil.month * 100 + civil.day;
		return date * 1_000_000 + civil.hour * 10_000 + civil.minute * 100 + civil.second;
	}
}

/** Slot of the channel's register, -1 when it has none in a unit of the API. */
function registerOf(reading: Reading, channel: number): number {
	for (let i = 0; i < REGISTERS.length; i++) {
		const slot = mbusSlot(channel, REGISTERS[i] as number);
		if (reading.units[slot] === UNIT.dm3 || reading.units[slot] === UNIT.kJ) return slot;
	}
	return -1;
}

/** Slot of the channel's identifier, -1 when it has none. */
function identifierOf(reading: Reading, channel: number): number {
	const dutch = mbusSlot(channel, MBUS_FIELD.equipmentIdentifier);
	if (reading.textLength(dutch) > 0) return dutch;
	const belgian = mbusSlot(channel, MBUS_FIELD.equipmentIdentifierBelgium);
	return reading.textLength(belgian) > 0 ? belgian : -1;
}

function writeIdentifier(writer: JsonWriter, name: Uint8Array, reading: Reading, slot: number): void {
	writer.literalName(name);
	writer.bytesString(reading.bytes, reading.textOffset(slot), reading.textLength(slot));
}

function deviceType(reading: Reading, channel: number): number {
	return reading.get(mbusSlot(channel, MBUS_FIELD.deviceType)) ?? 0;
}

/**
 * The gas meter whose value is newest, the first of equals: after an exchange the old one may stay in the telegram
 * (telegrams/nl-v5/iskra-v5-many-mbus.txt). 0 when there is none.
 */
function gasChannel(reading: Reading): number {
	let found = 0;
	let newestMs = Number.NEGATIVE_INFINITY;
	for (let channel = 1; channel <= MBUS_CHANNELS; channel++) {
		if (deviceType(reading, channel) !== GAS) continue;
		const slot = registerOf(reading, channel);
		if (slot < 0 || reading.units[slot] !== UNIT.dm3) continue;
		const atMs = reading.getIn(slot + 1, UNIT.time) ?? 0;
		if (atMs <= newestMs) continue;
		newestMs = atMs;
		found = channel;
	}
	return found;
}

/** Writes the members of the gas meter, if there is one. */
export function writeGas(writer: JsonWriter, reading: Reading, timestamps: Timestamps): void {
	const channel = gasChannel(reading);
	if (channel === 0) return;
	const slot = registerOf(reading, channel);
	writer.literalName(NAME.totalGas);
	writer.number(reading.values[slot] as number, UNIT_DECIMALS[UNIT.dm3]);
	const timestamp = timestamps.of(reading, slot + 1);
	if (timestamp !== undefined) {
		writer.literalName(NAME.gasTimestamp);
		writer.number(timestamp);
	}
	const identifier = identifierOf(reading, channel);
	if (identifier >= 0) writeIdentifier(writer, NAME.gasUniqueId, reading, identifier);
}

/**
 * Writes the array of meters behind the meter. One that lacks its identifier, its time or its value is left out:
 * HomeWizard's Python library refuses it (models.py, ExternalDevice).
 */
export function writeExternal(writer: JsonWriter, reading: Reading, timestamps: Timestamps): void {
	writer.literalName(NAME.external);
	writer.openArray();
	for (let channel = 1; channel <= MBUS_CHANNELS; channel++) writeDevice(writer, reading, channel, timestamps);
	writer.closeArray();
}

function writeDevice(writer: JsonWriter, reading: Reading, channel: number, timestamps: Timestamps): void {
	const type = EXTERNAL_TYPES[deviceType(reading, channel)];
	const slot = registerOf(reading, channel);
	const identifier = identifierOf(reading, channel);
	if (type === undefined || slot < 0 || identifier < 0) return;
	const timestamp = timestamps.of(reading, slot + 1);
	if (timestamp === undefined) return;
	const unit = reading.units[slot] as number;
	writer.openObject();
	writeIdentifier(writer, NAME.uniqueId, reading, identifier);
	writer.literalName(NAME.type);
	writer.literalString(type);
	writer.literalName(NAME.timestamp);
	writer.number(timestamp);
	writer.literalName(NAME.value);
	writer.number(reading.values[slot] as number, UNIT_DECIMALS[unit]);
	writer.literalName(NAME.unit);
	writer.literalString(unit === UNIT.dm3 ? CUBIC_METRES : GIGAJOULES);
	writer.closeObject();
}
