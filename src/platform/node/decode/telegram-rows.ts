import { Buffer } from "node:buffer";
import { findSlot, obisKey } from "../../../core/obis.js";
import { KIND, SLOT_KIND } from "../../../core/obis-table.js";
import type { Reading } from "../../../core/reading.js";

/** One row of a telegram as it stands there. */
export type TelegramRow = {
	/** What stands before the first bracket, normally an OBIS code. */
	readonly code: string;
	/** Slot of the code, or -1 when the table does not have it. */
	readonly slot: number;
	/** Contents of the groups in brackets. */
	readonly groups: readonly string[];
	/** The row's line or, where its value is on the next one (DSMR 2.2 and 3), both lines, without the last line end. */
	readonly text: string;
};

/** Groups of a DSMR 2.2 or 3 M-Bus row before the one that stands on the next line (DSMR 3.0 §6.12). */
const GROUPS_BEFORE_LINE_BREAK = 6;

function groupsOf(line: string): string[] {
	return Array.from(line.matchAll(/\(([^)]*)\)/g), (match) => match[1] ?? "");
}

/**
 * The rows of a reading's telegram in their order, read anew from its bytes, each byte taken for one character.
 * A line without a bracket is no row and is left out. */
export function telegramRows(reading: Reading): TelegramRow[] {
	const data = Buffer.from(reading.bytes.subarray(reading.identificationEnd, reading.telegramEnd)).toString("latin1");
	const rows: TelegramRow[] = [];
	for (const lineWithEnd of data.slice(0, data.lastIndexOf("!")).split("\n")) {
		const line = lineWithEnd.replace(/\r$/, "");
		const bracket = line.indexOf("(");
		const previous = rows.at(-1);
		if (bracket > 0) {
			const code = line.slice(0, bracket);
			rows.push({ code, slot: findSlot(obisKey(code)), groups: groupsOf(line), text: line });
		} else if (
			bracket === 0 &&
			previous !== undefined &&
			SLOT_KIND[previous.slot] === KIND.dsmr3 &&
			previous.groups.length === GROUPS_BEFORE_LINE_BREAK
		) {
			const groups = [...previous.groups, ...groupsOf(line)];
			rows[rows.length - 1] = { ...previous, groups, text: `${previous.text}\r\n${line}` };
		}
	}
	return rows;
}
