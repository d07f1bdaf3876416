import { Buffer } from "node:buffer";
import { KIND, SLOT_KIND } from "../../../core/obis-table.js";
import { isPrintableOctets } from "../../../core/octets.js";
import type { Reading } from "../../../core/reading.js";
import { UNIT, UNITS } from "../../../core/units.js";
import { RowJudge } from "./row-judge.js";
import { type TelegramRow, telegramRows } from "./telegram-rows.js";

/** What a row of the table says; which members there are depends on the kind of row. */
export type ObisObject = {
	/** Of registers with a time of their own: UTC, ISO 8601. */
	readonly timestamp?: string;
	/** An integer in `unit`, text as the meter sent it, an instant (UTC, ISO 8601); absent where the group is empty. */
	readonly value?: number | string;
	/** Two limits in one row, in `unit`. */
	readonly values?: readonly number[];
	/** Absent for a count, and for a number that the meter sent without its unit. */
	readonly unit?: string;
	/** What `value` says in octets, where all of them are printable. */
	readonly text?: string;
	/** Contents of the groups of a log, as they stand. */
	readonly groups?: readonly string[];
};

/** The rows of one telegram by their OBIS codes. */
export type ObisListing = {
	/** Rows of the table that the telegram had, in its order; of a repeated code the first row stands. */
	readonly objects: Readonly<Record<string, ObisObject>>;
	/** Codes that the table does not have, in the order of the telegram. */
	readonly unknown: readonly string[];
	/** Codes of rows of which something was not believed, in the order of the telegram. */
	readonly malformed: readonly string[];
};

function isoTime(ms: number): string {
	return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function numberOf(reading: Reading, slot: number): number | undefined {
	const value = reading.values[slot] as number;
	if (reading.units[slot] === UNIT.absent) return undefined;
	// Ratios, and numbers that came without the unit they need, are kept in thousandths.
	const isThousandths = reading.units[slot] === UNIT.milli || reading.units[slot] === UNIT.bare;
	return isThousandths ? value / 1000 : value;
}

function quantityOf(reading: Reading, slot: number): { value?: number; unit?: string } {
	const value = numberOf(reading, slot);
	return value === undefined ? {} : { value, ...unitOf(reading, slot) };
}

function unitOf(reading: Reading, slot: number): { unit?: string } {
	const unit = reading.units[slot] as number;
	if (unit === UNIT.absent || unit === UNIT.one || unit === UNIT.milli || unit === UNIT.bare) return {};
	return { unit: (UNITS[unit] as (typeof UNITS)[number]).symbol };
}

function textOf(value: string): { text?: string } {
	const digits = Buffer.from(value, "latin1");
	if (value === "" || !isPrintableOctets(digits, 0, digits.length)) return {};
	return { text: Buffer.from(value, "hex").toString("latin1") };
}

function describeRow(reading: Reading, { slot, groups }: TelegramRow): ObisObject {
	const second = slot + 1;
	switch (SLOT_KIND[slot]) {
		case KIND.log:
			return { groups };
		case KIND.plain:
			return { value: groups[0] ?? "" };
		case KIND.octets:
			return { value: groups[0] ?? "", ...textOf(groups[0] ?? "") };
		case KIND.time:
			return { value: isoTime(reading.values[slot] as number) };
		case KIND.pair: {
			const [first, last] = [numberOf(reading, slot), numberOf(reading, second)];
			return first === undefined || last === undefined ? {} : { values: [first, last], ...unitOf(reading, slot) };
		}
		case KIND.timed:
		case KIND.dsmr3: {
			const hasTime = reading.units[second] === UNIT.time;
			const timestamp = hasTime ? { timestamp: isoTime(reading.values[second] as number) } : {};
			return { ...timestamp, ...quantityOf(reading, slot) };
		}
		default:
			return quantityOf(reading, slot);
	}
}

/** True when the reading has something of the row, or the meter sent the row with nothing in it. */
function isShown(reading: Reading, { slot, groups }: TelegramRow, isBelieved: boolean): boolean {
	const kind = SLOT_KIND[slot];
	if (kind === KIND.log) return groups.length > 0;
	const hasSecond = kind === KIND.timed || kind === KIND.pair || kind === KIND.dsmr3;
	if (reading.units[slot] !== UNIT.absent || (hasSecond && reading.units[slot + 1] !== UNIT.absent)) return true;
	return isBelieved && kind !== KIND.time;
}

/** Lists the rows of a reading's telegram by OBIS code, for people with a capture. */
export function listObisObjects(reading: Reading): ObisListing {
	const judge = new RowJudge(reading.profile.id);
	const objects: Record<string, ObisObject> = {};
	const seen = new Set<string>();
	const unknown = new Set<string>();
	const malformed = new Set<string>();
	for (const row of telegramRows(reading)) {
		if (seen.has(row.code)) continue;
		const verdict = judge.judge(row.text);
		if (verdict === "unknown") unknown.add(row.code);
		if (verdict === "malformed") malformed.add(row.code);
		if (row.slot < 0 || !isShown(reading, row, verdict === "known")) continue;
		seen.add(row.code);
		objects[row.code] = describeRow(reading, row);
	}
	return { objects, unknown: [...unknown], malformed: [...malformed] };
}
