import { GroupWalker } from "./group-walker.js";
import { MBUS_CHANNELS, MBUS_SLOTS, mbusSlot, SLOT_UNIT, SLOTS } from "./obis-table.js";
import { PROFILES, type Profile } from "./profile.js";
import { UNIT } from "./units.js";

/** What a reading takes of the memory that it is given; a multiple of 8. */
export const READING_BYTES = 8 * SLOTS + ((SLOTS + 7) & ~7);

/**
 * One decoded telegram. The decoder owns two of these and fills them in turn: a reading is whole and unchanging from the
 * moment its CRC has passed until the second telegram after it begins, so hold it for the length of a callback and copy
 * what is needed for longer.
 */
export class Reading {
	/** Value of each slot: an integer in its {@link units}; NaN never occurs. */
	readonly values: Float64Array;
	/** {@link UNIT} of each slot, 0 where the telegram had no such value. */
	readonly units: Uint8Array;
	/** Buffer with the telegram, byte for byte, at `[telegramOffset, telegramEnd)`. */
	readonly bytes: Uint8Array;
	readonly telegramOffset: number;
	telegramEnd: number;
	/** Where the identification line ends, CR and LF excluded. */
	identificationEnd: number;
	/** Reads rows that are kept as they stand; one walk at a time. */
	readonly groups: GroupWalker;
	profile: Profile = PROFILES.p1;
	/** Counts the accepted telegrams of its decoder, from 1. */
	sequence = 0;
	/** Where the meter's own time stamp stands in {@link bytes}; length 0 when the telegram has none. */
	timeTextOffset = 0;
	timeTextLength = 0;
	/** The CRC that the telegram printed, or -1 where its profile has none. */
	crc = -1;

	/** `memory` of {@link READING_BYTES} from `offset` on, a multiple of 8, is for the values. */
	constructor(bytes: Uint8Array, telegramOffset: number, memory: SharedArrayBuffer, offset: number) {
		this.values = new Float64Array(memory, offset, SLOTS);
		this.units = new Uint8Array(memory, offset + this.values.byteLength, SLOTS);
		this.bytes = bytes;
		this.groups = new GroupWalker(bytes);
		this.telegramOffset = telegramOffset;
		this.telegramEnd = telegramOffset;
		this.identificationEnd = telegramOffset;
	}

	/** The integer in the unit that the slot's key names; undefined when absent or sent in another unit. */
	get(slot: number): number | undefined {
		return this.getIn(slot, SLOT_UNIT[slot] as number);
	}

	/** The integer in `unit` ({@link UNIT}); undefined when absent or sent in another unit. */
	getIn(slot: number, unit: number): number | undefined {
		return this.units[slot] === unit && unit !== UNIT.absent ? this.values[slot] : undefined;
	}

	/** Where the text of a slot begins in {@link bytes}; 0 with {@link textLength} 0 when absent. */
	textOffset(slot: number): number {
		return this.units[slot] === UNIT.text ? this.telegramOffset + ((this.values[slot] as number) >>> 16) : 0;
	}

	/** Length of the text of a slot in bytes, as the meter sent it (hexadecimal digits for octets). */
	textLength(slot: number): number {
		return this.units[slot] === UNIT.text ? (this.values[slot] as number) & 0xffff : 0;
	}

	/** True when any M-Bus channel has a value to publish. */
	get hasMbus(): boolean {
		for (let channel = 1; channel <= MBUS_CHANNELS; channel++) if (this.hasChannel(channel)) return true;
		return false;
	}

	/** True when an M-Bus channel, 1 to 4, has a value to publish; the time of an absent value is none. */
	hasChannel(channel: number): boolean {
		const first = mbusSlot(channel, 0);
		for (let slot = first; slot < first + MBUS_SLOTS; slot++) {
			const unit = this.units[slot];
			if (unit !== UNIT.absent && unit !== UNIT.bare && unit !== UNIT.time) return true;
		}
		return false;
	}
}
