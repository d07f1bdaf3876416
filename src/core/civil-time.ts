import { changeMs, type TimeRule } from "./timestamp.js";

/** A calendar date and time of day on a meter's clock; reused, so that filling one costs nothing. */
export class CivilTime {
	year = 1970;
	/** 1 to 12. */
	month = 1;
	/** 1 to 31. */
	day = 1;
	hour = 0;
	minute = 0;
	second = 0;
	/** 0 is Monday, 6 is Sunday. */
	weekday = 3;
	/** True while the clock is on summer time. */
	summer = false;
	/** Minutes east of UTC. */
	offsetMinutes = 0;

	/** Sets the fields to what a clock under `rule` shows at an instant. @param utcMs - Milliseconds since 1970-01-01T00:00:00Z. */
	setUtc(utcMs: number, rule: TimeRule): void {
		this.offsetMinutes = rule.standardOffsetMinutes;
		this.summer = false;
		this.#setLocal(Math.floor(utcMs / 1000) + this.offsetMinutes * 60);
		// The changes are in March and October, so normal time and summer time agree on the year.
		if (!rule.fixed && utcMs >= changeMs(this.year, 3) && utcMs < changeMs(this.year, 10)) {
			this.summer = true;
			this.offsetMinutes += 60;
			this.#setLocal(Math.floor(utcMs / 1000) + this.offsetMinutes * 60);
		}
	}

	#setLocal(localS: number): void {
		const days = Math.floor(localS / 86_400);
		const secondOfDay = localS - days * 86_400;
		this.hour = Math.floor(secondOfDay / 3600);
		this.minute = Math.floor(secondOfDay / 60) % 60;
		this.second = secondOfDay % 60;
		// 1970-01-01 was a Thursday.
		this.weekday = (((days + 3) % 7) + 7) % 7;
		// Days since 0000-03-01: counting years from March puts the leap day at the end.
		const shifted = days + 719_468;
		const era = Math.floor(shifted / 146_097);
		const dayOfEra = shifted - era * 146_097;
		const yearOfEra = Math.floor(
			(dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
		);
		const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
		const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
		this.day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
		this.month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
		this.year = yearOfEra + era * 400 + (this.month <= 2 ? 1 : 0);
	}
}
