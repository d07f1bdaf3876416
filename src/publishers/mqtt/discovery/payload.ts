import { fixedBytes } from "../../../core/fixed-memory.js";
import { JsonWriter } from "../../../core/json-writer.js";
import type { MqttPayload } from "../../../ports/mqtt-client.js";
import type { MqttTopics } from "../topics.js";
import { documentOf, ENTITIES, type EntityLook, EXTRA, lookOf } from "./entities.js";
import { toSlug, toSnakeCase, toWords } from "./entity-names.js";
import { isGone, type KnownEntities, unitOf } from "./known-entities.js";
import { quantityName, writeValueTemplate } from "./value-template.js";

/** The dongle as Home Assistant shows it. */
export type DiscoveryIdentity = {
	/** 12 hexadecimal digits. */
	readonly serial: string;
	/** For people; at most 32 characters. */
	readonly name: string;
	readonly model: string;
	/** Of the program. */
	readonly version: string;
	/** Where its page is; absent: none that others reach. At most 128 characters. */
	readonly configurationUrl?: string;
};

/**
 * Room for the largest part of a document, its head with a name, a base topic and a URL of the greatest length; an entity
 * is half of that.
 */
export const PART_BYTES = 1024;

const HEAD = -1;
const ORIGIN = "p1-dongle";

const MEDIUM_NAME: Readonly<Record<string, string>> = Object.freeze({
	electricity: "Electricity meter",
	gas: "Gas meter",
	heat: "Heat meter",
	warmWater: "Warm water meter",
	water: "Water meter",
	cooling: "Cooling meter",
});

/** Identifier of the device that a document, 0 to 4, announces; letters, digits and `_` alone. */
export function deviceId(serial: string, document: number): string {
	return document === 0 ? `p1_${serial}` : `p1_${serial}_mbus${document}`;
}

/**
 * A document of Home Assistant's device-based discovery, written entity by entity while it is sent: 20 KB for a meter with
 * many rows, of which {@link PART_BYTES} are ever in memory.
 * @see home-assistant/core, components/mqtt/schemas.py, DEVICE_DISCOVERY_SCHEMA, where an unknown key in the document, in
 * `dev` or in `o` rejects all of it.
 */
export class DiscoveryPayload implements MqttPayload {
	readonly #identity: DiscoveryIdentity;
	readonly #bytes = fixedBytes(PART_BYTES);
	readonly #writer = new JsonWriter(this.#bytes);
	/** The entities as they were when the document was begun, {@link KnownEntities.units}. */
	readonly #units = new Uint8Array(ENTITIES);
	#document = 0;
	#medium: string | undefined;
	#topics: MqttTopics | undefined;
	#slug = "";
	#length = 0;
	#bytesLeft = 0;
	/** The part in the buffer: the head, an entity, or {@link ENTITIES} for the end. */
	#part = HEAD;
	#partAt = 0;
	#isFirst = true;
	#entityCount = 0;

	constructor(identity: DiscoveryIdentity) {
		this.#identity = identity;
	}

	/** Bytes of the document that was begun last. */
	get length(): number {
		return this.#length;
	}

	/** True while some of the document is still to be read. */
	get isUnderWay(): boolean {
		return this.#bytesLeft > 0;
	}

	/** Entities of the document that was begun last, those that are removed left out. */
	get entityCount(): number {
		return this.#entityCount;
	}

	/** Begins a document, 0 to 4, of what is known now; the one before is given up. */
	begin(document: number, known: KnownEntities, topics: MqttTopics): void {
		this.#units.set(known.units);
		this.#document = document;
		this.#medium = known.medium(document);
		this.#topics = topics;
		this.#slug = toSlug(topics.base);
		this.#entityCount = 0;
		let length = 0;
		this.#restart();
		do {
			length += this.#writer.length;
			const unit = this.#units[this.#part];
			if (unit !== undefined && !isGone(unit)) this.#entityCount++;
		} while (this.#next());
		this.#length = length;
		this.#bytesLeft = length;
		this.#restart();
	}

	/** Gives the document up. */
	cancel(): void {
		this.#bytesLeft = 0;
	}

	read(bytes: Uint8Array, offset: number, end: number): number {
		let at = offset;
		while (at < end && this.#bytesLeft > 0) {
			if (this.#partAt === this.#writer.length && !this.#next()) break;
			const count = Math.min(end - at, this.#writer.length - this.#partAt);
			bytes.set(this.#bytes.subarray(this.#partAt, this.#partAt + count), at);
			this.#partAt += count;
			this.#bytesLeft -= count;
			at += count;
		}
		return at - offset;
	}

	#restart(): void {
		this.#part = HEAD;
		this.#partAt = 0;
		this.#isFirst = true;
		this.#writer.reset();
		this.#writeHead();
	}

	/** Writes the next part into the buffer; false after the last. */
	#next(): boolean {
		const writer = this.#writer;
		while (this.#part < ENTITIES) {
			this.#part++;
			writer.reset();
			this.#partAt = 0;
			if (this.#part === ENTITIES) {
				writer.raw("}}");
				return true;
			}
			if (this.#units[this.#part] === 0 || documentOf(this.#part) !== this.#document) continue;
			if (this.#writeEntity(this.#part)) return true;
		}
		return false;
	}

	#writeHead(): void {
		const writer = this.#writer;
		const { serial, name, model, version, configurationUrl } = this.#identity;
		const topics = this.#topics;
		writer.openObject();
		writer.name("dev");
		writer.openObject();
		writer.name("ids");
		writer.string(deviceId(serial, this.#document));
		if (this.#document === 0) {
			this.#writeText("name", name);
			this.#writeText("mf", ORIGIN);
			this.#writeText("mdl", model);
			this.#writeText("sn", serial);
			this.#writeText("sw", version);
			if (configurationUrl !== undefined) this.#writeText("cu", configurationUrl);
		} else {
			this.#writeText("name", this.#mbusName());
			this.#writeText("mdl", `M-Bus ${this.#document}`);
			this.#writeText("via_device", deviceId(serial, 0));
		}
		writer.closeObject();
		writer.name("o");
		writer.openObject();
		this.#writeText("name", ORIGIN);
		this.#writeText("sw", version);
		writer.closeObject();
		if (topics !== undefined) {
			writer.name("avty");
			writer.openArray();
			writer.openObject();
			this.#writeText("t", topics.status);
			writer.closeObject();
			writer.openObject();
			this.#writeText("t", topics.state);
			this.#writeText("val_tpl", "{{'offline' if value_json.stale else 'online'}}");
			writer.closeObject();
			writer.closeArray();
			this.#writeText("avty_mode", "all");
			this.#writeText("stat_t", topics.state);
		}
		writer.name("cmps");
		writer.openObject();
	}

	/** False, and nothing is in the buffer, for what is not shown. */
	#writeEntity(entity: number): boolean {
		const writer = this.#writer;
		const known = this.#units[entity] as number;
		const unit = unitOf(known);
		const look = lookOf(entity, unit, this.#medium);
		if (look === undefined) return false;
		if (!this.#isFirst) writer.raw(",");
		this.#isFirst = false;
		const quantity = quantityName(entity, unit);
		const key = this.#document === 0 ? quantity : `${this.#medium ?? "mbus"}_${quantity}`;
		const platform = entity === EXTRA.connection ? "binary_sensor" : "sensor";
		writer.name(key);
		writer.openObject();
		this.#writeText("p", platform);
		if (!isGone(known)) {
			this.#writeText("uniq_id", `${deviceId(this.#identity.serial, this.#document)}_${key}`);
			this.#writeText("def_ent_id", `${platform}.${this.#slug}_${toSnakeCase(key)}`);
			this.#writeLook(look, look.name ?? toWords(quantity));
			writer.name("val_tpl");
			writeValueTemplate(writer, entity, unit, look);
			if (entity === EXTRA.connection) this.#writeOwnAvailability();
		}
		writer.closeObject();
		return true;
	}

	#writeLook(look: EntityLook, name: string): void {
		const writer = this.#writer;
		this.#writeText("name", name);
		if (look.deviceClass !== undefined) this.#writeText("dev_cla", look.deviceClass);
		if (look.stateClass !== undefined) this.#writeText("stat_cla", look.stateClass);
		if (look.unit !== undefined) this.#writeText("unit_of_meas", look.unit);
		if (look.precision !== undefined) {
			writer.name("sug_dsp_prc");
			writer.number(look.precision);
		}
		if (look.options !== undefined) {
			writer.name("ops");
			writer.openArray();
			for (const option of look.options) writer.string(option);
			writer.closeArray();
		}
		if (look.icon !== undefined) this.#writeText("ic", look.icon);
		if (look.isDiagnostic === true) this.#writeText("ent_cat", "diagnostic");
		if (look.isDisabled === true) {
			writer.name("en");
			writer.boolean(false);
		}
	}

	/** Whether the meter speaks can be told as long as the dongle is there. */
	#writeOwnAvailability(): void {
		const writer = this.#writer;
		writer.name("avty");
		writer.openArray();
		writer.openObject();
		this.#writeText("t", this.#topics?.status ?? "");
		writer.closeObject();
		writer.closeArray();
	}

	#writeText(name: string, text: string): void {
		this.#writer.name(name);
		this.#writer.string(text);
	}

	#mbusName(): string {
		const medium = this.#medium;
		return (medium === undefined ? undefined : MEDIUM_NAME[medium]) ?? "M-Bus device";
	}
}
