import type { NumberSpan } from "./number-span.js";
import { FIELD, PLAIN_SLOTS, TIME_SLOTS } from "./obis-table.js";
import { PROFILES, type Profile } from "./profile.js";
import type { Reading } from "./reading.js";
import { DST, localMs, type TimeRule, toUtcMs } from "./timestamp.js";
import { UNIT } from "./units.js";
import { STORED, storeValue } from "./value.js";

const CLOSE = 0x29;

function has(reading: Reading, slot: number): boolean {
	return reading.units[slot] !== UNIT.absent;
}

/** Three letters as one number: the FLAG identifier of the make that an identification line begins with. */
function letters(first: number, second: number, third: number): number {
	return (first << 16) | (second << 8) | third;
}

const FLUVIUS = letters(0x46, 0x4c, 0x55);
const LUXEMBOURG = letters(0x4c, 0x75, 0x78);
const ESO_LITHUANIA = letters(0x45, 0x53, 0x4f);

/**
 * A telegram without a CRC that may be believed: it has what DSMR 2.2 and 3 telegrams have and nothing that came later
 * (a clock row, a version row), so that a telegram of another kind whose CRC was lost on the way is not taken for one.
 */
export function looksLikeDsmr2(reading: Reading): boolean {
	return (
		has(reading, FIELD.energyImportTariff1_Wh) &&
		has(reading, FIELD.equipmentIdentifier) &&
		!has(reading, FIELD.time) &&
		!has(reading, FIELD.p1Version) &&
		!has(reading, FIELD.emucsVersion) &&
		!has(reading, FIELD.energyImport_Wh)
	);
}

/**
 * Finds the kind of port from the rows of a telegram whose CRC has passed. Every row is optional, so this goes by the
 * marks that only one kind has, and by what a Swedish port never has: an identifier, a tariff or a version
 * (Branschrekommendation 2.0: the meter's identity is left out on purpose).
 */
export function detectProfile(reading: Reading): Profile {
	const { bytes, telegramOffset: at } = reading;
	const make = letters(bytes[at + 1] as number, bytes[at + 2] as number, bytes[at + 3] as number);
	if (make === FLUVIUS || has(reading, FIELD.emucsVersion)) return PROFILES.be;
	if (make === LUXEMBOURG) return PROFILES.lu;
	const version = reading.get(FIELD.p1Version);
	if (version !== undefined) return version >= 50 ? PROFILES.dsmr5 : PROFILES.dsmr4;
	// Rows that only Lithuanian meters send (telegrams/lt-other/lt-eso-anonymised.txt).
	if (make === ESO_LITHUANIA || has(reading, FIELD.firmwareChecksum) || has(reading, FIELD.averagePowerNet_W)) {
		return PROFILES.lt;
	}
	if (
		has(reading, FIELD.equipmentIdentifier) ||
		has(reading, FIELD.meterSerialNumber) ||
		has(reading, FIELD.logicalDeviceName) ||
		has(reading, FIELD.tariffIndicator) ||
		has(reading, FIELD.energyImportTariff1_Wh)
	) {
		return PROFILES.p1;
	}
	return PROFILES.se;
}

/** Two digits at `at`, -1 when they are none. */
function twoDigits(bytes: Uint8Array, at: number): number {
	const tens = (bytes[at] as number) - 48;
	const ones = (bytes[at + 1] as number) - 48;
	return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

/**
 * UTC milliseconds of a time stamp `YYMMDDhhmmss[W|S]`, or of `YYYYMMDD hh:mm:ss`, which NES meters send
 * (telegrams/se/nes-83335-dk.txt); NaN when it is neither, or no date; infinity when it is two instants or none.
 */
export function parseTime(bytes: Uint8Array, start: number, length: number, rule: TimeRule): number {
	let dst: number = DST.unsaid;
	let date = start;
	let gap = 0;
	if (length === 13) {
		// Some meters write it small (telegrams/nl-v4/lg-e350-40.txt).
		const flag = (bytes[start + 12] as number) | 0x20;
		if (flag === 0x77) dst = DST.winter;
		else if (flag === 0x73) dst = DST.summer;
		else return Number.NaN;
	} else if (length === 17) {
		if (twoDigits(bytes, start) !== 20) return Number.NaN;
		if (bytes[start + 8] !== 0x20 || bytes[start + 11] !== 0x3a || bytes[start + 14] !== 0x3a) return Number.NaN;
		date += 2;
		gap = 1;
	} else if (length !== 12) {
		return Number.NaN;
	}
	const clock = date + 6 + gap;
	const yearOfCentury = twoDigits(bytes, date);
	if (yearOfCentury < 0) return Number.NaN;
	const year = 2000 + yearOfCentury;
	const local = localMs(
		year,
		twoDigits(bytes, date + 2),
		twoDigits(bytes, date + 4),
		twoDigits(bytes, clock),
		twoDigits(bytes, clock + 2 + gap),
		twoDigits(bytes, clock + 4 + gap + gap),
	);
	return toUtcMs(local, year, dst, rule);
}

/**
 * Takes the closing bracket off the texts that go to the end of their line, since some have brackets of their own
 * (`1-0:0.2.0((ER11))`, Lithuania). An empty text is absent.
 * @returns how many had no closing bracket; they are left out.
 */
export function closePlainTexts(reading: Reading): number {
	let malformed = 0;
	for (let i = 0; i < PLAIN_SLOTS.length; i++) {
		const slot = PLAIN_SLOTS[i] as number;
		const length = reading.textLength(slot);
		if (length === 0) continue;
		const isClosed = reading.bytes[reading.textOffset(slot) + length - 1] === CLOSE;
		if (isClosed) reading.values[slot] = (reading.values[slot] as number) - 1;
		else malformed++;
		if (!isClosed || length === 1) reading.units[slot] = UNIT.absent;
	}
	return malformed;
}

/**
 * Turns the time stamps of a reading, kept as text until its profile is known, into UTC. A stamp that is no time is left
 * out. A row that should have a time and a value, but has one group, is read as the value alone.
 * @param span - Scratch space.
 * @returns how many values could not be believed.
 */
export function resolveTimes(reading: Reading, rule: TimeRule, span: NumberSpan): number {
	const { units, values } = reading;
	let malformed = 0;
	for (let i = 0; i < TIME_SLOTS.length; i++) {
		const slot = TIME_SLOTS[i] as number;
		if (units[slot] !== UNIT.text) continue;
		const start = reading.textOffset(slot);
		const length = reading.textLength(slot);
		const time = parseTime(reading.bytes, start, length, rule);
		if (slot === FIELD.time) {
			reading.timeTextOffset = start;
			reading.timeTextLength = length;
		}
		units[slot] = UNIT.absent;
		if (Number.isFinite(time)) {
			units[slot] = UNIT.time;
			values[slot] = time;
		} else if (time === Number.POSITIVE_INFINITY) {
			// A right stamp that the hour of the clock change makes ambiguous: left out, no fault.
		} else if (
			slot === FIELD.time ||
			units[slot - 1] !== UNIT.absent ||
			!span.parse(reading.bytes, start, length) ||
			storeValue(values, units, slot - 1, span.digits, span.decimals, false, span.unitKey) !== STORED.yes
		) {
			malformed++;
		}
	}
	return malformed;
}
