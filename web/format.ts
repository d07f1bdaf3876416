import type { LanguageTexts } from "./texts.js";

/** A number and its unit, for people. */
export type Quantity = { readonly value: string; readonly unit: string };

const NO_BREAK = "\u00a0";
/** More would be noise. */
const MAX_DECIMALS = 3;

/** Decimals that a value needs, up to three. */
export function decimalsOf(value: number): number {
	for (let decimals = 0; decimals < MAX_DECIMALS; decimals++) {
		if (Math.abs(value - Number(value.toFixed(decimals))) < 1e-9) return decimals;
	}
	return MAX_DECIMALS;
}

/** Writes numbers and times the way the reader's language does. */
export class Format {
	readonly #texts: LanguageTexts;
	readonly #formats = new Map<number, Intl.NumberFormat>();
	/** The most decimals that each value has had: the meter's resolution, so that 7.0 is not 7 between 6.9 and 7.1. */
	readonly #resolutions = new Map<string, number>();
	readonly #clock: Intl.DateTimeFormat;
	readonly #minute: Intl.DateTimeFormat;
	readonly #moment: Intl.DateTimeFormat;

	/** @param timeZone - IANA name; absent: the reader's own. */
	constructor(texts: LanguageTexts, timeZone?: string) {
		this.#texts = texts;
		const zone = timeZone === undefined ? {} : { timeZone };
		const { locale } = texts;
		this.#clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", ...zone });
		this.#minute = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", ...zone });
		this.#moment = new Intl.DateTimeFormat(locale, {
			day: "numeric",
			month: "short",
			hour: "2-digit",
			minute: "2-digit",
			...zone,
		});
	}

	/** With exactly so many decimals. */
	number(value: number, decimals: number): string {
		let format = this.#formats.get(decimals);
		if (format === undefined) {
			const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
			format = new Intl.NumberFormat(this.#texts.locale, digits);
			this.#formats.set(decimals, format);
		}
		return format.format(value);
	}

	/** In the meter's resolution, which is learned from the values themselves. @param name - of the kind of value. */
	measured(name: string, value: number): string {
		const decimals = Math.max(decimalsOf(value), this.#resolutions.get(name) ?? 0);
		this.#resolutions.set(name, decimals);
		return this.number(value, decimals);
	}

	/** A power without its sign: in W below 1 kW, else in kW with two decimals. */
	power(powerW: number): Quantity {
		const magnitudeW = Math.abs(powerW);
		if (Math.round(magnitudeW) < 1000) return { value: this.number(magnitudeW, 0), unit: "W" };
		return { value: this.number(magnitudeW / 1000, 2), unit: "kW" };
	}

	/** As {@link power}, in one text. */
	powerText(powerW: number): string {
		const { value, unit } = this.power(powerW);
		return value + NO_BREAK + unit;
	}

	/** A number in the meter's resolution with its unit. */
	measuredText(name: string, value: number, unit: string): string {
		return this.measured(name, value) + NO_BREAK + unit;
	}

	/** How long: "40 s", "12 min", "3 h 20 min", "2 d 4 h". Below two minutes to the second. */
	duration(seconds: number): string {
		const { secondUnit, minuteUnit, hourUnit, dayUnit } = this.#texts;
		const whole = Math.max(0, Math.floor(seconds));
		const minutes = Math.floor(whole / 60);
		const hours = Math.floor(minutes / 60);
		if (whole < 120) return whole + NO_BREAK + secondUnit;
		if (hours === 0) return minutes + NO_BREAK + minuteUnit;
		if (hours < 24) return both(hours, hourUnit, minutes % 60, minuteUnit);
		return both(Math.floor(hours / 24), dayUnit, hours % 24, hourUnit);
	}

	/** Time of day with seconds. */
	clock(timeMs: number): string {
		return this.#clock.format(timeMs);
	}

	/** Time of day to the minute. */
	minute(timeMs: number): string {
		return this.#minute.format(timeMs);
	}

	/** Day and time of day. */
	moment(timeMs: number): string {
		return this.#moment.format(timeMs);
	}
}

function both(large: number, largeUnit: string, small: number, smallUnit: string): string {
	const text = large + NO_BREAK + largeUnit;
	return small === 0 ? text : `${text} ${small}${NO_BREAK}${smallUnit}`;
}
