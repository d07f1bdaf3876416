import type { JsonWriter } from "./json-writer.js";
import { literal } from "./literal.js";
import { FIELD, SLOT_NAME } from "./obis-table.js";
import { parseTime } from "./profile-detection.js";
import type { Reading } from "./reading.js";
import { UNIT } from "./units.js";

const END_TIME = literal("endTime");
const DURATION_S = literal("durationS");
const TIME = literal("time");
const MAXIMUM_TIME = literal("maximumTime");
const MAXIMUM_DEMAND_IMPORT_W = literal("maximumDemandImportW");
const MAXIMUM_DEMAND_CODE = literal("1-0:1.6.0");

/** UTC milliseconds of the current group, NaN or infinity when it is no time. */
function groupTime(reading: Reading): number {
	return parseTime(reading.bytes, reading.groups.start, reading.groups.length, reading.profile.time);
}

/**
 * Writes the long power failures of 1-0:99.97.0 as `[{"endTime":…,"durationS":…}]`, newest first as the meter has them;
 * entries that make no sense are left out (DSMR 5.0.2 §6.12: count, code of the duration, then end and duration).
 */
export function writePowerFailureLog(writer: JsonWriter, reading: Reading): void {
	const { groups } = reading;
	groups.begin(reading.textOffset(FIELD.powerFailureLog), reading.textLength(FIELD.powerFailureLog));
	writer.literalName(SLOT_NAME[FIELD.powerFailureLog] as Uint8Array);
	writer.openArray();
	if (groups.next() && groups.next()) {
		while (groups.next()) {
			const endTime = groupTime(reading);
			if (!groups.next()) break;
			const durationS = groups.quantity(UNIT.s);
			if (!Number.isFinite(endTime) || Number.isNaN(durationS)) continue;
			writer.openObject();
			writer.literalName(END_TIME);
			writer.time(endTime);
			writer.literalName(DURATION_S);
			writer.number(durationS);
			writer.closeObject();
		}
	}
	writer.closeArray();
}

/**
 * Writes the monthly demand peaks of 0-0:98.1.0 as `[{"time":…,"maximumTime":…,"maximumDemandImportW":…}]`, oldest first
 * as the meter has them (e-MUCS_P1 1.7.1: count, two codes, then the month's end, the time of its peak and the peak).
 * A profile of another make (telegrams/lt-other/hu-eon.txt) is left out.
 */
export function writeDemandHistory(writer: JsonWriter, reading: Reading): void {
	const { groups } = reading;
	groups.begin(reading.textOffset(FIELD.demandHistory), reading.textLength(FIELD.demandHistory));
	if (!groups.next() || !groups.next() || !groups.is(MAXIMUM_DEMAND_CODE)) return;
	if (!groups.next() || !groups.is(MAXIMUM_DEMAND_CODE)) return;
	writer.literalName(SLOT_NAME[FIELD.demandHistory] as Uint8Array);
	writer.openArray();
	while (groups.next()) {
		const time = groupTime(reading);
		if (!groups.next()) break;
		const maximumTime = groupTime(reading);
		if (!groups.next()) break;
		const maximumW = groups.quantity(UNIT.W);
		if (!Number.isFinite(time) || !Number.isFinite(maximumTime) || Number.isNaN(maximumW)) continue;
		writer.openObject();
		writer.literalName(TIME);
		writer.time(time);
		writer.literalName(MAXIMUM_TIME);
		writer.time(maximumTime);
		writer.literalName(MAXIMUM_DEMAND_IMPORT_W);
		writer.number(maximumW);
		writer.closeObject();
	}
	writer.closeArray();
}
