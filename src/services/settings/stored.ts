import { asciiJson } from "../../core/json-text.js";
import type { KeyValueStore } from "../../ports/key-value-store.js";
import { isOnPlatform, isValid, type Platform, type SettingDefinition } from "./definition.js";
import { migrate, type RawSettings } from "./migrations.js";
import { badValue, defaultSettings, findConflict, type SettingError } from "./parse.js";
import type { SettingsStorage, StoredSettings } from "./storage.js";
import { SETTING_KEYS, SETTINGS, SETTINGS_VERSION, type SettingKey, type Settings } from "./table.js";
import { readWholeText, WHOLE_TEXT_KEY, writeWholeText } from "./whole-text.js";

const VERSION_KEY = "version";

const DAMAGED: SettingError = Object.freeze({
	code: "not-an-object",
	key: WHOLE_TEXT_KEY,
	message: "The stored settings are damaged: the defaults stand.",
});

/**
 * The value that a text stands for, as forms, command lines and key-value stores have it; undefined when it stands for
 * none that the definition allows. Booleans are `true` and `false`, integers are decimal digits. */
export function parseSettingText(definition: SettingDefinition, text: string): string | number | boolean | undefined {
	let value: string | number | boolean = text;
	if (definition.type === "boolean") {
		if (text === "true" || text === "false") value = text === "true";
	} else if (definition.type === "integer") {
		// What a number prints as is how it is written: no spaces, no exponent, no leading zeros.
		const number = Number(text);
		if (String(number) === text) value = number;
	}
	return isValid(definition, value) ? value : undefined;
}

/**
 * Reads the settings that a store has. A device must start whatever is in its flash: a value that is not allowed is
 * replaced by its default and reported. */
export function readStoredSettings(store: KeyValueStore, platform: Platform): StoredSettings {
	const whole = readWholeText(store);
	if (whole.kind === "none") return believe(readSeparateKeys(store), platform);
	const values = whole.kind === "text" ? parseObject(whole.text) : undefined;
	if (values === undefined) return { settings: defaultSettings(platform), errors: [DAMAGED] };
	const { [VERSION_KEY]: version, ...raw } = values;
	return believe(migrate(raw, typeof version === "number" ? version : SETTINGS_VERSION), platform);
}

/**
 * Writes the settings that differ from their defaults, so that a better default reaches everyone. All or nothing, whenever
 * the power goes.
 * @throws what the store throws; then the old ones stand. */
export function writeStoredSettings(store: KeyValueStore, settings: Settings, platform: Platform): void {
	const defaults = defaultSettings(platform);
	const values: Record<string, unknown> = { [VERSION_KEY]: SETTINGS_VERSION };
	for (const key of SETTING_KEYS) if (settings[key] !== defaults[key]) values[key] = settings[key];
	writeWholeText(store, asciiJson(values));
	// What version 0 left behind.
	for (const key of [VERSION_KEY, ...SETTING_KEYS]) if (store.read(key) !== undefined) store.remove(key);
}

/** The settings of a key-value store. */
export function storeOfSettings(store: KeyValueStore, platform: Platform): SettingsStorage {
	return {
		read: () => readStoredSettings(store, platform),
		write: (settings) => writeStoredSettings(store, settings, platform),
	};
}

function parseObject(text: string): RawSettings | undefined {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return undefined;
	}
	return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as RawSettings) : undefined;
}

/** Version 0: each setting a text under its own key. */
function readSeparateKeys(store: KeyValueStore): RawSettings {
	const values: Record<string, unknown> = {};
	for (const key of SETTING_KEYS) {
		const text = store.read(key);
		if (text !== undefined) values[key] = parseSettingText(SETTINGS[key], text) ?? Number.NaN;
	}
	return values;
}

function believe(raw: RawSettings, platform: Platform): StoredSettings {
	const values: Record<SettingKey, string | number | boolean> = { ...defaultSettings(platform) };
	const errors: SettingError[] = [];
	for (const key of SETTING_KEYS) {
		const definition: SettingDefinition = SETTINGS[key];
		const value = raw[key];
		if (value === undefined || !isOnPlatform(definition, platform)) continue;
		if (isValid(definition, value)) values[key] = value as string | number | boolean;
		else errors.push(badValue(key, definition));
	}
	let settings = values as Settings;
	const conflict = findConflict(settings);
	if (conflict !== undefined) {
		errors.push(conflict);
		settings = { ...settings, mqttPass: "" };
	}
	return { settings: Object.freeze(settings), errors };
}
