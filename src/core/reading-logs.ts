import type { JsonWriter } from "./json-writer.js";
import { NumberSpan } from "./number-span.js";
import { FIELD } from "./obis-table.js";
import { parseTime } from "./profile-detection.js";
import type { Reading } from "./reading.js";
import { findUnit, UNIT } from "./units.js";

const OPEN = 0x28;
const CLOSE = 0x29;

/** Walks the groups in brackets of a row that is kept as it stands. */
class GroupWalker {
	/** Start and length of the current group's content. */
	start = 0;
	length = 0;
	readonly #bytes: Uint8Array;
	readonly #end: number;
	#at: number;

	constructor(reading: Reading, slot: number) {
		this.#bytes = reading.bytes;
		this.#at = reading.textOffset(slot);
		this.#end = this.#at + reading.textLength(slot);
	}

	/** Goes to the next group; false when there is none. */
	next(): boolean {
		if (this.#bytes[this.#at] !== OPEN) return false;
		this.start = this.#at + 1;
		for (let at = this.start; at < this.#end; at++) {
			if (this.#bytes[at] === CLOSE) {
				this.length = at - this.start;
				this.#at = at + 1;
				return true;
			}
		}
		return false;
	}

	/** The group as UTC milliseconds, NaN when it is no time. */
	time(reading: Reading): number {
		return parseTime(this.#bytes, this.start, this.length, reading.profile.time);
	}

	/** The group as an integer in `unit`, NaN when it is none. */
	quantity(span: NumberSpan, unit: number): number {
		if (!span.parse(this.#bytes, this.start, this.length)) return Number.NaN;
		const found = findUnit(span.unitKey);
		if (found >> 4 !== unit) return Number.NaN;
		return Math.floor(span.digits * 10 ** ((found & 15) - span.decimals));
	}

	isText(text: string): boolean {
		if (this.length !== text.length) return false;
		for (let i = 0; i < text.length; i++) if (this.#bytes[this.start + i] !== text.charCodeAt(i)) return false;
		return true;
	}
}

/**
 * Writes the long power failures of 1-0:99.97.0 as `[{"endTime":…,"durationS":…}]`, newest first as the meter has them;
 * entries that make no sense are left out (DSMR 5.0.2 §6.12: count, code of the duration, then end and duration).
 */
export function writePowerFailureLog(writer: JsonWriter, reading: Reading): void {
	const groups = new GroupWalker(reading, FIELD.powerFailureLog);
	const span = new NumberSpan();
	writer.name("powerFailureLog");
	writer.open("[");
	if (groups.next() && groups.next()) {
		while (groups.next()) {
			const endTime = groups.time(reading);
			if (!groups.next()) break;
			const durationS = groups.quantity(span, UNIT.s);
			if (Number.isNaN(endTime) || Number.isNaN(durationS)) continue;
			writer.open("{");
			writer.name("endTime");
			writer.time(endTime);
			writer.name("durationS");
			writer.number(durationS);
			writer.close("}");
		}
	}
	writer.close("]");
}

/**
 * Writes the monthly demand peaks of 0-0:98.1.0 as `[{"time":…,"maximumTime":…,"maximumDemandImportW":…}]`, oldest first
 * as the meter has them (e-MUCS_P1 1.7.1: count, two codes, then the month's end, the time of its peak and the peak).
 * A profile of another make (telegrams/lt-other/hu-eon.txt) is left out.
 */
export function writeDemandHistory(writer: JsonWriter, reading: Reading): void {
	const groups = new GroupWalker(reading, FIELD.demandHistory);
	const span = new NumberSpan();
	if (!groups.next() || !groups.next() || !groups.isText("1-0:1.6.0")) return;
	if (!groups.next() || !groups.isText("1-0:1.6.0")) return;
	writer.name("demandHistory");
	writer.open("[");
	while (groups.next()) {
		const time = groups.time(reading);
		if (!groups.next()) break;
		const maximumTime = groups.time(reading);
		if (!groups.next()) break;
		const maximumW = groups.quantity(span, UNIT.W);
		if (Number.isNaN(time) || Number.isNaN(maximumTime) || Number.isNaN(maximumW)) continue;
		writer.open("{");
		writer.name("time");
		writer.time(time);
		writer.name("maximumTime");
		writer.time(maximumTime);
		writer.name("maximumDemandImportW");
		writer.number(maximumW);
		writer.close("}");
	}
	writer.close("]");
}
