import type { SettingError } from "./parse.js";
import type { SettingKey, Settings } from "./table.js";

/** Settings that were read from where they stand, and what there could not be believed. */
export type StoredSettings = {
	readonly settings: Settings;
	/** Each is a key whose default stands instead. */
	readonly errors: readonly SettingError[];
};

/** Where the settings stand: a dongle's flash, or a file on a computer. */
export interface SettingsStorage {
	/** @throws Error - for people - when what is there cannot be used at all. */
	read(): StoredSettings;
	/**
	 * Replaces all settings at once: whenever the power goes, the old or the new ones are there.
	 * @param changed - The keys that are new; a file keeps everything else as its owner wrote it.
	 * @throws Error - for people - when it cannot; then the old ones stand. */
	write(settings: Settings, changed: readonly SettingKey[]): void;
}
