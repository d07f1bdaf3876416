import type { JsonWriter } from "./json-writer.js";
import { literal } from "./literal.js";
import { FIELD, KIND, MBUS_CHANNELS, MBUS_FIELD, METER_SLOTS, mbusSlot, SLOT_KIND, SLOT_NAME } from "./obis-table.js";
import { isPrintableOctets, octetAt } from "./octets.js";
import type { ProfileId } from "./profile.js";
import type { Reading } from "./reading.js";
import { writeDemandHistory, writePowerFailureLog } from "./reading-logs.js";
import { UNIT, UNIT_DECIMALS, UNIT_SUFFIX, UNITS } from "./units.js";

/** Medium of an M-Bus device type (EN 13757-3, table of device types); undefined for one that is not metered here. */
const MEDIUM: readonly (string | undefined)[] = Object.freeze([
	undefined,
	undefined,
	"electricity",
	"gas",
	"heat",
	undefined,
	"warmWater",
	"water",
	undefined,
	undefined,
	"cooling",
	"cooling",
	"heat",
]);
const MEDIUM_LITERAL = Object.freeze(MEDIUM.map((medium) => (medium === undefined ? undefined : literal(medium))));
const PROFILE_LITERAL: { readonly [Id in ProfileId]: Uint8Array } = Object.freeze({
	se: literal("se"),
	dsmr2: literal("dsmr2"),
	dsmr4: literal("dsmr4"),
	dsmr5: literal("dsmr5"),
	be: literal("be"),
	lu: literal("lu"),
	lt: literal("lt"),
	p1: literal("p1"),
});
const TARIFF_LITERAL = Object.freeze({ low: literal("low"), normal: literal("normal") });

const STALE = literal("stale");
const PROFILE = literal("profile");
const IDENTIFICATION = literal("identification");
const METER_TIME = literal("meterTime");
const TARIFF = literal("tariff");
const MBUS = literal("mbus");
const CHANNEL = literal("channel");
const DEVICE_TYPE = literal("deviceType");
const MEDIUM_NAME = literal("medium");
const EQUIPMENT_IDENTIFIER = literal("equipmentIdentifier");
const VOLUME = literal("volume");
const ENERGY = literal("energy");
const TIME = literal("time");

/** @returns what an M-Bus device meters, `gas` for example; undefined for a type that is not metered here. */
export function mbusMedium(deviceType: number): string | undefined {
	return MEDIUM[deviceType];
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
	else writer.number(reading.values[slot] as number, UNIT_DECIMALS[unit]);
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
	writer.literalName(SLOT_NAME[slot] as Uint8Array, UNIT_SUFFIX[reading.units[slot] as number]);
	writeValue(writer, reading, slot);
}

/**
 * Writes a reading as one JSON object, the same for HTTP and MQTT: units in the names, absent values left out, decimals
 * exact, instants in UTC.
 * @param stale - True when the meter has been silent for longer than three of its push intervals.
 * @returns false when the buffer was too small; what is in it is then of no use.
 */
export function writeReading(writer: JsonWriter, reading: Reading, stale: boolean): boolean {
	writer.openObject();
	writer.literalName(STALE);
	writer.boolean(stale);
	writer.literalName(PROFILE);
	writer.literalString(PROFILE_LITERAL[reading.profile.id]);
	writer.literalName(IDENTIFICATION);
	const identification = reading.telegramOffset + 1;
	writer.bytesString(reading.bytes, identification, reading.identificationEnd - identification);
	writeMember(writer, reading, FIELD.time);
	if (reading.timeTextLength > 0) {
		writer.literalName(METER_TIME);
		writer.bytesString(reading.bytes, reading.timeTextOffset, reading.timeTextLength);
	}
	for (let slot = FIELD.time + 1; slot < METER_SLOTS; slot++) writeMember(writer, reading, slot);
	const tariff = reading.get(FIELD.tariffIndicator);
	const tariffName = tariff === undefined ? undefined : reading.profile.tariffNames?.[tariff - 1];
	if (tariffName !== undefined) {
		writer.literalName(TARIFF);
		writer.literalString(TARIFF_LITERAL[tariffName]);
	}
	if (reading.units[FIELD.powerFailureLog] !== UNIT.absent) writePowerFailureLog(writer, reading);
	if (reading.units[FIELD.demandHistory] !== UNIT.absent) writeDemandHistory(writer, reading);
	if (reading.hasMbus) writeMbus(writer, reading);
	writer.closeObject();
	return !writer.overflowed;
}

const REGISTERS = Object.freeze([
	MBUS_FIELD.register_dm3,
	MBUS_FIELD.registerUnconverted_dm3,
	MBUS_FIELD.registerDsmr3_dm3,
]);

function writeMbus(writer: JsonWriter, reading: Reading): void {
	writer.literalName(MBUS);
	writer.openArray();
	for (let channel = 1; channel <= MBUS_CHANNELS; channel++) {
		if (reading.hasChannel(channel)) writeChannel(writer, reading, channel);
	}
	writer.closeArray();
}

function writeChannel(writer: JsonWriter, reading: Reading, channel: number): void {
	writer.openObject();
	writer.literalName(CHANNEL);
	writer.number(channel);
	const deviceType = reading.get(mbusSlot(channel, MBUS_FIELD.deviceType));
	if (deviceType !== undefined) {
		writer.literalName(DEVICE_TYPE);
		writer.number(deviceType);
		const medium = MEDIUM_LITERAL[deviceType];
		if (medium !== undefined) {
			writer.literalName(MEDIUM_NAME);
			writer.literalString(medium);
		}
	}
	const dutch = mbusSlot(channel, MBUS_FIELD.equipmentIdentifier);
	const identifier = isPublished(reading, dutch) ? dutch : mbusSlot(channel, MBUS_FIELD.equipmentIdentifierBelgium);
	if (isPublished(reading, identifier)) {
		writer.literalName(EQUIPMENT_IDENTIFIER);
		writeValue(writer, reading, identifier);
	}
	writeMember(writer, reading, mbusSlot(channel, MBUS_FIELD.connectionIdentifier));
	writeMember(writer, reading, mbusSlot(channel, MBUS_FIELD.valveState));
	for (let i = 0; i < REGISTERS.length; i++) {
		const slot = mbusSlot(channel, REGISTERS[i] as number);
		if (!isPublished(reading, slot)) continue;
		const unit = reading.units[slot] as number;
		writer.literalName(unit === UNIT.dm3 ? VOLUME : ENERGY, UNIT_SUFFIX[unit]);
		writeValue(writer, reading, slot);
		if (reading.units[slot + 1] === UNIT.time) {
			writer.literalName(TIME);
			writeValue(writer, reading, slot + 1);
		}
		break;
	}
	writer.closeObject();
}
