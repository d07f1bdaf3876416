import type { JsonWriter } from "../../../core/json-writer.js";
import { MBUS_SLOTS, METER_SLOTS, SLOT_QUANTITY, SLOTS } from "../../../core/obis-table.js";
import { UNIT, UNITS } from "../../../core/units.js";
import { documentOf, type EntityLook, EXTRA, extraName, MBUS_ENTITY } from "./entities.js";

/** Name in the JSON without the unit: of a slot, of an M-Bus register by what it counts, or of an extra. */
export function quantityName(entity: number, unit: number): string {
	if (entity >= SLOTS) return extraName(entity);
	if (documentOf(entity) > 0) {
		const field = (entity - METER_SLOTS) % MBUS_SLOTS;
		if (field === MBUS_ENTITY.register) return unit === UNIT.dm3 ? "volume" : "energy";
		if (field === MBUS_ENTITY.time) return "time";
	}
	return SLOT_QUANTITY[entity] ?? "";
}

/** The expression for a member of the JSON: of the object itself, or of the M-Bus device on a channel. */
function writeMember(writer: JsonWriter, document: number, member: string): void {
	if (document === 0) {
		writer.raw("value_json.");
		writer.raw(member);
		return;
	}
	writer.raw(`value_json.mbus|default([])|selectattr('channel','eq',${document})|map(attribute='`);
	writer.raw(member);
	writer.raw("')|first");
}

/**
 * Writes the Jinja template that takes an entity's value out of the JSON of reading-json.ts, as a JSON string.
 *
 * A member that is absent becomes `None`, which Home Assistant shows as unknown. Without that the template would give an
 * empty text: for a number Home Assistant then keeps the value of yesterday, and warns with each reading (home-assistant/core,
 * components/mqtt/sensor.py, `_update_state`). It never becomes 0.
 */
export function writeValueTemplate(writer: JsonWriter, entity: number, unit: number, look: EntityLook): void {
	const document = documentOf(entity);
	writer.beginString();
	if (entity === EXTRA.connection) {
		writer.raw("{{'OFF' if value_json.stale else 'ON'}}");
	} else if (entity === EXTRA.powerNet) {
		writer.raw("{%set i=value_json.powerImportW%}{%set e=value_json.powerExportW%}");
		writer.raw("{{i-e if i is defined and e is defined else none}}");
	} else {
		const member = quantityName(entity, unit) + (UNITS[unit]?.json ?? "");
		if (look.isKilo === true) {
			writer.raw("{%set v=");
			writeMember(writer, document, member);
			writer.raw("%}{{v/1000 if v is defined else none}}");
		} else {
			writer.raw(look.isText === true ? "{{(" : "{{");
			writeMember(writer, document, member);
			// A state has at most 255 characters.
			writer.raw(look.isText === true ? "|default(none)|string)[:255]}}" : "|default(none)}}");
		}
	}
	writer.endString();
}
