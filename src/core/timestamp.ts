/** What a meter says of daylight saving time: `W` winter, `S` summer, or nothing (DSMR 2.2 and 3 M-Bus rows). */
export const DST = { unsaid: 0, winter: 1, summer: 2 } as const;

/** How a profile's local time becomes UTC. */
export interface TimeRule {
	/** Minutes east of UTC in winter. */
	readonly standardOffsetMinutes: number;
	/** True where the clock stays on normal time all year and the W/S flag means nothing (Sweden). */
	readonly fixed: boolean;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Days from 1970-01-01 to a date of the Gregorian calendar, from the year 1 on. @param month - 1 to 12. */
export function daysFromCivil(year: number, month: number, day: number): number {
	// Counting years from March puts the leap day at the end.
	const shifted = month > 2 ? year : year - 1;
	const era = (shifted / 400) | 0;
	const yearOfEra = shifted - era * 400;
	const dayOfYear = (((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) | 0) + day - 1;
	const dayOfEra = yearOfEra * 365 + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0) + dayOfYear;
	return era * 146_097 + dayOfEra - 719_468;
}

function daysInMonth(year: number, month: number): number {
	if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
	return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/**
 * Milliseconds from 1970-01-01T00:00 to a date and time, both on the same clock; NaN for a date that is none
 * (month 13, 31 April, 24:00, NaN in any part).
 */
export function localMs(
	year: number,
	month: number,
	day: number,
	hour: number,
	minute: number,
	second: number,
): number {
	// Written so that NaN, from a character that is no digit, fails too.
	const isDate = year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
	const isTime = hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 59;
	if (!isDate || !isTime) return Number.NaN;
	return daysFromCivil(year, month, day) * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS + second * 1000;
}

/**
 * UTC instant, in milliseconds, of the change at 01:00 UTC on the last Sunday of a month with 31 days
 * (directive 2000/84/EC): March into summer time, October out of it.
 */
export function changeMs(year: number, month: number): number {
	const last = daysFromCivil(year, month, 31);
	// 1970-01-01 was a Thursday: day 3 of it was a Sunday.
	return (last - ((last + 4) % 7)) * DAY_MS + HOUR_MS;
}

/**
 * UTC of a local time stamp.
 * @param local - As {@link localMs} gives it.
 * @param year - The year that `local` is in.
 * @returns milliseconds since 1970-01-01T00:00:00Z; NaN when `local` is; infinity where the stamp stands for two instants
 * or for none: no flag, and within the hour that autumn repeats or spring leaves out.
 */
export function toUtcMs(local: number, year: number, dst: number, rule: TimeRule): number {
	const winter = local - rule.standardOffsetMinutes * MINUTE_MS;
	if (rule.fixed || dst === DST.winter) return winter;
	const summer = winter - HOUR_MS;
	if (dst === DST.summer) return summer;
	const spring = changeMs(year, 3);
	const autumn = changeMs(year, 10);
	const winterHolds = winter < spring || winter >= autumn;
	const summerHolds = summer >= spring && summer < autumn;
	if (winterHolds === summerHolds) return Number.isNaN(local) ? Number.NaN : Number.POSITIVE_INFINITY;
	return winterHolds ? winter : summer;
}
