import { literal } from "./literal.js";

/**
 * The units that readings are kept in: each the integer resolution in which meters send the quantity.
 * `json` and `jsonDecimals` say how the JSON prints it: 230700 mV becomes `"…V":230.7`.
 */
export const UNITS = [
	{ symbol: "", json: "", jsonDecimals: 0 },
	{ symbol: "Wh", json: "Wh", jsonDecimals: 0 },
	{ symbol: "W", json: "W", jsonDecimals: 0 },
	{ symbol: "varh", json: "Varh", jsonDecimals: 0 },
	{ symbol: "var", json: "Var", jsonDecimals: 0 },
	{ symbol: "VAh", json: "VAh", jsonDecimals: 0 },
	{ symbol: "VA", json: "VA", jsonDecimals: 0 },
	{ symbol: "mV", json: "V", jsonDecimals: 3 },
	{ symbol: "mA", json: "A", jsonDecimals: 3 },
	{ symbol: "mHz", json: "Hz", jsonDecimals: 3 },
	{ symbol: "dm3", json: "M3", jsonDecimals: 3 },
	{ symbol: "kJ", json: "GJ", jsonDecimals: 6 },
	{ symbol: "s", json: "S", jsonDecimals: 0 },
	{ symbol: "1", json: "", jsonDecimals: 0 },
	{ symbol: "0.001", json: "", jsonDecimals: 3 },
	{ symbol: "bare", json: "", jsonDecimals: 3 },
	{ symbol: "ms", json: "", jsonDecimals: 0 },
	{ symbol: "text", json: "", jsonDecimals: 0 },
] as const;

/** The `json` of each unit as bytes. */
export const UNIT_SUFFIX: readonly Uint8Array[] = Object.freeze(UNITS.map(({ json }) => literal(json)));
/** The `jsonDecimals` of each unit. */
export const UNIT_DECIMALS = Uint8Array.from(UNITS, ({ jsonDecimals }) => jsonDecimals);

/** Index into {@link UNITS}; 0 marks an absent value. */
export const UNIT = {
	absent: 0,
	Wh: 1,
	W: 2,
	varh: 3,
	var: 4,
	VAh: 5,
	VA: 6,
	mV: 7,
	mA: 8,
	mHz: 9,
	dm3: 10,
	kJ: 11,
	s: 12,
	/** A count or a state, as the meter sent it. */
	one: 13,
	/** Thousandths of a ratio, for example a power factor. */
	milli: 14,
	/** Thousandths of a number that needed a unit but came without one: never shown as a quantity. */
	bare: 15,
	/** Milliseconds since 1970-01-01T00:00:00Z. */
	time: 16,
	/** A span of the telegram: offset * 65536 + length. */
	text: 17,
} as const;

/** A unit by its {@link UNITS} symbol, as the table of OBIS codes names it. */
export type UnitName = keyof typeof UNIT;

/** Set of units as a bit mask over {@link UNIT}. */
export function unitMask(...units: readonly number[]): number {
	let mask = 0;
	for (const unit of units) mask |= 1 << unit;
	return mask;
}

/**
 * A minus sign is believed for these alone: a cumulative register, a counter, a voltage or a frequency cannot be negative
 * (negative in the field: net demand 1-0:16.24.0 and power factors, telegrams/lt-other/lt-eso-anonymised.txt; the
 * export half of 1-1:31.4.0, telegrams/lu/smarty-a.txt).
 */
export const SIGNED_UNITS = unitMask(UNIT.W, UNIT.var, UNIT.VA, UNIT.mA, UNIT.milli, UNIT.bare);

/** One unit as it stands in a telegram, after `*`; the case of letters varies between makes (kVArh, kvarh). */
interface WireUnit {
	readonly text: string;
	readonly unit: number;
	/** The value in this unit times 10 to this power is the value in {@link WireUnit.unit}. */
	readonly exponent: number;
}

const WIRE_UNITS: readonly WireUnit[] = [
	{ text: "kwh", unit: UNIT.Wh, exponent: 3 },
	{ text: "wh", unit: UNIT.Wh, exponent: 0 },
	{ text: "mwh", unit: UNIT.Wh, exponent: 6 },
	{ text: "kw", unit: UNIT.W, exponent: 3 },
	{ text: "w", unit: UNIT.W, exponent: 0 },
	{ text: "kvarh", unit: UNIT.varh, exponent: 3 },
	{ text: "varh", unit: UNIT.varh, exponent: 0 },
	{ text: "kvar", unit: UNIT.var, exponent: 3 },
	{ text: "var", unit: UNIT.var, exponent: 0 },
	{ text: "kvah", unit: UNIT.VAh, exponent: 3 },
	{ text: "vah", unit: UNIT.VAh, exponent: 0 },
	{ text: "kva", unit: UNIT.VA, exponent: 3 },
	{ text: "va", unit: UNIT.VA, exponent: 0 },
	{ text: "v", unit: UNIT.mV, exponent: 3 },
	{ text: "a", unit: UNIT.mA, exponent: 3 },
	{ text: "hz", unit: UNIT.mHz, exponent: 3 },
	{ text: "m3", unit: UNIT.dm3, exponent: 3 },
	{ text: "dm3", unit: UNIT.dm3, exponent: 0 },
	{ text: "l", unit: UNIT.dm3, exponent: 0 },
	{ text: "gj", unit: UNIT.kJ, exponent: 6 },
	{ text: "mj", unit: UNIT.kJ, exponent: 3 },
	{ text: "kj", unit: UNIT.kJ, exponent: 0 },
	{ text: "s", unit: UNIT.s, exponent: 0 },
];

/** Rolling key of a unit's text: start with 0, then once per character; upper and lower case give the same key. */
export function unitKeyStep(key: number, byte: number): number {
	return ((key << 6) ^ (byte | 0x20)) | 0;
}

/** @param text - A unit as a telegram has it, without `*`. */
export function unitKey(text: string): number {
	let key = 0;
	for (let i = 0; i < text.length; i++) key = unitKeyStep(key, text.charCodeAt(i));
	return key;
}

/** Open addressing; the size leaves room so that nearly every unit is found at the first look. */
export const UNIT_TABLE_MASK = 127;
/** Key at a place, 0 where there is none. */
export const UNIT_TABLE_KEYS = new Int32Array(UNIT_TABLE_MASK + 1);
/** Unit * 16 + exponent at the same place. */
export const UNIT_TABLE_VALUES = new Uint16Array(UNIT_TABLE_MASK + 1);

for (const { text, unit, exponent } of WIRE_UNITS) {
	const key = unitKey(text);
	let place = (key ^ (key >> 8)) & UNIT_TABLE_MASK;
	while (UNIT_TABLE_KEYS[place] !== 0) place = (place + 1) & UNIT_TABLE_MASK;
	UNIT_TABLE_KEYS[place] = key;
	UNIT_TABLE_VALUES[place] = unit * 16 + exponent;
}

/** The unit and exponent behind a key, packed as unit * 16 + exponent; 0 for a unit that no table row uses. */
export function findUnit(key: number): number {
	let place = (key ^ (key >> 8)) & UNIT_TABLE_MASK;
	for (;;) {
		const found = UNIT_TABLE_KEYS[place];
		if (found === key) return UNIT_TABLE_VALUES[place] as number;
		if (found === 0) return 0;
		place = (place + 1) & UNIT_TABLE_MASK;
	}
}
