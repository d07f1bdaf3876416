import { FIELD, MBUS_CHANNELS, MBUS_FIELD, METER_SLOTS, mbusSlot, SLOT_NAME } from "../../../core/obis-table.js";
import type { Reading } from "../../../core/reading.js";
import { isPublished, mbusMedium } from "../../../core/reading-json.js";
import { UNIT } from "../../../core/units.js";
import { DOCUMENTS, documentOf, ENTITIES, EXTRA, MBUS_ENTITY } from "./entities.js";

/** Added to the unit of an entity that was announced and is to be removed. */
const GONE = 0x80;

/** True for what {@link KnownEntities.units} has of an entity that went. */
export function isGone(unit: number): boolean {
	return unit >= GONE;
}

/** The {@link UNIT} in what {@link KnownEntities.units} has, of an entity that went too. */
export function unitOf(unit: number): number {
	return unit % GONE;
}

/** So many hours of readings without its row, and a row has disappeared for good. */
export const GONE_AFTER_HOURS = 24;

/** The rows of a channel of which the first that is there is published, for each of its entities. */
const MBUS_ROWS: readonly { readonly entity: number; readonly rows: readonly number[] }[] = Object.freeze([
	{
		entity: MBUS_ENTITY.register,
		rows: [MBUS_FIELD.register_dm3, MBUS_FIELD.registerUnconverted_dm3, MBUS_FIELD.registerDsmr3_dm3],
	},
	{
		entity: MBUS_ENTITY.equipmentIdentifier,
		rows: [MBUS_FIELD.equipmentIdentifier, MBUS_FIELD.equipmentIdentifierBelgium],
	},
	{ entity: MBUS_ENTITY.connectionIdentifier, rows: [MBUS_FIELD.connectionIdentifier] },
	{ entity: MBUS_ENTITY.valveState, rows: [MBUS_FIELD.valveState] },
]);

const FIRST_CODE = 48;

/** Changes when a row of the table of OBIS codes comes, goes or moves, so that old notes are not misread. */
function tableMark(): string {
	let mark = ENTITIES;
	for (const name of SLOT_NAME) for (let i = 0; i < name.length; i++) mark = (mark * 31 + (name[i] ?? 0)) % 16_777_213;
	return mark.toString(16);
}

/**
 * Which entities there are, learned from readings: a set that grows, and from which an entity goes after
 * {@link GONE_AFTER_HOURS} without its row. Nothing is allocated while readings are alike.
 */
export class KnownEntities {
	/** The {@link UNIT} in which each entity's value is sent; 0 for one that is not there; see {@link isGone}. */
	readonly units = new Uint8Array(ENTITIES);
	/** M-Bus device type of each channel, index 1 to 4, plus 1; 0 while it is unknown. */
	readonly #deviceTypes = new Uint8Array(DOCUMENTS);
	/** Hours of readings since the entity's row was there last. */
	readonly #missingHours = new Uint8Array(ENTITIES);

	/** What the device of a channel, 1 to 4, meters; undefined for the meter itself, 0, and while it is unknown. */
	medium(document: number): string | undefined {
		const deviceType = this.#deviceTypes[document] ?? 0;
		return deviceType === 0 ? undefined : mbusMedium(deviceType - 1);
	}

	/** True when a document, 0 to 4, has an entity. */
	has(document: number): boolean {
		for (let entity = 0; entity < ENTITIES; entity++) {
			const unit = this.units[entity] as number;
			if (unit !== 0 && !isGone(unit) && documentOf(entity) === document) return true;
		}
		return false;
	}

	/** Forgets a document's entities, also those that went. */
	forget(document: number): void {
		for (let entity = 0; entity < ENTITIES; entity++) {
			if (documentOf(entity) === document) this.units[entity] = 0;
		}
	}

	/**
	 * Takes a reading in.
	 * @param onReplaced - called for a channel whose device is of another kind than before, and before its entities are
	 * learned anew.
	 * @returns the documents that changed, as a bit mask.
	 */
	learn(reading: Reading, onReplaced: (document: number) => void): number {
		const { units: sent } = reading;
		let changed = 0;
		for (let slot = 0; slot < METER_SLOTS; slot++) {
			const unit = sent[slot] as number;
			if (unit === UNIT.absent) continue;
			if (unit === this.units[slot]) this.#missingHours[slot] = 0;
			else if (isPublished(reading, slot)) changed |= this.#set(slot, unit);
		}
		changed |= this.#set(EXTRA.connection, UNIT.one) | this.#set(EXTRA.identification, UNIT.text);
		const tariff = reading.get(FIELD.tariffIndicator);
		if (tariff !== undefined && reading.profile.tariffNames?.[tariff - 1] !== undefined) {
			changed |= this.#set(EXTRA.tariff, UNIT.text);
		}
		// They share a name: the meter's own is the better one.
		if (sent[FIELD.powerNet_W] === UNIT.W) {
			this.units[EXTRA.powerNet] = 0;
		} else if (
			sent[FIELD.powerImport_W] === UNIT.W &&
			sent[FIELD.powerExport_W] === UNIT.W &&
			this.units[FIELD.powerNet_W] !== UNIT.W
		) {
			this.units[FIELD.powerNet_W] = 0;
			changed |= this.#set(EXTRA.powerNet, UNIT.W);
		}
		if (reading.hasMbus) {
			for (let channel = 1; channel <= MBUS_CHANNELS; channel++) {
				changed |= this.#learnChannel(reading, channel, onReplaced);
			}
		}
		return changed;
	}

	/** An hour with readings has passed. @returns the documents of which an entity went, as a bit mask. */
	age(): number {
		let changed = 0;
		for (let entity = 0; entity < ENTITIES; entity++) {
			const unit = this.units[entity] as number;
			if (unit === 0 || isGone(unit)) continue;
			const hours = (this.#missingHours[entity] ?? 0) + 1;
			this.#missingHours[entity] = hours;
			if (hours <= GONE_AFTER_HOURS) continue;
			this.units[entity] = GONE + unit;
			changed |= 1 << documentOf(entity);
		}
		return changed;
	}

	/** What is known as a text of about 220 ASCII characters, to be kept over a restart. */
	toText(): string {
		let text = `${tableMark()} `;
		for (let entity = 0; entity < ENTITIES; entity++) {
			const unit = this.units[entity] as number;
			text += String.fromCharCode(FIRST_CODE + (isGone(unit) ? 0 : unit));
		}
		for (let channel = 1; channel <= MBUS_CHANNELS; channel++) text += `,${this.#deviceTypes[channel]}`;
		return text;
	}

	/** Takes up what {@link toText} wrote. @returns false, and knows nothing, for any other text. */
	restore(text: string): boolean {
		const [mark, rest = ""] = text.split(" ");
		const [codes = "", ...deviceTypes] = rest.split(",");
		if (mark !== tableMark() || codes.length !== ENTITIES || deviceTypes.length !== MBUS_CHANNELS) return false;
		for (let entity = 0; entity < ENTITIES; entity++) {
			const unit = codes.charCodeAt(entity) - FIRST_CODE;
			this.units[entity] = unit >= 0 && unit <= UNIT.text && unit !== UNIT.bare ? unit : 0;
		}
		for (let channel = 1; channel <= MBUS_CHANNELS; channel++) {
			const deviceType = Number(deviceTypes[channel - 1]);
			this.#deviceTypes[channel] = deviceType >= 0 && deviceType <= 255 ? deviceType : 0;
		}
		return true;
	}

	#learnChannel(reading: Reading, channel: number, onReplaced: (document: number) => void): number {
		const first = mbusSlot(channel, 0);
		const deviceType = reading.get(first + MBUS_FIELD.deviceType);
		if (deviceType !== undefined && deviceType < 255 && deviceType + 1 !== this.#deviceTypes[channel]) {
			const medium = this.medium(channel);
			const isReplaced = this.has(channel) && medium !== mbusMedium(deviceType);
			if (isReplaced) {
				onReplaced(channel);
				this.forget(channel);
			}
			this.#deviceTypes[channel] = deviceType + 1;
		}
		let changed = 0;
		for (let i = 0; i < MBUS_ROWS.length; i++) {
			const { entity, rows } = MBUS_ROWS[i] as (typeof MBUS_ROWS)[number];
			for (let k = 0; k < rows.length; k++) {
				const slot = first + (rows[k] as number);
				if (!isPublished(reading, slot)) continue;
				changed |= this.#set(first + entity, reading.units[slot] as number);
				if (entity === MBUS_ENTITY.register && reading.units[slot + 1] === UNIT.time) {
					changed |= this.#set(first + MBUS_ENTITY.time, UNIT.time);
				}
				break;
			}
		}
		return changed;
	}

	#set(entity: number, unit: number): number {
		this.#missingHours[entity] = 0;
		if (this.units[entity] === unit) return 0;
		this.units[entity] = unit;
		return 1 << documentOf(entity);
	}
}
