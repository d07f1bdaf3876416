import type { JsonWriter } from "./json-writer.js";
import { FIELD, KIND, MBUS_CHANNELS, MBUS_FIELD, METER_SLOTS, mbusSlot, SLOT_FACTS, SLOT_KIND } from "./obis-table.js";
import { isPrintableOctets, octetAt } from "./octets.js";
import type { Reading } from "./reading.js";
import { writeDemandHistory, writePowerFailureLog } from "./reading-logs.js";
import { UNIT, UNITS } from "./units.js";

/** Medium of an M-Bus device type (EN 13757-3, table of device types); undefined for one that is not metered here. */
export function mbusMedium(deviceType: number): string | undefined {
	switch (deviceType) {
		case 2:
			return "electricity";
		case 3:
			return "gas";
		case 4:
		case 12:
			return "heat";
		case 6:
			return "warmWater";
		case 7:
			return "water";
		case 10:
		case 11:
			return "cooling";
		default:
			return undefined;
	}
}

/** True when the slot has a value that is published: there, and in a unit that it may have. */
export function isPublished(reading: Reading, slot: number): boolean {
	const unit = reading.units[slot];
	return unit !== UNIT.absent && unit !== UNIT.bare && SLOT_KIND[slot] !== KIND.log;
}

/** Writes the published value of a slot: a number in the unit of its name, an instant, or text. */
export function writeValue(writer: JsonWriter, reading: Reading, slot: number): void {
	const unit = reading.units[slot] as number;
	if (unit === UNIT.time) writer.time(reading.values[slot] as number);
	else if (unit === UNIT.text) writeText(writer, reading, slot);
	else writer.number(reading.values[slot] as number, (UNITS[unit] as (typeof UNITS)[number]).jsonDecimals);
}

/** Text of octets where they are printable ASCII, else the digits as the meter sent them. */
function writeText(writer: JsonWriter, reading: Reading, slot: number): void {
	const { bytes } = reading;
	const offset = reading.textOffset(slot);
	const length = reading.textLength(slot);
	if (SLOT_KIND[slot] !== KIND.octets || !isPrintableOctets(bytes, offset, length)) {
		writer.bytesString(bytes, offset, length);
		return;
	}
	writer.beginString();
	for (let at = offset; at < offset + length; at += 2) writer.character(octetAt(bytes, at));
	writer.endString();
}

/** Suffix of a slot's name in JSON: the unit that people use for it. */
export function unitSuffix(reading: Reading, slot: number): string {
	return (UNITS[reading.units[slot] as number] as (typeof UNITS)[number]).json;
}

function writeMember(writer: JsonWriter, reading: Reading, slot: number): void {
	if (!isPublished(reading, slot)) return;
	writer.name((SLOT_FACTS[slot] as (typeof SLOT_FACTS)[number]).name, unitSuffix(reading, slot));
	writeValue(writer, reading, slot);
}

/**
 * Writes a reading as one JSON object, the same for HTTP and MQTT: units in the names, absent values left out, decimals
 * exact, instants in UTC.
 * @param stale - True when the meter has been silent for longer than three of its push intervals.
 * @returns false when the buffer was too small; what is in it is then of no use.
 */
export function writeReading(writer: JsonWriter, reading: Reading, stale: boolean): boolean {
	writer.open("{");
	writer.name("stale");
	writer.boolean(stale);
	writer.name("profile");
	writer.string(reading.profile.id);
	writer.name("identification");
	const identification = reading.telegramOffset + 1;
	writer.bytesString(reading.bytes, identification, reading.identificationEnd - identification);
	writeMember(writer, reading, FIELD.time);
	if (reading.timeTextLength > 0) {
		writer.name("meterTime");
		writer.bytesString(reading.bytes, reading.timeTextOffset, reading.timeTextLength);
	}
	for (let slot = FIELD.time + 1; slot < METER_SLOTS; slot++) writeMember(writer, reading, slot);
	const tariff = reading.get(FIELD.tariffIndicator);
	const tariffName = tariff === undefined ? undefined : reading.profile.tariffNames?.[tariff - 1];
	if (tariffName !== undefined) {
		writer.name("tariff");
		writer.string(tariffName);
	}
	if (reading.units[FIELD.powerFailureLog] !== UNIT.absent) writePowerFailureLog(writer, reading);
	if (reading.units[FIELD.demandHistory] !== UNIT.absent) writeDemandHistory(writer, reading);
	if (reading.hasMbus) writeMbus(writer, reading);
	writer.close("}");
	return !writer.overflowed;
}

const REGISTERS = Object.freeze([
	MBUS_FIELD.register_dm3,
	MBUS_FIELD.registerUnconverted_dm3,
	MBUS_FIELD.registerDsmr3_dm3,
]);

function writeMbus(writer: JsonWriter, reading: Reading): void {
	writer.name("mbus");
	writer.open("[");
	for (let channel = 1; channel <= MBUS_CHANNELS; channel++) {
		if (reading.hasChannel(channel)) writeChannel(writer, reading, channel);
	}
	writer.close("]");
}

function writeChannel(writer: JsonWriter, reading: Reading, channel: number): void {
	writer.open("{");
	writer.name("channel");
	writer.number(channel);
	const deviceType = reading.get(mbusSlot(channel, MBUS_FIELD.deviceType));
	if (deviceType !== undefined) {
		writer.name("deviceType");
		writer.number(deviceType);
		const medium = mbusMedium(deviceType);
		if (medium !== undefined) {
			writer.name("medium");
			writer.string(medium);
		}
	}
	const dutch = mbusSlot(channel, MBUS_FIELD.equipmentIdentifier);
	const identifier = isPublished(reading, dutch) ? dutch : mbusSlot(channel, MBUS_FIELD.equipmentIdentifierBelgium);
	if (isPublished(reading, identifier)) {
		writer.name("equipmentIdentifier");
		writeValue(writer, reading, identifier);
	}
	writeMember(writer, reading, mbusSlot(channel, MBUS_FIELD.connectionIdentifier));
	writeMember(writer, reading, mbusSlot(channel, MBUS_FIELD.valveState));
	for (const field of REGISTERS) {
		const slot = mbusSlot(channel, field);
		if (!isPublished(reading, slot)) continue;
		writer.name(reading.units[slot] === UNIT.dm3 ? "volume" : "energy", unitSuffix(reading, slot));
		writeValue(writer, reading, slot);
		if (reading.units[slot + 1] === UNIT.time) {
			writer.name("time");
			writeValue(writer, reading, slot + 1);
		}
		break;
	}
	writer.close("}");
}
