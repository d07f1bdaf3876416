import { CRC16_TABLE } from "./crc16.js";
import {
	countError,
	createCounters,
	type DecoderCounters,
	ERROR,
	type Mutable,
	type TelegramError,
	type TelegramErrorCode,
} from "./errors.js";
import { fixedMemory } from "./fixed-memory.js";
import { NumberSpan } from "./number-span.js";
import { OBIS_TABLE_KEYS, OBIS_TABLE_MASK, OBIS_TABLE_SLOTS } from "./obis.js";
import { KIND, SLOT_KIND, SLOT_UNIT, SLOT_WIRE_KEY } from "./obis-table.js";
import { hexDigit } from "./octets.js";
import { PROFILES, type Profile, type ProfileId } from "./profile.js";
import { closePlainTexts, detectProfile, looksLikeDsmr2, resolveTimes } from "./profile-detection.js";
import { READING_BYTES, Reading } from "./reading.js";
import { ACTION, GROUP_ACTION, GROUP_SECOND } from "./row-actions.js";
import { UNIT } from "./units.js";
import { STORED, storeValue } from "./value.js";

/** Bytes of a telegram that are kept: Belgian and Lithuanian telegrams come near 2.4 KiB, text messages add to that. */
export const DEFAULT_TELEGRAM_BYTES = 4096;
/** A text message may have 1024 octets, so 2048 digits in one line (P1 Companion Standard 5.0.2 §6.12). */
const MAX_LINE_BYTES = 2304;
/** `!`, four digits, and what may stand between them and the line end. */
const MAX_CRC_LINE_BYTES = 12;
/** Stands for the digits of a CRC after a CR without any. */
const NO_CRC = 5;
/** Chunks up to this size are copied by the engine's own memory move, whatever part of them is meant. */
const SCRATCH_BYTES = 512;

export interface DecoderOptions {
	/** Forces a profile; absent or "auto": found anew for each telegram. */
	readonly profile?: ProfileId | "auto" | undefined;
	/** Size of the largest telegram, 256 to 32768; default {@link DEFAULT_TELEGRAM_BYTES}. Twice this is allocated. */
	readonly telegramBytes?: number | undefined;
	/** A telegram has been accepted. See {@link Reading} for how long it stays as it is. */
	onReading(reading: Reading): void;
	/** A telegram has been rejected; the object is reused. */
	onError?(error: TelegramError): void;
}

// States, in the order in which a data line passes through them: push() walks down them.
const LINE_ENDED = 0;
const CODE = 1;
const NUMBER = 2;
const UNIT_NAME = 3;
const STORE = 4;
const AFTER_GROUP = 5;
/** The same, a CR later. */
const AFTER_CR = 6;
const NEXT_GROUP = 7;
const TEXT = 8;
const REST_OF_LINE = 9;
const IDENTIFICATION = 10;
/** A byte that its state did not expect, already part of the CRC. */
const ODD_BYTE = 11;
const CRC = 12;
/** A "/" has been read: inside a telegram, or outside. */
const RESTART = 13;
const START = 14;
const IDLE = 15;

const LF = 10;
const CR = 13;
const BANG = 33;
const OPEN = 40;
const CLOSE = 41;
const STAR = 42;
const MINUS = 45;
const POINT = 46;
const SLASH = 47;

/** Scaled by a thousand, these stay exact integers. */
const MAX_PLAIN_VALUE = 9e12;
const PLAIN_SCALE = new Float64Array([1000, 100, 10, 1]);

/**
 * Decodes P1 telegrams from bytes as they arrive, in chunks of any size: one pass, no allocation after construction,
 * the CRC computed on the way. A reading is handed out only after its CRC has passed.
 *
 * Tolerated because meters in the field do it: bare LF line ends (counted), NUL before the line end of the CRC,
 * lower-case CRC digits, blank lines, any order of rows. Decided where the standard is silent: of a repeated code the
 * first row stands; a value without the unit that it needs is absent; digits finer than the unit are cut off; a minus
 * sign is refused on registers, counters, voltages and frequency; a row with a group too many has no value. A telegram
 * without CRC is believed only when every row of it makes sense and it is as long as the one before.
 * @see P1 Companion Standard 5.0.2 §6; IEC 62056-21 mode D.
 */
export class Decoder {
	// The fields of every push come first: XS finds a private field by walking them in this order.

	/** Bytes given to the decoder before the current push. */
	#streamBytes = 0;
	/** Bytes of the current telegram before the current push, and how many of them are in the buffer. */
	#length = 0;
	#kept = 0;
	/** Place in the telegram from which on the current line is too long. */
	#lineLimit = 0;
	#state = IDLE;
	#crc = 0;
	/** Place of the "!" in the telegram. */
	#bang = 0;
	#printedCrc = 0;
	#crcDigits = 0;
	#previousByte = 0;
	/** Key of the OBIS code, then of the unit. */
	#key = 0;
	#value = 0;
	/** Row and group within it; the key of a unit that came in a group of its own. */
	#slot = 0;
	#group = 0;
	#unitKey = 0;
	/** Slot that the current group goes to; -1 for none. */
	#into = -1;
	/** Place in the telegram of a group's first character. */
	#begin = 0;
	/** Place after a number's point, -1 before it. */
	#point = -1;
	#decimals = 0;
	#negative = false;
	#identificationLength = 0;

	readonly #options: DecoderOptions;
	readonly #forced: Profile | undefined;
	readonly #capacity: number;
	/** The telegrams of both readings, then room to move bytes through. */
	readonly #buffer: Uint8Array;
	readonly #readings: readonly [Reading, Reading];
	readonly #error: Mutable<TelegramError> = {
		code: ERROR.crcMismatch,
		offset: 0,
		expected: undefined,
		actual: undefined,
	};
	readonly #counters = createCounters();
	readonly #span = new NumberSpan();

	/** The reading being filled; the other one is the latest. */
	#target: Reading;
	#latest: Reading | undefined;
	#crcSeen = false;
	/** Length of the last telegram without a CRC that made sense; 0 before the first. */
	#bareLength = 0;

	// Of the current telegram; they join the counters when it is accepted.
	#rowsMalformed = 0;
	#valuesMalformed = 0;
	#unitsMissing = 0;
	#rowsRepeated = 0;
	#rowsUnknown = 0;

	/** @throws RangeError when an option is out of its range. */
	constructor(options: DecoderOptions) {
		const { profile = "auto", telegramBytes = DEFAULT_TELEGRAM_BYTES } = options;
		if (!(telegramBytes >= 256 && telegramBytes <= 32_768)) throw new RangeError("telegramBytes must be 256 to 32768");
		if (profile !== "auto" && !(profile in PROFILES)) throw new RangeError(`no profile is called "${profile}"`);
		this.#options = options;
		this.#forced = profile === "auto" ? undefined : PROFILES[profile];
		this.#capacity = telegramBytes;
		const memory = fixedMemory(2 * READING_BYTES + 2 * telegramBytes + SCRATCH_BYTES);
		this.#buffer = new Uint8Array(memory, 2 * READING_BYTES);
		this.#target = new Reading(this.#buffer, 0, memory, 0);
		this.#readings = [this.#target, new Reading(this.#buffer, telegramBytes, memory, READING_BYTES)];
	}

	/** The last accepted reading; undefined before the first. */
	get latest(): Reading | undefined {
		return this.#latest;
	}

	get counters(): DecoderCounters {
		return this.#counters;
	}

	/** Drops a telegram that has begun, uncounted: for example because the line settings change. */
	reset(): void {
		this.#state = IDLE;
	}

	/** Decodes the bytes `[offset, end)`; they are not retained. Callbacks come from inside this call. */
	push(bytes: Uint8Array, offset = 0, end = bytes.length): void {
		const table = CRC16_TABLE;
		const capacity = this.#capacity;
		let units = this.#target.units;
		let state = this.#state;
		let crc = this.#crc;
		let key = this.#key;
		let value = this.#value;
		let into = this.#into;
		let begin = this.#begin;
		let point = this.#point;
		let decimals = this.#decimals;
		let i = offset;
		let b = 0;
		// bytes[i] is byte i + shift of the telegram; those from `from` on are not in the buffer yet.
		let shift = this.#length - offset;
		let from = offset;
		let limit = Math.min(end, this.#lineLimit - shift);
		if (state === IDLE) limit = end;

		walk: while (i < end) {
			if (state === LINE_ENDED) {
				key = 0;
				let longest = i + shift + MAX_LINE_BYTES;
				if (longest > capacity) longest = capacity;
				this.#lineLimit = longest;
				limit = longest - shift;
				if (limit > end) limit = end;
				state = CODE;
			} else if (i >= limit) {
				this.#rejectOverlong(state, i + shift, this.#streamBytes + i - offset);
				state = IDLE;
				limit = end;
			}

			if (state === CODE) {
				for (;;) {
					if (i >= limit) continue walk;
					b = bytes[i] as number;
					i++;
					crc = (crc >>> 8) ^ (table[(crc ^ b) & 0xff] as number);
					if (b < 48 && (b < MINUS || b === SLASH)) break;
					key = ((key << 4) + key + b) | 0;
				}
				if (b === OPEN && key !== 0) {
					let place = (key ^ (key >> 25)) & OBIS_TABLE_MASK;
					let found = OBIS_TABLE_KEYS[place];
					while (found !== key && found !== 0) {
						place = (place + 1) & OBIS_TABLE_MASK;
						found = OBIS_TABLE_KEYS[place];
					}
					this.#group = 0;
					into = OBIS_TABLE_SLOTS[place] as number;
					if (found === 0) {
						this.#rowsUnknown++;
						into = -1;
						state = REST_OF_LINE;
					} else if (units[into] !== UNIT.absent) {
						this.#rowsRepeated++;
						into = -1;
						state = REST_OF_LINE;
					} else {
						this.#slot = into;
						if (SLOT_KIND[into] === KIND.number) {
							begin = i + shift;
							point = -1;
							key = 0;
							value = 0;
							state = NUMBER;
						} else {
							this.#unitKey = 0;
							state = NEXT_GROUP;
						}
					}
				} else if (key !== 0) {
					this.#rowsMalformed++;
					state = ODD_BYTE;
				} else if (b === OPEN && this.#group === 5 && SLOT_KIND[this.#slot] === KIND.dsmr3) {
					// The value of a DSMR 2.2 or 3 M-Bus row, on a line of its own.
					this.#group = 6;
					state = NEXT_GROUP;
				} else if (b === CR) {
					continue;
				} else if (b === LF) {
					state = LINE_ENDED;
					continue;
				} else {
					if (b !== BANG && b !== SLASH) this.#rowsMalformed++;
					state = ODD_BYTE;
				}
			}

			if (state === NUMBER) {
				for (;;) {
					if (i >= limit) continue walk;
					b = bytes[i] as number;
					i++;
					crc = (crc >>> 8) ^ (table[(crc ^ b) & 0xff] as number);
					if (b < 48) {
						if (b === POINT && point < 0) {
							point = i + shift;
							continue;
						}
						if (b === MINUS && i + shift === begin + 1 && !this.#negative) {
							this.#negative = true;
							begin++;
							continue;
						}
						break;
					}
					if (b > 57) break;
					value = value * 10 + b - 48;
				}
				const place = i + shift - 1;
				decimals = point < 0 ? 0 : place - point;
				if (place - begin > (point < 0 ? 0 : 1) && (b === STAR || b === CLOSE)) {
					state = b === STAR ? UNIT_NAME : STORE;
				} else if (b === CLOSE && place === begin && !this.#negative) {
					state = AFTER_GROUP;
				} else {
					this.#negative = false;
					this.#valuesMalformed++;
					state = ODD_BYTE;
				}
			}

			if (state === UNIT_NAME) {
				for (;;) {
					if (i >= limit) continue walk;
					b = bytes[i] as number;
					i++;
					crc = (crc >>> 8) ^ (table[(crc ^ b) & 0xff] as number);
					if (b < 48) break;
					key = (key << 6) ^ (b | 0x20);
				}
				if (b !== CLOSE) {
					this.#negative = false;
					this.#valuesMalformed++;
					state = ODD_BYTE;
				} else if (into < 0) {
					this.#unitKey = key;
					state = AFTER_GROUP;
				} else {
					state = STORE;
				}
			}

			if (state === STORE) {
				// Nearly all values come in a unit a thousand times the kept one, without a sign: kWh, kW, V, A, m3.
				if (key === SLOT_WIRE_KEY[into] && decimals < 4 && value < MAX_PLAIN_VALUE && !this.#negative) {
					this.#target.values[into] = decimals === 3 ? value : value * (PLAIN_SCALE[decimals] as number);
					units[into] = SLOT_UNIT[into] as number;
				} else {
					this.#storeOdd(into, value, decimals, key);
				}
				state = AFTER_GROUP;
			}

			if (state === AFTER_GROUP || state === AFTER_CR) {
				for (;;) {
					if (i >= limit) continue walk;
					b = bytes[i] as number;
					i++;
					crc = (crc >>> 8) ^ (table[(crc ^ b) & 0xff] as number);
					if (b !== CR) break;
					state = AFTER_CR;
				}
				if (b === LF) {
					if (state === AFTER_GROUP) this.#counters.bareLineFeeds++;
					state = LINE_ENDED;
					continue;
				}
				if (b === OPEN) {
					this.#group++;
					state = NEXT_GROUP;
				} else {
					this.#rowsMalformed++;
					state = ODD_BYTE;
				}
			}

			if (state === NEXT_GROUP) {
				const row = this.#slot;
				const step = (SLOT_KIND[row] as number) * 8 + Math.min(this.#group, 7);
				const action = GROUP_ACTION[step];
				into = row + (GROUP_SECOND[step] as number);
				begin = i + shift;
				if (action === ACTION.number) {
					point = -1;
					key = this.#unitKey;
					value = 0;
					state = NUMBER;
				} else if (action === ACTION.tooMany) {
					units[row] = UNIT.absent;
					this.#valuesMalformed++;
					into = -1;
					state = REST_OF_LINE;
				} else if (action === ACTION.log || action === ACTION.plain) {
					if (action === ACTION.log) begin--;
					state = REST_OF_LINE;
				} else {
					if (action !== ACTION.text) into = -1;
					key = 0;
					state = action === ACTION.unit ? UNIT_NAME : TEXT;
				}
				continue;
			}

			if (state === TEXT) {
				for (;;) {
					if (i >= limit) continue walk;
					b = bytes[i] as number;
					i++;
					crc = (crc >>> 8) ^ (table[(crc ^ b) & 0xff] as number);
					if (b < 48 && (b === CLOSE || b === LF || b === BANG || b === SLASH)) break;
				}
				if (b === CLOSE) {
					if (into >= 0) this.#storeText(into, begin, i + shift - 1);
					state = AFTER_GROUP;
					continue;
				}
				this.#valuesMalformed++;
				state = ODD_BYTE;
			}

			if (state === REST_OF_LINE || state === IDENTIFICATION) {
				for (;;) {
					if (i >= limit) continue walk;
					b = bytes[i] as number;
					i++;
					crc = (crc >>> 8) ^ (table[(crc ^ b) & 0xff] as number);
					if (b < 48 && (b === LF || b === BANG || b === SLASH)) break;
				}
				if (b === LF) {
					const stop = this.#lineEnd(bytes, i, offset) + shift;
					if (stop === i + shift - 1) this.#counters.bareLineFeeds++;
					if (state === IDENTIFICATION) this.#identificationLength = stop;
					else if (into >= 0) this.#storeText(into, begin, stop);
				} else if (state === IDENTIFICATION || into >= 0) {
					this.#rowsMalformed++;
				}
				state = ODD_BYTE;
			}

			if (state === ODD_BYTE) {
				into = -1;
				if (b === LF) {
					state = LINE_ENDED;
				} else if (b === SLASH) {
					state = RESTART;
				} else if (b === BANG) {
					this.#bang = i + shift - 1;
					this.#printedCrc = 0;
					this.#crcDigits = 0;
					limit = this.#limitLine(i + shift, MAX_CRC_LINE_BYTES) - shift;
					if (limit > end) limit = end;
					state = CRC;
				} else {
					state = REST_OF_LINE;
				}
				if (state !== RESTART) continue;
			}

			if (state === CRC) {
				b = bytes[i] as number;
				i++;
				const digit = hexDigit(b);
				const digits = this.#crcDigits;
				if (digit >= 0 && digits < 4) {
					this.#printedCrc = this.#printedCrc * 16 + digit;
					this.#crcDigits++;
				} else if (b === LF || (b === SLASH && digits >= 4)) {
					// Without a line end, the "/" of the next telegram ends this one.
					if (b === SLASH) i--;
					this.#keep(bytes, from, i);
					this.#finish(crc, i + shift, this.#streamBytes + i - offset);
					units = this.#target.units;
					state = IDLE;
					limit = end;
				} else if (b === CR && digits === 0) {
					this.#crcDigits = NO_CRC;
				} else if ((b !== CR && b !== 0) || digits < 4) {
					i--;
					this.#reject(ERROR.crcMalformed, this.#streamBytes + i - offset);
					state = IDLE;
					limit = end;
				}
				continue;
			}

			if (state === IDLE) {
				do {
					b = bytes[i] as number;
					i++;
					if (b === SLASH) break;
					if (b > 32) this.#counters.noiseBytes++;
				} while (i < end);
				if (b !== SLASH) continue;
				state = START;
			}

			// A "/" at i - 1 begins a telegram, whatever was before it.
			if (state === RESTART) this.#reject(ERROR.telegramTruncated, this.#streamBytes + i - 1 - offset);
			from = i - 1;
			shift = 1 - i;
			crc = table[SLASH] as number;
			this.#startTelegram();
			limit = this.#limitLine(0, MAX_LINE_BYTES) - shift;
			if (limit > end) limit = end;
			state = IDENTIFICATION;
		}

		if (state !== IDLE) this.#keep(bytes, from, end);
		this.#length = end + shift;
		this.#streamBytes += end - offset;
		if (end > offset) this.#previousByte = bytes[end - 1] as number;
		this.#state = state;
		this.#crc = crc;
		this.#key = key;
		this.#value = value;
		this.#into = into;
		this.#begin = begin;
		this.#point = point;
		this.#decimals = decimals;
	}

	/**
	 * The input has ended: accepts a telegram whose last line end is missing, and counts one that is cut off.
	 * The decoder can be used again after it.
	 */
	flush(): void {
		if (this.#state === CRC && (this.#crcDigits >= 4 || this.#crcDigits === 0)) {
			this.#finish(this.#crc, this.#length, this.#streamBytes);
		} else if (this.#state !== IDLE) {
			this.#reject(ERROR.telegramTruncated, this.#streamBytes);
		}
		this.#state = IDLE;
	}

	/** Index in the chunk at which the line that ends before `i` has its CR, or its LF where there is no CR. */
	#lineEnd(bytes: Uint8Array, i: number, offset: number): number {
		const before = i - 2 >= offset ? bytes[i - 2] : this.#previousByte;
		return before === CR ? i - 2 : i - 1;
	}

	/** Sets the place in the telegram from which on the line that begins at `start` is too long, and returns it. */
	#limitLine(start: number, lineBytes: number): number {
		this.#lineLimit = start + lineBytes;
		if (this.#lineLimit > this.#capacity) this.#lineLimit = this.#capacity;
		return this.#lineLimit;
	}

	#storeOdd(slot: number, digits: number, decimals: number, unitKey: number): void {
		const { values, units } = this.#target;
		const stored = storeValue(values, units, slot, digits, decimals, this.#negative, unitKey);
		if (stored === STORED.malformed) this.#valuesMalformed++;
		else if (stored === STORED.unitMissing) this.#unitsMissing++;
		this.#negative = false;
	}

	#storeText(slot: number, begin: number, end: number): void {
		if (end <= begin) return;
		this.#target.values[slot] = (begin << 16) | (end - begin);
		this.#target.units[slot] = UNIT.text;
	}

	#startTelegram(): void {
		this.#target.units.fill(UNIT.absent);
		this.#kept = 0;
		this.#negative = false;
		this.#identificationLength = 0;
		this.#slot = 0;
		this.#group = 0;
		this.#rowsMalformed = 0;
		this.#valuesMalformed = 0;
		this.#unitsMissing = 0;
		this.#rowsRepeated = 0;
		this.#rowsUnknown = 0;
	}

	/** Appends the bytes `[from, to)` of a chunk to the telegram in the buffer; there is room, the line limit sees to it. */
	#keep(bytes: Uint8Array, from: number, to: number): void {
		const buffer = this.#buffer;
		const at = this.#target.telegramOffset + this.#kept;
		this.#kept += to - from;
		if (from === 0 && this.#kept - to + bytes.length <= this.#capacity) {
			// Bytes behind `to` are overwritten by the next chunk.
			buffer.set(bytes, at);
		} else if (bytes.length <= SCRATCH_BYTES) {
			const scratch = 2 * this.#capacity;
			buffer.set(bytes, scratch);
			buffer.copyWithin(at, scratch + from, scratch + to);
		} else {
			for (let i = from, j = at; i < to; i++, j++) buffer[j] = bytes[i] as number;
		}
	}

	#rejectOverlong(state: number, length: number, offset: number): void {
		if (length >= this.#capacity) this.#reject(ERROR.telegramTooLarge, offset, this.#capacity, length + 1);
		else if (state === CRC) this.#reject(ERROR.crcMalformed, offset);
		else this.#reject(ERROR.lineTooLong, offset, MAX_LINE_BYTES, MAX_LINE_BYTES + 1);
	}

	#reject(code: TelegramErrorCode, offset: number, expected?: number, actual?: number): void {
		countError(this.#counters, code);
		const error = this.#error;
		error.code = code;
		error.offset = offset;
		error.expected = expected;
		error.actual = actual;
		this.#options.onError?.(error);
	}

	/** The telegram is whole: makes it the latest reading if it passes, rejects it if not. */
	#finish(crc: number, length: number, offset: number): void {
		const target = this.#target;
		target.telegramEnd = target.telegramOffset + length;
		target.identificationEnd = target.telegramOffset + this.#identificationLength;
		const crcOffset = offset - length + this.#bang + 1;
		const hasCrc = this.#crcDigits === 4;
		const isBare = this.#crcDigits === 0 || this.#crcDigits === NO_CRC;
		if (hasCrc && crc !== this.#printedCrc) {
			this.#reject(ERROR.crcMismatch, crcOffset, this.#printedCrc, crc);
		} else if (!hasCrc && !isBare) {
			this.#reject(ERROR.crcMalformed, crcOffset);
		} else if (!hasCrc && !this.#mayLackCrc()) {
			this.#reject(ERROR.crcMissing, crcOffset);
		} else {
			this.#accept(hasCrc ? crc : -1, crcOffset);
		}
	}

	/** Decided from the telegram only while no CRC has ever been seen here: a port does not stop sending them. */
	#mayLackCrc(): boolean {
		if (this.#forced !== undefined) return !this.#forced.crcRequired;
		return !this.#crcSeen && looksLikeDsmr2(this.#target);
	}

	/** @param crc - The CRC that has passed, -1 where the profile has none. */
	#accept(crc: number, crcOffset: number): void {
		const target = this.#target;
		const counters = this.#counters;
		target.profile = this.#forced ?? (crc < 0 ? PROFILES.dsmr2 : detectProfile(target));
		target.crc = crc;
		this.#valuesMalformed += resolveTimes(target, target.profile.time, this.#span) + closePlainTexts(target);
		const faults = this.#rowsMalformed + this.#valuesMalformed + this.#unitsMissing + this.#rowsRepeated;
		if (crc < 0 && faults > 0) {
			this.#reject(ERROR.malformedRow, crcOffset);
			return;
		}
		if (crc >= 0) {
			this.#crcSeen = true;
		} else {
			// A lost or a doubled byte may leave rows that make sense, but not the length that the meter always sends.
			const length = target.telegramEnd - target.telegramOffset;
			const expected = this.#bareLength;
			this.#bareLength = length;
			if (expected !== 0 && length !== expected) {
				this.#reject(ERROR.unconfirmed, crcOffset, expected, length);
				return;
			}
		}
		counters.telegrams++;
		counters.rowsMalformed += this.#rowsMalformed;
		counters.valuesMalformed += this.#valuesMalformed;
		counters.unitsMissing += this.#unitsMissing;
		counters.rowsRepeated += this.#rowsRepeated;
		counters.rowsUnknown += this.#rowsUnknown;
		target.sequence = counters.telegrams;
		this.#latest = target;
		this.#target = this.#readings[target === this.#readings[0] ? 1 : 0];
		this.#options.onReading(target);
	}
}
