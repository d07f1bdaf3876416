import type { KeyValueStore } from "../../ports/key-value-store.js";
import { isValid, type Platform, type SettingDefinition } from "./definition.js";
import { badValue, defaultSettings, findConflict, type SettingError } from "./parse.js";
import { SETTING_KEYS, SETTINGS, SETTINGS_VERSION, type SettingKey, type Settings } from "./table.js";

const VERSION_KEY = "version";

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

/** Settings that were read from a store, and what in it could not be believed. */
export type StoredSettings = {
	readonly settings: Settings;
	/** Each is a key whose default stands instead. */
	readonly errors: readonly SettingError[];
};

/**
 * Reads the settings that a store has. A device must start whatever is in its flash: a value that is not allowed is
 * replaced by its default and reported. */
export function readStoredSettings(store: KeyValueStore, platform: Platform): StoredSettings {
	const values: Record<SettingKey, string | number | boolean> = { ...defaultSettings(platform) };
	const errors: SettingError[] = [];
	for (const key of SETTING_KEYS) {
		const definition: SettingDefinition = SETTINGS[key];
		if (platform === "device" && definition.isHostOnly === true) continue;
		const text = store.read(key);
		if (text === undefined) continue;
		const value = parseSettingText(definition, text);
		if (value === undefined) errors.push(badValue(key, definition));
		else values[key] = value;
	}
	let settings = values as Settings;
	const conflict = findConflict(settings);
	if (conflict !== undefined) {
		errors.push(conflict);
		settings = { ...settings, mqttPass: "" };
	}
	return { settings: Object.freeze(settings), errors };
}

/** Writes the settings that differ from their defaults and removes the others, so that a better default reaches everyone. */
export function writeStoredSettings(store: KeyValueStore, settings: Settings, platform: Platform): void {
	const defaults = defaultSettings(platform);
	store.write(VERSION_KEY, String(SETTINGS_VERSION));
	for (const key of SETTING_KEYS) {
		if (settings[key] === defaults[key]) store.remove(key);
		else store.write(key, String(settings[key]));
	}
}
