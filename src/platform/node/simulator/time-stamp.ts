import { CivilTime } from "../../../core/civil-time.js";
import { DST, localMs, type TimeRule, toUtcMs } from "../../../core/timestamp.js";

function two(value: number): string {
	return String(value).padStart(2, "0");
}

/** An instant as it stands in the logs of a telegram, `YYMMDDhhmmssX`. */
export function timeStamp(utcMs: number, rule: TimeRule): string {
	const time = new CivilTime();
	time.setUtc(utcMs, rule);
	const date = `${two(time.year % 100)}${two(time.month)}${two(time.day)}`;
	return `${date}${two(time.hour)}${two(time.minute)}${two(time.second)}${time.summer ? "S" : "W"}`;
}

/** UTC milliseconds of the local midnight that begins the month `monthsBefore` months before the one of an instant. */
export function monthStartMs(utcMs: number, monthsBefore: number, rule: TimeRule): number {
	const time = new CivilTime();
	time.setUtc(utcMs, rule);
	const months = time.year * 12 + time.month - 1 - monthsBefore;
	const year = Math.floor(months / 12);
	return toUtcMs(localMs(year, (months % 12) + 1, 1, 0, 0, 0), year, DST.unsaid, rule);
}
