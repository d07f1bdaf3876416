import { describeRange, isOnPlatform, isValid, type Platform, type SettingDefinition } from "./definition.js";
import { suggest } from "./suggest.js";
import { findSetting, SETTING_KEYS, SETTINGS, SETTINGS_VERSION, type SettingKey, type Settings } from "./table.js";

export type SettingErrorCode =
	/** The whole is not one object of keys and values. */
	| "not-an-object"
	/** The settings say a version that this program does not know. */
	| "unknown-version"
	| "unknown-key"
	/** The setting is for the app on a computer. */
	| "host-only"
	/** The setting is for a dongle. */
	| "device-only"
	/** Wrong type, out of range, or not in the format. */
	| "bad-value"
	/** Two settings do not fit together. */
	| "conflict";

export type SettingError = {
	readonly code: SettingErrorCode;
	/** Empty where the whole is meant. */
	readonly key: string;
	/** A sentence for people that says what is allowed; holds no value, since a password may be in the wrong place. */
	readonly message: string;
};

export type SettingsResult =
	| { readonly ok: true; readonly settings: Settings }
	| { readonly ok: false; readonly errors: readonly SettingError[] };

export type ParseSettingsOptions = {
	readonly platform: Platform;
	/** What stands where the input says nothing; absent: the defaults. */
	readonly base?: Settings;
};

/** More mistakes than this are told by the first ones. */
const MAX_ERRORS = 10;
const VERSION_KEY = "version";

type MutableSettings = Record<SettingKey, string | number | boolean>;

/** The value of every setting that nobody has set. */
export function defaultSettings(platform: Platform): Settings {
	const values = {} as MutableSettings;
	for (const key of SETTING_KEYS) {
		const definition: SettingDefinition = SETTINGS[key];
		values[key] = platform === "host" ? (definition.hostDefault ?? definition.default) : definition.default;
	}
	return Object.freeze(values) as Settings;
}

/** An error about a value that a definition does not allow. */
export function badValue(key: string, definition: SettingDefinition): SettingError {
	return { code: "bad-value", key, message: `${key} must be ${describeRange(definition)}.` };
}

function unknownKey(key: string): SettingError {
	const meant = suggest(key, SETTING_KEYS);
	const shown = JSON.stringify(key.slice(0, 32));
	const message = `There is no setting ${shown}.${meant === undefined ? "" : ` Did you mean "${meant}"?`}`;
	return { code: "unknown-key", key, message };
}

function checkVersion(version: unknown): SettingError | undefined {
	if (Number.isInteger(version) && Number(version) >= 1 && Number(version) <= SETTINGS_VERSION) return undefined;
	const message = `${VERSION_KEY} must be a whole number from 1 to ${SETTINGS_VERSION}; settings of a newer program are not understood.`;
	return { code: "unknown-version", key: VERSION_KEY, message };
}

function checkOne(key: string, value: unknown, platform: Platform): SettingError | undefined {
	if (key === VERSION_KEY) return checkVersion(value);
	const definition = findSetting(key);
	if (definition === undefined) return unknownKey(key);
	if (!isOnPlatform(definition, platform)) {
		return platform === "device"
			? { code: "host-only", key, message: `${key} is for the app on a computer, not for a dongle.` }
			: { code: "device-only", key, message: `${key} is for a dongle, not for the app on a computer.` };
	}
	return isValid(definition, value) ? undefined : badValue(key, definition);
}

/** What does not fit together in settings of which each by itself is right. */
export function findConflict(settings: Settings): SettingError | undefined {
	if (settings.mqttPass === "" || settings.mqttUser !== "") return undefined;
	// MQTT 3.1.1 §3.1.2.9
	return {
		code: "conflict",
		key: "mqttPass",
		message: "mqttPass needs mqttUser: MQTT has no password without a user name.",
	};
}

/**
 * Reads settings from what came as JSON: an object with keys of the table, all of them optional, and the optional key
 * `version`. All or nothing: with any mistake, none of the input counts.
 * @returns the settings, or up to 10 mistakes; never throws. */
export function parseSettings(input: unknown, options: ParseSettingsOptions): SettingsResult {
	if (typeof input !== "object" || input === null || Array.isArray(input)) {
		const message = 'Settings must be one JSON object, such as {"httpPort": 8080}.';
		return { ok: false, errors: [{ code: "not-an-object", key: "", message }] };
	}
	const { platform, base = defaultSettings(platform) } = options;
	const values: MutableSettings = { ...base };
	const errors: SettingError[] = [];
	for (const [key, value] of Object.entries(input)) {
		const error = checkOne(key, value, platform);
		if (error === undefined) {
			if (key !== VERSION_KEY) values[key as SettingKey] = value;
		} else if (errors.length < MAX_ERRORS) {
			errors.push(error);
		}
	}
	const settings = Object.freeze(values) as Settings;
	const conflict = errors.length === 0 ? findConflict(settings) : undefined;
	if (conflict !== undefined) errors.push(conflict);
	return errors.length === 0 ? { ok: true, settings } : { ok: false, errors };
}
