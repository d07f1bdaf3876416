import { SLOT_UNIT, SLOTS } from "./obis-table.js";
import { UNIT } from "./units.js";

/** What a telegram says, slot by slot; a {@link Reading} is one. */
export interface TelegramContent {
	/** Value of each slot: an integer in its unit; instants in milliseconds since 1970-01-01T00:00:00Z. */
	readonly values: Float64Array;
	/** {@link UNIT} of each slot, 0 where it is absent. */
	readonly units: Uint8Array;
	/** Buffer with the texts. */
	readonly bytes: Uint8Array;
	/** Where the text of a slot begins in {@link bytes}. */
	textOffset(slot: number): number;
	/** Length of the text of a slot in bytes; 0 when absent. */
	textLength(slot: number): number;
}

/** Room for all texts of a telegram. */
const TEXT_BYTES = 4096;

/** Values for a telegram that is to be written; the opposite of a reading. */
export class TelegramValues implements TelegramContent {
	readonly values = new Float64Array(SLOTS);
	readonly units = new Uint8Array(SLOTS);
	readonly bytes = new Uint8Array(TEXT_BYTES);
	#textEnd = 0;

	/** Makes every slot absent. */
	clear(): void {
		this.units.fill(UNIT.absent);
		this.#textEnd = 0;
	}

	/**
	 * Gives a slot a number or an instant.
	 * @param value - In `unit`.
	 * @param unit - One of {@link UNIT}, where the slot leaves a choice; absent: the unit that the slot's key names.
	 */
	set(slot: number, value: number, unit = SLOT_UNIT[slot] as number): void {
		this.values[slot] = value;
		this.units[slot] = unit;
	}

	/**
	 * Gives a slot a text. What it replaces takes up room until {@link clear}.
	 * @param text - ASCII, as it stands in the telegram: hexadecimal digits for octets, the groups in brackets for a log.
	 * @throws RangeError when all texts together are longer than 4096 bytes.
	 */
	setText(slot: number, text: string): void {
		const offset = this.#textEnd;
		if (offset + text.length > TEXT_BYTES) throw new RangeError(`texts may have ${TEXT_BYTES} bytes together`);
		for (let i = 0; i < text.length; i++) this.bytes[offset + i] = text.charCodeAt(i);
		this.#textEnd = offset + text.length;
		this.values[slot] = offset * 65_536 + text.length;
		this.units[slot] = UNIT.text;
	}

	/** Makes a slot absent. */
	remove(slot: number): void {
		this.units[slot] = UNIT.absent;
	}

	textOffset(slot: number): number {
		return this.units[slot] === UNIT.text ? Math.floor((this.values[slot] as number) / 65_536) : 0;
	}

	textLength(slot: number): number {
		return this.units[slot] === UNIT.text ? (this.values[slot] as number) % 65_536 : 0;
	}
}

/** Text as the hexadecimal octets in which meters send it. @param text - Characters up to U+00FF. */
export function toOctets(text: string): string {
	let octets = "";
	for (let i = 0; i < text.length; i++) octets += text.charCodeAt(i).toString(16).toUpperCase().padStart(2, "0");
	return octets;
}
