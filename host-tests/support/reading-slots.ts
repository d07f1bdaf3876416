import { SLOTS } from "../../src/core/obis-table.js";
import type { TelegramContent } from "../../src/core/telegram-values.js";
import { UNIT } from "../../src/core/units.js";

/** Every present slot of a reading, or of values that are to be encoded, in a form that `toEqual` can compare. */
export function slotsOf(content: TelegramContent): Record<number, string> {
	const slots: Record<number, string> = {};
	for (let slot = 0; slot < SLOTS; slot++) {
		const unit = content.units[slot];
		if (unit === UNIT.absent) continue;
		const offset = content.textOffset(slot);
		const text = Buffer.from(content.bytes.subarray(offset, offset + content.textLength(slot))).toString("latin1");
		slots[slot] = unit === UNIT.text ? `text ${text}` : `${content.values[slot]} in ${unit}`;
	}
	return slots;
}
