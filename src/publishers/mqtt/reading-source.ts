import { JsonWriter } from "../../core/json-writer.js";
import {
	FIELD,
	MBUS_FIELD,
	MBUS_SLOTS,
	METER_SLOTS,
	SLOT_QUANTITY,
	SLOTS,
	slotChannel,
} from "../../core/obis-table.js";
import type { Reading } from "../../core/reading.js";
import { isPublished, unitSuffix, writeValue } from "../../core/reading-json.js";
import { UNIT } from "../../core/units.js";
import type { StateSource } from "./state-source.js";

/** Whoever keeps the newest reading: the meter service. */
export interface ReadingKeeper {
	/** Undefined before the first telegram. */
	readonly reading: Reading | undefined;
}

/** Whoever keeps the newest reading's JSON, the same that HTTP gives out. */
export interface DocumentKeeper {
	readonly bytes: Uint8Array;
	/** 0 before the first reading. */
	readonly length: number;
}

/** Longest value that has a topic of its own: a number, a time, an identifier of 96 digits; texts may be longer. */
const VALUE_BYTES = 128;

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Rows of a channel of which the first that is there is published, under one name. */
const REGISTERS = Object.freeze([
	MBUS_FIELD.register_dm3,
	MBUS_FIELD.registerUnconverted_dm3,
	MBUS_FIELD.registerDsmr3_dm3,
]);
const IDENTIFIERS = Object.freeze([MBUS_FIELD.equipmentIdentifier, MBUS_FIELD.equipmentIdentifierBelgium]);

/** The slot's place in `rows`, or -1. */
function placeIn(rows: readonly number[], field: number): number {
	for (let place = 0; place < rows.length; place++) if (rows[place] === field) return place;
	return -1;
}

/** True when an earlier of the channel's alternatives is there, so that this one is left out, as in the JSON. */
function isReplaced(reading: Reading, slot: number): boolean {
	if (slot < METER_SLOTS) return false;
	const field = (slot - METER_SLOTS) % MBUS_SLOTS;
	const isTime = placeIn(REGISTERS, field - 1) >= 0;
	const owner = isTime ? field - 1 : field;
	const rows = placeIn(IDENTIFIERS, owner) >= 0 ? IDENTIFIERS : REGISTERS;
	const place = placeIn(rows, owner);
	for (let earlier = 0; earlier < place; earlier++) {
		if (isPublished(reading, slot - field + (rows[earlier] as number))) return true;
	}
	// A time without the value that it belongs to says nothing.
	return isTime && !isPublished(reading, slot - 1);
}

/** {@link StateSource} over the newest reading: the JSON of HTTP, and a value for each slot but the meter's own time. */
export class ReadingSource implements StateSource {
	readonly valueCount = SLOTS;
	readonly valueBytes = new Uint8Array(VALUE_BYTES);
	readonly #keeper: ReadingKeeper;
	readonly #document: DocumentKeeper;
	readonly #writer = new JsonWriter(this.valueBytes);

	constructor(keeper: ReadingKeeper, document: DocumentKeeper) {
		this.#keeper = keeper;
		this.#document = document;
	}

	get stateBytes(): Uint8Array {
		return this.#document.bytes;
	}

	get stateLength(): number {
		return this.#document.length;
	}

	/** As the JSON names it, for M-Bus channels below `mbus/<channel>/`. */
	valueName(index: number): string {
		const { reading } = this.#keeper;
		const quantity = SLOT_QUANTITY[index];
		if (reading === undefined || quantity === undefined) return "";
		const channel = slotChannel(index);
		if (channel === 0) return quantity + unitSuffix(reading, index);
		return `mbus/${channel}/${this.#channelName(reading, index, quantity)}`;
	}

	valueMark(index: number): number {
		const { reading } = this.#keeper;
		if (reading === undefined || !this.#has(reading, index)) return Number.NaN;
		const unit = reading.units[index] as number;
		// Values stay below 2^48: 11 digits in the table's finest unit, or milliseconds.
		if (unit !== UNIT.text) return (reading.values[index] as number) * 32 + unit;
		const end = reading.textOffset(index) + reading.textLength(index);
		let hash = FNV_OFFSET;
		for (let at = reading.textOffset(index); at < end; at++) {
			hash = Math.imul(hash ^ (reading.bytes[at] as number), FNV_PRIME);
		}
		return hash;
	}

	writeValue(index: number): number {
		const { reading } = this.#keeper;
		if (reading === undefined || !this.#has(reading, index)) return -1;
		const writer = this.#writer;
		writer.reset();
		writeValue(writer, reading, index);
		if (writer.overflowed) return -1;
		const unit = reading.units[index];
		if (unit !== UNIT.text && unit !== UNIT.time) return writer.length;
		// A topic is its own quotation marks.
		this.valueBytes.copyWithin(0, 1, writer.length - 1);
		return writer.length - 2;
	}

	#has(reading: Reading, index: number): boolean {
		return index !== FIELD.time && isPublished(reading, index) && !isReplaced(reading, index);
	}

	#channelName(reading: Reading, index: number, name: string): string {
		const field = (index - METER_SLOTS) % MBUS_SLOTS;
		if (placeIn(REGISTERS, field) >= 0) {
			return (reading.units[index] === UNIT.dm3 ? "volume" : "energy") + unitSuffix(reading, index);
		}
		if (placeIn(REGISTERS, field - 1) >= 0) return "time";
		if (placeIn(IDENTIFIERS, field) >= 0) return "equipmentIdentifier";
		return name + unitSuffix(reading, index);
	}
}
