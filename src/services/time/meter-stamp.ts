import type { Reading } from "../../core/reading.js";
import { changeMs } from "../../core/timestamp.js";

/** `YYMMDDhhmmssX`. */
const FLAGGED_LENGTH = 13;
const SMALL_S = 0x73;

/**
 * True when the meter's stamp says which half of the year it is, and says what the clock of its kind of port has then: the
 * EU's rule (directive 2000/84/EC), or in Sweden always W. Whoever reads a stamp that says nothing, or something else, under
 * that rule may be an hour wrong: the kind of port may be another, or the meter's clock may not be changed in summer.
 * @param utcMs - What the stamp was read as.
 */
export function hasFittingSeason(reading: Reading, utcMs: number): boolean {
	const { bytes, timeTextOffset: at } = reading;
	const rule = reading.profile.time;
	if (reading.timeTextLength !== FLAGGED_LENGTH) return false;
	// Some meters write it small (telegrams/nl-v4/lg-e350-40.txt).
	const saysSummer = ((bytes[at + FLAGGED_LENGTH - 1] as number) | 0x20) === SMALL_S;
	if (rule.fixed) return !saysSummer;
	const year = 2000 + ((bytes[at] as number) - 48) * 10 + (bytes[at + 1] as number) - 48;
	return saysSummer === (utcMs >= changeMs(year, 3) && utcMs < changeMs(year, 10));
}
