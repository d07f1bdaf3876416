import { SLOT_ACCEPTS, SLOT_UNIT } from "./obis-table.js";
import { findUnit, SIGNED_UNITS, UNIT, UNIT_TABLE_KEYS, UNIT_TABLE_MASK, UNIT_TABLE_VALUES } from "./units.js";

const POWERS_OF_TEN = Object.freeze([1, 10, 100, 1e3, 1e4, 1e5, 1e6]);
/** What is dropped of a number with more decimals than this is its last digits, and they are below any resolution. */
const MAX_DECIMALS = 12;

/** What became of a value. */
export const STORED = { yes: 0, malformed: 1, unitMissing: 2 } as const;

/**
 * Scales a number to its slot's unit and stores it; the slot stays absent when the value cannot be believed.
 * @param digits - The number without its point and sign: 0 to 2^53 - 1, anything above is malformed.
 * @param decimals - Digits after the point.
 * @param unitKey - Key of the unit's text, 0 for none.
 * @returns one of {@link STORED}.
 */
export function storeValue(
	values: Float64Array,
	units: Uint8Array,
	slot: number,
	digits: number,
	decimals: number,
	negative: boolean,
	unitKey: number,
): number {
	let unit = SLOT_UNIT[slot] as number;
	let exponent = 0;
	let stored: number = STORED.yes;
	if (unitKey !== 0) {
		const place = (unitKey ^ (unitKey >> 8)) & UNIT_TABLE_MASK;
		const found = (UNIT_TABLE_KEYS[place] === unitKey ? UNIT_TABLE_VALUES[place] : findUnit(unitKey)) as number;
		unit = found >> 4;
		exponent = found & 15;
		// An unknown unit is 0, which no slot accepts.
		if ((((SLOT_ACCEPTS[slot] as number) >> unit) & 1) === 0) return STORED.malformed;
	} else if (unit === UNIT.milli) {
		exponent = 3;
	} else if (unit !== UNIT.one) {
		unit = UNIT.bare;
		exponent = 3;
		stored = STORED.unitMissing;
	}
	let value = digits;
	if (exponent > decimals) {
		value *= POWERS_OF_TEN[exponent - decimals] as number;
	} else if (exponent < decimals) {
		if (unit === UNIT.one || decimals > MAX_DECIMALS) return STORED.malformed;
		value = Math.floor(value / 10 ** (decimals - exponent));
	}
	if (value > Number.MAX_SAFE_INTEGER || digits > Number.MAX_SAFE_INTEGER) return STORED.malformed;
	if (negative && value !== 0) {
		if (((SIGNED_UNITS >> unit) & 1) === 0) return STORED.malformed;
		value = -value;
	}
	values[slot] = value;
	units[slot] = unit;
	return stored;
}
