import { readFileSync, realpathSync, statSync } from "node:fs";
import type { SettingDefinition } from "../../../services/settings/definition.js";
import { mergeIntoFile } from "../../../services/settings/file-content.js";
import { defaultSettings, parseSettings, type SettingError } from "../../../services/settings/parse.js";
import type { SettingsStorage } from "../../../services/settings/storage.js";
import { SETTING_KEYS, SETTINGS, type SettingKey, type Settings } from "../../../services/settings/table.js";
import { writeFileAtomically } from "../atomic-file.js";
import { explainFileError } from "../file-error.js";
import { readJsonObject } from "../key-value-store.js";

/** Read when it is there and no other is named. */
export const DEFAULT_SETTINGS_PATH = "p1-settings.json";

export type SettingsFileResult =
	| { readonly ok: true; readonly settings: Settings; readonly warnings: readonly string[] }
	/** Sentences for people, each naming the file. */
	| { readonly ok: false; readonly errors: readonly string[] };

function besides(settingsPath: string, what: string): string {
	return `${settingsPath.replace(/\.json$/, "")}.${what}.json`;
}

/** Where the program keeps what it made itself, next to the settings: `p1-settings.state.json`. */
export function statePathFor(settingsPath: string): string {
	return besides(settingsPath, "state");
}

/** Where the hashes of the owner's password and of tokens are, next to the settings: `p1-settings.access.json`. */
export function accessPathFor(settingsPath: string): string {
	return besides(settingsPath, "access");
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
		if (isRequired) return { ok: false, errors: [`${path}: no such file. To begin one: echo {} > ${path}`] };
		return { ok: true, settings: defaultSettings("host"), warnings: [] };
	}
	const result = parseSettings(content, { platform: "host" });
	if (!result.ok) return { ok: false, errors: result.errors.map(({ message }) => `${path}: ${message}`) };
	return { ok: true, settings: result.settings, warnings: permissionWarnings(path, result.settings) };
}

/** What the app on a computer cannot start with, though each setting by itself and for a dongle is right. */
export function findHostConflict({ mqtt, mqttHost, mqttTls }: Settings): SettingError | undefined {
	if (!mqtt || mqttHost !== "" || !mqttTls) return undefined;
	return { code: "conflict", key: "mqttTls", message: "mqttTls needs mqttHost: the embedded broker has no TLS." };
}

/** The white space before the first key of the file; two spaces where there is none. */
function indentOf(path: string): string {
	try {
		return /^\s*\{\r?\n([ \t]+)"/.exec(readFileSync(path, "utf8"))?.[1] ?? "  ";
	} catch {
		return "  ";
	}
}

/**
 * The settings in a JSON file that people write, too: keys that are there keep their places, and only what changes is
 * touched. The file is then readable for its owner alone. */
export function settingsFileStorage(path: string): SettingsStorage {
	return {
		read() {
			const result = readSettingsFile(path, false);
			if (!result.ok) throw new Error(result.errors.join(" "));
			return { settings: result.settings, errors: [] };
		},
		write(settings: Settings, changed: readonly SettingKey[]) {
			const content = mergeIntoFile(readJsonObject(path) ?? {}, settings, changed, "host");
			try {
				const text = `${JSON.stringify(content, undefined, indentOf(path))}\n`;
				writeFileAtomically(resolvedPath(path), text);
			} catch (error) {
				throw new Error(explainFileError(path, error));
			}
		},
	};
}

/** The file that a link leads to: the link stays. */
function resolvedPath(path: string): string {
	try {
		return realpathSync(path);
	} catch {
		return path;
	}
}
