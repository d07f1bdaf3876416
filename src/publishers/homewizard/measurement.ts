import { netOf, registerTotal } from "../../core/grid.js";
import type { JsonWriter } from "../../core/json-writer.js";
import { literal } from "../../core/literal.js";
import { FIELD } from "../../core/obis-table.js";
import type { Reading } from "../../core/reading.js";
import type { LinkState } from "../../ports/device.js";
import { SignedCurrents } from "./currents.js";
import { Timestamps, writeExternal, writeGas } from "./external.js";
import {
	CURRENT_NAMES,
	ENERGY_FIELDS,
	type EnergyFields,
	IDENTIFIER_SLOTS,
	type NetField,
	POWER_FIELDS,
	VALUE_FIELDS,
	type ValueField,
	VOLTAGE_FIELDS,
} from "./fields.js";

/** Room for a measurement: every member, four devices behind the meter, and identifiers of usual length, need 2 kB. */
export const MEASUREMENT_BYTES = 3072;

const NAME = Object.freeze({
	wifiSsid: literal("wifi_ssid"),
	wifiStrength: literal("wifi_strength"),
	smrVersion: literal("smr_version"),
	meterModel: literal("meter_model"),
	uniqueId: literal("unique_id"),
	activeTariff: literal("active_tariff"),
	activeCurrent: literal("active_current_a"),
	peakTimestamp: literal("montly_power_peak_timestamp"),
});

/** For ports without a row that says it; a Swedish port is DSMR 5 without most of its rows (Branschrekommendation 2.0). */
const ASSUMED_VERSION = 50;
/** Ports before DSMR 4 have no such row. */
const OLD_VERSION = 22;

/** Writes a reading as the compatible API tells it. */
export class Measurement {
	readonly #currents = new SignedCurrents();
	readonly #timestamps = new Timestamps();

	/**
	 * Writes one JSON object: what is not known is left out, never null.
	 * @returns false when the buffer was too small; what is in it is then of no use.
	 */
	write(writer: JsonWriter, reading: Reading, link: LinkState): boolean {
		const timestamps = this.#timestamps;
		writer.openObject();
		writeLink(writer, link);
		writeMeter(writer, reading);
		for (let i = 0; i < ENERGY_FIELDS.length; i++) writeEnergy(writer, reading, ENERGY_FIELDS[i] as EnergyFields);
		for (let i = 0; i < POWER_FIELDS.length; i++) {
			const { name, slots } = POWER_FIELDS[i] as NetField;
			writeNumber(writer, name, netOf(reading, slots), 0);
		}
		writeValues(writer, reading, VOLTAGE_FIELDS);
		this.#writeCurrents(writer, reading);
		writeValues(writer, reading, VALUE_FIELDS);
		writeNumber(writer, NAME.peakTimestamp, timestamps.of(reading, FIELD.maximumDemandImportTime), 0);
		writeGas(writer, reading, timestamps);
		writeExternal(writer, reading, timestamps);
		writer.closeObject();
		return !writer.overflowed;
	}

	#writeCurrents(writer: JsonWriter, reading: Reading): void {
		const currents = this.#currents;
		currents.read(reading);
		if (currents.phases === 0) return;
		writeNumber(writer, NAME.activeCurrent, currents.sum, 3);
		for (let i = 0; i < currents.phases; i++) {
			writeNumber(writer, CURRENT_NAMES[i] as Uint8Array, currents.of(i), 3);
		}
	}
}

/** wifi_ssid is there on a wire, too: without it HomeWizard's Python library takes the answer for one of the API v2. */
function writeLink(writer: JsonWriter, { ssid, rssiDbm }: LinkState): void {
	writer.literalName(NAME.wifiSsid);
	writer.string(ssid ?? "");
	if (rssiDbm !== undefined) writeNumber(writer, NAME.wifiStrength, strengthPercent(rssiDbm), 0);
}

/** As HomeWizard's Python library converts dBm to per cent (models.py, System). */
function strengthPercent(rssiDbm: number): number {
	return Math.round(Math.min(100, Math.max(0, 2 * (rssiDbm + 100))));
}

function writeMeter(writer: JsonWriter, reading: Reading): void {
	writeNumber(writer, NAME.smrVersion, versionOf(reading), 0);
	writer.literalName(NAME.meterModel);
	const identification = reading.telegramOffset + 1;
	writer.bytesString(reading.bytes, identification, reading.identificationEnd - identification);
	for (let i = 0; i < IDENTIFIER_SLOTS.length; i++) {
		const slot = IDENTIFIER_SLOTS[i] as number;
		const length = reading.textLength(slot);
		if (length === 0) continue;
		writer.literalName(NAME.uniqueId);
		writer.bytesString(reading.bytes, reading.textOffset(slot), length);
		break;
	}
	const tariff = reading.get(FIELD.tariffIndicator);
	if (tariff !== undefined && tariff >= 1 && tariff <= 4) writeNumber(writer, NAME.activeTariff, tariff, 0);
}

/** 50 of `(50)`, and of the Belgian `(50217)`, whose first digits are the version of the P1 standard (e-MUCS_P1 1.7.1). */
function versionOf(reading: Reading): number {
	const version = reading.get(FIELD.p1Version);
	if (version !== undefined) return version;
	if (reading.textLength(FIELD.emucsVersion) >= 2) {
		const at = reading.textOffset(FIELD.emucsVersion);
		const digits = ((reading.bytes[at] as number) - 48) * 10 + (reading.bytes[at + 1] as number) - 48;
		if (digits >= 10 && digits <= 99) return digits;
	}
	return reading.profile.id === "dsmr2" ? OLD_VERSION : ASSUMED_VERSION;
}

/** A register without tariffs is tariff 1, too: evcc adds up the tariffs and looks at nothing else. */
function writeEnergy(writer: JsonWriter, reading: Reading, { total, slot, tariffs }: EnergyFields): void {
	const total_Wh = registerTotal(reading, slot);
	writeNumber(writer, total, total_Wh, 3);
	let hasTariff = false;
	for (let i = 0; i < tariffs.length; i++) {
		const value = reading.get(slot + 1 + i);
		if (value === undefined) continue;
		hasTariff = true;
		writeNumber(writer, tariffs[i] as Uint8Array, value, 3);
	}
	if (!hasTariff) writeNumber(writer, tariffs[0] as Uint8Array, total_Wh, 3);
}

function writeValues(writer: JsonWriter, reading: Reading, fields: readonly ValueField[]): void {
	for (let i = 0; i < fields.length; i++) {
		const { name, slot, decimals } = fields[i] as ValueField;
		writeNumber(writer, name, reading.get(slot), decimals);
	}
}

function writeNumber(writer: JsonWriter, name: Uint8Array, value: number | undefined, decimals: number): void {
	if (value === undefined) return;
	writer.literalName(name);
	writer.number(value, decimals);
}
