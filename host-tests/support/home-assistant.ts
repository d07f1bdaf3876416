import {
	ABBREVIATIONS,
	AVAILABILITY_KEYS,
	AVAILABILITY_MODES,
	BINARY_DEVICE_CLASSES,
	DEVICE_ABBREVIATIONS,
	DEVICE_CLASSES,
	DEVICE_KEYS,
	ENTITY_CATEGORIES,
	ORIGIN_ABBREVIATIONS,
	ORIGIN_KEYS,
	PLATFORM_KEYS,
	ROOT_KEYS,
	STATE_CLASSES,
	TOPIC_MATCHER,
} from "./home-assistant-rules.js";

type Json = Record<string, unknown>;

/** One entity as Home Assistant understands it: long names, and what the document has for all of them. */
export type Entity = Json & {
	readonly platform?: string;
	readonly unique_id?: string;
	readonly name?: string;
	readonly device_class?: string;
	readonly state_class?: string;
	readonly unit_of_measurement?: string;
	readonly value_template?: string;
	readonly default_entity_id?: string;
	readonly entity_category?: string;
	readonly availability?: readonly Json[];
};

/** What Home Assistant makes of a discovery message. */
export type Announcement = {
	readonly device: Json;
	readonly origin: Json;
	/** Under their keys; one that is removed has nothing but its platform. */
	readonly entities: ReadonlyMap<string, Entity>;
	/** What Home Assistant would say against it, and what it would drop without a word. */
	readonly complaints: readonly string[];
};

function isObject(value: unknown): value is Json {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** mqtt/discovery.py, `_replace_abbreviations`. */
function expand(object: Json, abbreviations: Readonly<Record<string, string>>): Json {
	return Object.fromEntries(Object.entries(object).map(([key, value]) => [abbreviations[key] ?? key, value]));
}

function expandAvailability(object: Json): Json {
	const { availability } = object;
	if (!Array.isArray(availability)) return object;
	return {
		...object,
		availability: availability.map((entry) => (isObject(entry) ? expand(entry, ABBREVIATIONS) : entry)),
	};
}

function unknownKeys(object: Json, known: readonly string[], where: string): string[] {
	return Object.keys(object)
		.filter((key) => !known.includes(key))
		.map((key) => `${where}: unknown key ${key}`);
}

function notText(object: Json, keys: readonly string[], where: string): string[] {
	return keys
		.filter((key) => key in object && (typeof object[key] !== "string" || object[key] === ""))
		.map((key) => `${where}: ${key} is no text`);
}

function checkAvailability(object: Json, where: string): string[] {
	const { availability, availability_mode: mode = "latest" } = object;
	if (availability === undefined) return [];
	if (!Array.isArray(availability)) return [`${where}: availability is no list`];
	const complaints = AVAILABILITY_MODES.includes(String(mode)) ? [] : [`${where}: availability_mode ${mode}`];
	for (const entry of availability) {
		complaints.push(...unknownKeys(entry, AVAILABILITY_KEYS, `${where} availability`));
		complaints.push(...notText(entry, ["topic", "value_template"], `${where} availability`));
		if (entry.topic === undefined || /[+#]/.test(entry.topic)) complaints.push(`${where}: availability without topic`);
	}
	// entity.py keeps them by topic: a second entry for one topic replaces the first.
	if (new Set(availability.map(({ topic }) => topic)).size !== availability.length) {
		complaints.push(`${where}: availability names a topic twice`);
	}
	return complaints;
}

/** mqtt/sensor.py, validate_sensor_state_and_device_class_config, and sensor/__init__.py, which warns of the rest. */
function checkSensor(entity: Entity, where: string): string[] {
	const { device_class: deviceClass, state_class: stateClass, unit_of_measurement: unit } = entity;
	const complaints: string[] = [];
	if (stateClass !== undefined && !STATE_CLASSES.includes(stateClass))
		complaints.push(`${where}: state class ${stateClass}`);
	if (unit !== undefined && unit !== unit.trim()) complaints.push(`${where}: unit with spaces`);
	const { options, suggested_display_precision: precision } = entity;
	if (options !== undefined) {
		if (!Array.isArray(options) || options.length === 0) complaints.push(`${where}: no options`);
		if (deviceClass !== "enum" || stateClass !== undefined || unit !== undefined) complaints.push(`${where}: options`);
	}
	if (precision !== undefined && !(Number.isInteger(precision) && Number(precision) >= 0)) {
		complaints.push(`${where}: precision ${precision}`);
	}
	if (deviceClass === undefined) return complaints;
	const rule = DEVICE_CLASSES[deviceClass];
	if (rule === undefined) return [...complaints, `${where}: device class ${deviceClass}`];
	if (!rule.units.includes(unit)) complaints.push(`${where}: ${deviceClass} in ${unit}`);
	if (stateClass !== undefined && !rule.stateClasses.includes(stateClass)) {
		complaints.push(`${where}: ${deviceClass} as ${stateClass}`);
	}
	return complaints;
}

function checkEntity(key: string, entity: Entity, object: Json): string[] {
	const where = `cmps.${key}`;
	const known = PLATFORM_KEYS[entity.platform ?? ""];
	if (known === undefined) return [`${where}: platform ${entity.platform}`];
	if (/\s/.test(key)) return [`${where}: a space in the key, which is a part of Home Assistant's own key`];
	if (Object.keys(object).length === 1) return [];
	const complaints = unknownKeys(entity, known, where);
	const texts = [
		"unique_id",
		"name",
		"value_template",
		"unit_of_measurement",
		"state_topic",
		"default_entity_id",
		"icon",
	];
	complaints.push(...notText(entity, texts, where), ...checkAvailability(entity, where));
	for (const key of ["unique_id", "state_topic", "value_template", "name"]) {
		if (!(key in entity)) complaints.push(`${where}: no ${key}`);
	}
	const domain = `${entity.platform}.`;
	if (!/^[a-z_]+\.[a-z0-9]+(_[a-z0-9]+)*$/.test(entity.default_entity_id ?? "")) {
		complaints.push(`${where}: default_entity_id ${entity.default_entity_id}`);
	} else if (!entity.default_entity_id?.startsWith(domain))
		complaints.push(`${where}: default_entity_id is no ${domain}`);
	if (entity.icon !== undefined && !/^mdi:[a-z-]+$/.test(String(entity.icon))) complaints.push(`${where}: icon`);
	if (entity.entity_category !== undefined && !ENTITY_CATEGORIES.includes(entity.entity_category)) {
		complaints.push(`${where}: category ${entity.entity_category}`);
	}
	// sensor/__init__.py: config is for what can be set.
	if (entity.entity_category === "config") complaints.push(`${where}: a sensor is no configuration`);
	if (entity.platform === "sensor") complaints.push(...checkSensor(entity, where));
	else if (!BINARY_DEVICE_CLASSES.includes(entity.device_class ?? "")) complaints.push(`${where}: device class`);
	return complaints;
}

function checkDevice(device: Json): string[] {
	const { identifiers, connections, configuration_url: url } = device;
	const complaints = unknownKeys(device, DEVICE_KEYS, "dev");
	const texts = ["manufacturer", "model", "name", "serial_number", "sw_version", "via_device"];
	complaints.push(...notText(device, texts, "dev"));
	if (identifiers === undefined && connections === undefined) complaints.push("dev: neither ids nor cns");
	if (url !== undefined && !/^https?:\/\/[^\s/]+/.test(String(url))) complaints.push(`dev: configuration_url ${url}`);
	return complaints;
}

/**
 * Reads a discovery message as Home Assistant does: abbreviations, schemas, what all entities share.
 * @param prefix - discovery prefix of Home Assistant's MQTT integration.
 * @throws SyntaxError when the payload is no JSON.
 */
export function readAnnouncement(topic: string, payload: string, prefix = "homeassistant"): Announcement {
	const complaints: string[] = [];
	const match = topic.startsWith(`${prefix}/`) ? TOPIC_MATCHER.exec(topic.slice(prefix.length + 1)) : null;
	if (match?.groups?.component !== "device") complaints.push(`topic ${topic}`);
	const names = [...payload.matchAll(/"([^"\\]*)":/g)].map(([, name]) => name);
	const root = expandAvailability(expand(JSON.parse(payload), ABBREVIATIONS));
	complaints.push(...unknownKeys(root, ROOT_KEYS, "root"), ...checkAvailability(root, "root"));
	complaints.push(...notText(root, ["state_topic"], "root"));
	const { device: rawDevice, origin: rawOrigin, components } = root;
	if (!isObject(rawDevice) || !isObject(rawOrigin) || !isObject(components)) {
		return { device: {}, origin: {}, entities: new Map(), complaints: [...complaints, "no dev, o or cmps"] };
	}
	const device = expand(rawDevice, DEVICE_ABBREVIATIONS);
	const origin = expand(rawOrigin, ORIGIN_ABBREVIATIONS);
	complaints.push(
		...checkDevice(device),
		...unknownKeys(origin, ORIGIN_KEYS, "o"),
		...notText(origin, ORIGIN_KEYS, "o"),
	);
	if (origin.name === undefined) complaints.push("o: no name");
	const { device: _d, origin: _o, components: _c, ...shared } = root;
	const entities = new Map<string, Entity>();
	for (const [key, component] of Object.entries(components)) {
		const own = isObject(component) ? expandAvailability(expand(component, ABBREVIATIONS)) : {};
		// Removed: nothing is added to it.
		const entity: Entity = Object.keys(own).length === 1 ? own : { ...shared, ...own };
		if (names.filter((name) => name === key).length > 1) {
			complaints.push(`cmps.${key}: twice`);
		}
		entities.set(key, entity);
		complaints.push(...checkEntity(key, entity, own));
	}
	const uniqueIds = [...entities.values()].flatMap(({ unique_id: id }) => (id === undefined ? [] : [id]));
	if (new Set(uniqueIds).size !== uniqueIds.length) complaints.push("cmps: a unique_id twice");
	for (const id of uniqueIds) if (!/^[A-Za-z0-9_]+$/.test(id)) complaints.push(`unique_id ${id}`);
	return { device, origin, entities, complaints };
}

/** The entities that are there: those that are removed left out. */
export function liveEntities({ entities }: Announcement): ReadonlyMap<string, Entity> {
	return new Map([...entities].filter(([, entity]) => Object.keys(entity).length > 1));
}
