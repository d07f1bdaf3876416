import { statSync } from "node:fs";
import type { SettingDefinition } from "../../../services/settings/definition.js";
import { defaultSettings, parseSettings } from "../../../services/settings/parse.js";
import { SETTING_KEYS, SETTINGS, type Settings } from "../../../services/settings/table.js";
import { readJsonObject } from "../key-value-store.js";

/** Read when it is there and no other is named. */
export const DEFAULT_SETTINGS_PATH = "p1-settings.json";

export type SettingsFileResult =
	| { readonly ok: true; readonly settings: Settings; readonly warnings: readonly string[] }
	/** Sentences for people, each naming the file. */
	| { readonly ok: false; readonly errors: readonly string[] };

/** Where the program keeps what it made itself, next to the settings: `p1-settings.state.json`. */
export function statePathFor(settingsPath: string): string {
	return `${settingsPath.replace(/\.json$/, "")}.state.json`;
}

function permissionWarnings(path: string, settings: Settings): string[] {
	const hasSecret = SETTING_KEYS.some((key) => {
		const definition: SettingDefinition = SETTINGS[key];
		return definition.isSecret === true && settings[key] !== "";
	});
	if (!hasSecret || process.platform === "win32" || (statSync(path).mode & 0o077) === 0) return [];
	return [`${path} holds a password and others on this computer may read it: chmod 600 ${path}`];
}

/**
 * Reads the settings from a JSON file.
 * @param isRequired - false: where there is no such file the defaults stand. */
export function readSettingsFile(path: string, isRequired: boolean): SettingsFileResult {
	let content: Readonly<Record<string, unknown>> | undefined;
	try {
		content = readJsonObject(path);
	} catch (error) {
		return { ok: false, errors: [error instanceof Error ? error.message : String(error)] };
	}
	if (content === undefined) {
		if (isRequired) return { ok: false, errors: [`${path}: no such file`] };
		return { ok: true, settings: defaultSettings("host"), warnings: [] };
	}
	const result = parseSettings(content, { platform: "host" });
	if (!result.ok) return { ok: false, errors: result.errors.map(({ message }) => `${path}: ${message}`) };
	return { ok: true, settings: result.settings, warnings: permissionWarnings(path, result.settings) };
}
