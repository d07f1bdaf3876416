import { CivilTime } from "./civil-time.js";
import { CRC16_TABLE } from "./crc16.js";
import { PROFILES } from "./profile.js";
import type { FormatPiece, FormatRow, TelegramFormat, TimeLayout } from "./telegram-format.js";
import type { TelegramContent } from "./telegram-values.js";
import { SIGNED_UNITS, UNIT } from "./units.js";

const LF = 10;
const CR = 13;
const BANG = 33;
const OPEN = 40;
const CLOSE = 41;
const MINUS = 45;
const POINT = 46;
const SLASH = 47;
const ZERO = 48;

/**
 * Writes telegrams in a meter's format, the opposite of the decoder: what it writes, the decoder reads back to the same
 * slots, to the digits that the format prints.
 *
 * A row without a present value is left out, except for the texts that meters print with empty brackets; within a row an
 * absent value is empty brackets. Slots that the format has no row for are left out too. Digits finer than a row
 * prints are rounded, halves away from zero.
 * @see P1 Companion Standard 5.0.2 §6; IEC 62056-21 mode D.
 */
export class Encoder {
	readonly format: TelegramFormat;
	readonly #time = new CivilTime();
	#out: Uint8Array = new Uint8Array(0);
	#at = 0;

	constructor(format: TelegramFormat) {
		this.format = format;
	}

	/**
	 * Writes one telegram, from `/` to the line end after its CRC, at `offset` of `out`.
	 * @returns where it ends.
	 * @throws RangeError when `out` is too small, or when a value does not fit its row: too many digits, a fraction, another
	 * unit, a minus sign that the decoder would refuse, a year outside 2000 to 2099, a text that would break its row.
	 */
	encode(content: TelegramContent, out: Uint8Array, offset = 0): number {
		const { format } = this;
		this.#out = out;
		this.#at = offset;
		this.#put(SLASH);
		this.#putText(format.identification);
		this.#putLineEnd();
		this.#putLineEnd();
		for (let i = 0; i < format.rows.length; i++) this.#putRow(format.rows[i] as FormatRow, content);
		this.#put(BANG);
		if (PROFILES[format.profile].crcRequired) this.#putCrc(offset);
		this.#putLineEnd();
		if (this.#at > out.length) throw new RangeError(`a telegram of ${this.#at - offset} bytes does not fit`);
		return this.#at;
	}

	/** Bytes behind the end of the buffer are counted, not written. */
	#put(byte: number): void {
		this.#out[this.#at++] = byte;
	}

	#putText(text: string): void {
		for (let i = 0; i < text.length; i++) this.#put(text.charCodeAt(i));
	}

	#putLineEnd(): void {
		this.#put(CR);
		this.#put(LF);
	}

	#putCrc(offset: number): void {
		let crc = 0;
		for (let i = offset; i < this.#at; i++) {
			crc = (crc >>> 8) ^ (CRC16_TABLE[(crc ^ (this.#out[i] as number)) & 0xff] as number);
		}
		for (let shift = 12; shift >= 0; shift -= 4) {
			const digit = (crc >> shift) & 15;
			this.#put(digit < 10 ? ZERO + digit : 55 + digit);
		}
	}

	#putRow(row: FormatRow, content: TelegramContent): void {
		let printed = row.always;
		for (let i = 0; i < row.pieces.length && !printed; i++) {
			const piece = row.pieces[i] as FormatPiece;
			printed = piece.kind !== "literal" && content.units[piece.slot] !== UNIT.absent;
		}
		if (!printed) return;
		this.#putText(row.code);
		for (let i = 0; i < row.pieces.length; i++) this.#putPiece(row, row.pieces[i] as FormatPiece, content);
		this.#putLineEnd();
	}

	#putPiece(row: FormatRow, piece: FormatPiece, content: TelegramContent): void {
		if (piece.kind === "literal") {
			this.#putText(piece.text);
			return;
		}
		const { slot } = piece;
		const unit = content.units[slot] as number;
		if (unit === UNIT.absent) return;
		const wanted = piece.kind === "number" ? piece.unit : piece.kind === "time" ? UNIT.time : UNIT.text;
		if (unit !== wanted) throw new RangeError(`${row.code} is not printed in that unit`);
		if (piece.kind === "text") this.#putBytes(row, content, slot, piece.isLog);
		else if (piece.kind === "time") this.#putTime(row, content.values[slot] as number, piece.layout);
		else this.#putNumber(row, piece, content.values[slot] as number);
	}

	#putBytes(row: FormatRow, content: TelegramContent, slot: number, isLog: boolean): void {
		const offset = content.textOffset(slot);
		const end = offset + content.textLength(slot);
		if (isLog && content.bytes[offset] !== OPEN) throw new RangeError(`the log ${row.code} begins with a bracket`);
		for (let i = offset; i < end; i++) {
			const byte = content.bytes[i] as number;
			const ends = byte === BANG || byte === SLASH || (!isLog && (byte === OPEN || byte === CLOSE));
			if (byte < 0x20 || byte > 0x7e || ends) throw new RangeError(`the text of ${row.code} would break the telegram`);
			this.#put(byte);
		}
	}

	#putNumber(row: FormatRow, piece: FormatPiece & { readonly kind: "number" }, value: number): void {
		const { wholeDigits, decimals, exponent } = piece;
		const isNegative = value < 0;
		const signed = ((SIGNED_UNITS >> piece.unit) & 1) === 1;
		let digits = Math.abs(value);
		if (decimals >= exponent) digits *= 10 ** (decimals - exponent);
		else digits = Math.floor(digits / 10 ** (exponent - decimals) + 0.5);
		const fits = Number.isSafeInteger(digits) && digits < 10 ** (wholeDigits + decimals);
		if (!fits || !Number.isInteger(value) || (isNegative && !signed)) {
			throw new RangeError(`${value} does not fit ${row.code}`);
		}
		if (isNegative && digits > 0) this.#put(MINUS);
		this.#putDigits(digits, wholeDigits, decimals);
		this.#putText(piece.suffix);
	}

	#putDigits(digits: number, wholeDigits: number, decimals: number): void {
		const length = wholeDigits + decimals + (decimals > 0 ? 1 : 0);
		let rest = digits;
		for (let i = length - 1; i >= 0; i--) {
			if (decimals > 0 && i === wholeDigits) {
				this.#out[this.#at + i] = POINT;
				continue;
			}
			const tenth = Math.floor(rest / 10);
			this.#out[this.#at + i] = ZERO + rest - tenth * 10;
			rest = tenth;
		}
		this.#at += length;
	}

	#putTime(row: FormatRow, utcMs: number, layout: TimeLayout): void {
		const time = this.#time;
		time.setUtc(utcMs, PROFILES[this.format.profile].time);
		if (utcMs % 1000 !== 0 || time.year < 2000 || time.year > 2099) {
			throw new RangeError(`${utcMs} is no time for ${row.code}`);
		}
		const spaced = layout === "YYYYMMDD hh:mm:ss";
		this.#putDigits(spaced ? time.year : time.year - 2000, spaced ? 4 : 2, 0);
		this.#putDigits(time.month, 2, 0);
		this.#putDigits(time.day, 2, 0);
		if (spaced) this.#putText(" ");
		this.#putDigits(time.hour, 2, 0);
		if (spaced) this.#putText(":");
		this.#putDigits(time.minute, 2, 0);
		if (spaced) this.#putText(":");
		this.#putDigits(time.second, 2, 0);
		if (layout === "YYMMDDhhmmssX") this.#putText(time.summer ? "S" : "W");
	}
}
