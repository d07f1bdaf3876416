import { KIND } from "./obis-table.js";

/** What the decoder does with one group in brackets. */
export const ACTION = { tooMany: 0, number: 1, text: 2, ignore: 3, unit: 4, log: 5, plain: 6 } as const;

/** Groups that any kind of row tells apart; further ones are `tooMany`. */
const GROUPS = 8;

/** {@link ACTION} of a group: index is kind * 8 + group, the group counted from 0 and at most 7. */
export const GROUP_ACTION = new Uint8Array(8 * GROUPS);
/** 1 where the group's value belongs to the second slot of the row. */
export const GROUP_SECOND = new Uint8Array(8 * GROUPS);

function set(kind: number, group: number, action: number, second = 0): void {
	GROUP_ACTION[kind * GROUPS + group] = action;
	GROUP_SECOND[kind * GROUPS + group] = second;
}

set(KIND.number, 0, ACTION.number);
set(KIND.time, 0, ACTION.text);
set(KIND.octets, 0, ACTION.text);
set(KIND.plain, 0, ACTION.plain);
set(KIND.timed, 0, ACTION.text, 1);
set(KIND.timed, 1, ACTION.number);
set(KIND.pair, 0, ACTION.number);
set(KIND.pair, 1, ACTION.number, 1);
set(KIND.log, 0, ACTION.log);
// (time)(status)(minutes between values)(how many)(OBIS code)(unit)(value), DSMR 3.0 §6.12
set(KIND.dsmr3, 0, ACTION.text, 1);
for (let group = 1; group <= 4; group++) set(KIND.dsmr3, group, ACTION.ignore);
set(KIND.dsmr3, 5, ACTION.unit);
set(KIND.dsmr3, 6, ACTION.number);
