import type { Platform } from "./definition.js";
import { defaultSettings } from "./parse.js";
import type { SettingKey, Settings } from "./table.js";

/**
 * The content of a settings file with the changed keys in it: what its owner wrote besides stays, and a default that
 * somebody wrote down stays written down. */
export function mergeIntoFile(
	content: Readonly<Record<string, unknown>>,
	settings: Settings,
	changed: readonly SettingKey[],
	platform: Platform,
): Record<string, unknown> {
	const defaults = defaultSettings(platform);
	const merged: Record<string, unknown> = { ...content };
	for (const key of changed) {
		if (key in merged || settings[key] !== defaults[key]) merged[key] = settings[key];
	}
	return merged;
}
