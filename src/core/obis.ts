import { SLOT_FACTS } from "./obis-table.js";

/**
 * Rolling key of an OBIS code's text: start with 0, then once per character up to "(". Base 17 is above the 14 characters
 * that a code is made of; a test holds that none of the 3.2 million codes from 0-0:0.0.0 to 1-4:99.99.31 shares its key
 * with another one of the table.
 */
export function obisKeyStep(key: number, byte: number): number {
	return ((key << 4) + key + byte) | 0;
}

/** @param code - Reduced ID code as a telegram has it, for example `1-0:1.8.0`. */
export function obisKey(code: string): number {
	let key = 0;
	for (let i = 0; i < code.length; i++) key = obisKeyStep(key, code.charCodeAt(i));
	return key;
}

/** Open addressing with a load under one half. */
export const OBIS_TABLE_MASK = 511;
/** Key at a place, 0 where there is none. */
export const OBIS_TABLE_KEYS = new Int32Array(OBIS_TABLE_MASK + 1);
/** Slot at the same place. */
export const OBIS_TABLE_SLOTS = new Uint8Array(OBIS_TABLE_MASK + 1);

/** Where the search for a key begins. */
export function obisPlace(key: number): number {
	return (key ^ (key >> 25)) & OBIS_TABLE_MASK;
}

for (const [slot, { code }] of SLOT_FACTS.entries()) {
	if (code === "") continue;
	const key = obisKey(code);
	let place = obisPlace(key);
	while (OBIS_TABLE_KEYS[place] !== 0) place = (place + 1) & OBIS_TABLE_MASK;
	OBIS_TABLE_KEYS[place] = key;
	OBIS_TABLE_SLOTS[place] = slot;
}

/** @returns the slot of the code behind `key`, or -1 when the table does not have it. */
export function findSlot(key: number): number {
	let place = obisPlace(key);
	for (;;) {
		const found = OBIS_TABLE_KEYS[place];
		if (found === key) return OBIS_TABLE_SLOTS[place] as number;
		if (found === 0) return -1;
		place = (place + 1) & OBIS_TABLE_MASK;
	}
}
