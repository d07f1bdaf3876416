import { findSlot, obisKey } from "./obis.js";
import { KIND, SLOT_KIND, SLOT_UNIT } from "./obis-table.js";
import type { ProfileId } from "./profile.js";
import { ACTION, GROUP_ACTION, GROUP_SECOND } from "./row-actions.js";
import { findUnit, UNIT, unitKeyStep } from "./units.js";

/** How an instant is printed; the letters are the digits of the date, X is W or S. */
export type TimeLayout = "YYMMDDhhmmssX" | "YYMMDDhhmmss" | "YYYYMMDD hh:mm:ss";

/** Part of a row, in the order in which it is printed. */
export type FormatPiece =
	| { readonly kind: "literal"; readonly text: string }
	| {
			readonly kind: "number";
			readonly slot: number;
			/** Digits before the point, leading zeros included, and after it. */
			readonly wholeDigits: number;
			readonly decimals: number;
			/** `*` and the unit; empty where the row has none, or has it in a group of its own. */
			readonly suffix: string;
			/** {@link UNIT} that the slot must be in; its value divided by 10 to `exponent` is the number that is printed. */
			readonly unit: number;
			readonly exponent: number;
	  }
	| { readonly kind: "time"; readonly slot: number; readonly layout: TimeLayout }
	| { readonly kind: "text"; readonly slot: number; readonly isLog: boolean };

/** One row of a telegram. */
export interface FormatRow {
	readonly code: string;
	/** True for a text that is printed with empty brackets when it is absent; any other absent row is left out. */
	readonly always: boolean;
	readonly pieces: readonly FormatPiece[];
}

/** How a meter prints its telegrams: which rows, in which order, with which digits. */
export interface TelegramFormat {
	readonly profile: ProfileId;
	/** Identification line without its `/`. */
	readonly identification: string;
	readonly rows: readonly FormatRow[];
}

const TIME_LAYOUTS: readonly TimeLayout[] = ["YYMMDDhhmmssX", "YYMMDDhhmmss", "YYYYMMDD hh:mm:ss"];

/**
 * Reads a format from a telegram that shows it, such as `1-0:1.8.0(00000000.000*kWh)` or a real one: of numbers and times
 * only the shape counts, of other values only the kind. Between rows CRLF and LF are the same; a line that begins with
 * a bracket continues the row above it. Lines from `!` on are ignored, and so are rows with codes that the table lacks.
 * @param telegram - From `/` on; blanks before it are dropped.
 * @throws RangeError for a row that is none, naming it.
 */
export function telegramFormat(profile: ProfileId, telegram: string): TelegramFormat {
	const lines = telegram.trimStart().split(/\r?\n/);
	const first = lines[0] as string;
	if (!first.startsWith("/")) throw new RangeError(`"${first}" is no identification line`);
	const rows: FormatRow[] = [];
	for (let i = 1; i < lines.length; i++) {
		let line = lines[i] as string;
		if (line.startsWith("!")) break;
		if (line === "") continue;
		if (lines[i + 1]?.startsWith("(")) line += `\r\n${lines[++i]}`;
		const row = formatRow(line);
		if (row !== undefined) rows.push(row);
	}
	return Object.freeze({ profile, identification: first.slice(1), rows: Object.freeze(rows) });
}

function formatRow(line: string): FormatRow | undefined {
	const code = line.slice(0, line.indexOf("("));
	const rest = line.slice(code.length);
	if (!/^\d+-\d+:[\d.]+$/.test(code) || !/^(\([^()]*\)(\r\n)?)+$/.test(rest)) {
		throw new RangeError(`"${line}" is no row`);
	}
	const slot = findSlot(obisKey(code));
	if (slot < 0) return undefined;
	const kind = SLOT_KIND[slot] as number;
	if (kind === KIND.log) return { code, always: false, pieces: [{ kind: "text", slot, isLog: true }] };
	const pieces: FormatPiece[] = [];
	let group = 0;
	let always = false;
	let unitText: string | undefined;
	for (const [, content = "", lineEnd = ""] of rest.matchAll(/\(([^()]*)\)(\r\n)?/g)) {
		const step = kind * 8 + Math.min(group, 7);
		const action = GROUP_ACTION[step];
		const into = slot + (GROUP_SECOND[step] as number);
		if (action === ACTION.tooMany) throw new RangeError(`"${line}" has more groups than the decoder reads`);
		pieces.push({ kind: "literal", text: "(" });
		if (action === ACTION.number) pieces.push(numberPiece(into, content, unitText, line));
		else if (action !== ACTION.text && action !== ACTION.plain) pieces.push({ kind: "literal", text: content });
		else if (SLOT_KIND[into] === KIND.time) pieces.push(timePiece(into, content, line));
		else pieces.push({ kind: "text", slot: into, isLog: false });
		pieces.push({ kind: "literal", text: `)${lineEnd}` });
		if (action === ACTION.unit) unitText = content;
		always ||= content === "" && (kind === KIND.octets || kind === KIND.plain);
		group++;
	}
	return { code, always, pieces };
}

/** @param groupUnit - Unit that came in a group of its own. */
function numberPiece(slot: number, content: string, groupUnit: string | undefined, line: string): FormatPiece {
	const parts = /^-?(\d+)(?:\.(\d+))?(?:\*([A-Za-z0-9]+))?$/.exec(content);
	if (parts === null) throw new RangeError(`"${line}" has no number in "(${content})"`);
	const [, whole = "", fraction = "", ownUnit] = parts;
	const suffix = ownUnit === undefined ? "" : `*${ownUnit}`;
	const shape = { kind: "number", slot, wholeDigits: whole.length, decimals: fraction.length, suffix } as const;
	const unitText = ownUnit ?? groupUnit;
	if (unitText === undefined) {
		const unit = SLOT_UNIT[slot] as number;
		if (unit === UNIT.one) return { ...shape, unit, exponent: 0 };
		return { ...shape, unit: unit === UNIT.milli ? unit : UNIT.bare, exponent: 3 };
	}
	let key = 0;
	for (let i = 0; i < unitText.length; i++) key = unitKeyStep(key, unitText.charCodeAt(i));
	const found = findUnit(key);
	if (found === 0) throw new RangeError(`"${line}" has the unknown unit "${unitText}"`);
	return { ...shape, unit: found >> 4, exponent: found & 15 };
}

function timePiece(slot: number, content: string, line: string): FormatPiece {
	const layout = TIME_LAYOUTS.find((each) => each.length === content.length);
	if (layout === undefined) throw new RangeError(`"${line}" has no time in "(${content})"`);
	return { kind: "time", slot, layout };
}
