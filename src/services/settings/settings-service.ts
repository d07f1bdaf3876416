import type { Platform, SettingDefinition } from "./definition.js";
import { defaultSettings, parseSettings, type SettingError } from "./parse.js";
import type { SettingsStorage } from "./storage.js";
import { findSetting, SETTING_KEYS, SETTINGS, type SettingKey, type Settings } from "./table.js";

export type SettingsServiceOptions = {
	readonly platform: Platform;
	readonly storage: SettingsStorage;
	/** What the program was started with. */
	readonly running: Settings;
	/** Keys that a command line says: they stand above the storage and cannot be changed there. */
	readonly overridden?: readonly SettingKey[];
	/** What else must hold so that the program can start again with the settings. */
	readonly check?: (settings: Settings) => SettingError | undefined;
	/** Settings have changed and are stored; for those that count at once. */
	readonly onChanged?: (settings: Settings) => void;
};

export type SettingsChange =
	/** `changed`: the keys that are new. `restart`: the keys whose values count at the next start only, earlier ones too. */
	| { readonly ok: true; readonly changed: readonly SettingKey[]; readonly restart: readonly SettingKey[] }
	/** Nothing has changed. */
	| { readonly ok: false; readonly errors: readonly SettingError[] }
	/** The input was right, but could not be stored; `problem` is a sentence for people. */
	| { readonly ok: false; readonly problem: string };

/** The settings while the program runs: what they are, and how they change. */
export class SettingsService {
	readonly #options: SettingsServiceOptions;
	readonly #overridden: readonly SettingKey[];
	#current: Settings;

	constructor(options: SettingsServiceOptions) {
		this.#options = options;
		this.#overridden = options.overridden ?? [];
		this.#current = options.running;
	}

	/** As the next start will find them; those that count at once do so already. */
	get current(): Settings {
		return this.#current;
	}

	/** The keys whose values wait for the next start. */
	get restart(): readonly SettingKey[] {
		const { running } = this.#options;
		return SETTING_KEYS.filter((key) => {
			const { isImmediate }: SettingDefinition = SETTINGS[key];
			return isImmediate !== true && this.#current[key] !== running[key];
		});
	}

	/**
	 * Changes settings, all or nothing.
	 * @param patch - From outside: an object with the keys that are to change. null is the default. A secret may be
	 * `{"set": true}` or `{"set": false}`, as it is shown, and then stays what it is. */
	change(patch: unknown): SettingsChange {
		const { platform, storage, check } = this.#options;
		let base: Settings;
		try {
			base = storage.read().settings;
		} catch (error) {
			return { ok: false, problem: errorText(error) };
		}
		const { values, errors } = this.#resolve(patch, base);
		const parsed = errors.length > 0 ? { ok: false as const, errors } : parseSettings(values, { platform, base });
		if (!parsed.ok) return parsed;
		const { settings } = parsed;
		const changed = SETTING_KEYS.filter((key) => settings[key] !== base[key]);
		const next = this.#override(settings);
		const error = findUnbound(base, changed, given(values)) ?? check?.(next);
		if (error !== undefined) return { ok: false, errors: [error] };
		try {
			if (changed.length > 0) storage.write(settings, changed);
		} catch (error) {
			return { ok: false, problem: errorText(error) };
		}
		this.#current = next;
		if (changed.length > 0) this.#options.onChanged?.(next);
		return { ok: true, changed, restart: this.restart };
	}

	/** What stands in a patch for something else, and what may not be in it. */
	#resolve(patch: unknown, base: Settings): { values: unknown; errors: SettingError[] } {
		if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return { values: patch, errors: [] };
		const defaults = defaultSettings(this.#options.platform);
		const entries: [string, unknown][] = [];
		const errors: SettingError[] = [];
		for (const [key, value] of Object.entries(patch)) {
			const definition = findSetting(key);
			if (definition === undefined) entries.push([key, value]);
			else if (this.#overridden.includes(key as SettingKey)) errors.push(overridden(key));
			else if (definition.isSecret === true && isShownSecret(value, base[key as SettingKey] !== "")) continue;
			else entries.push([key, value === null ? defaults[key as SettingKey] : value]);
		}
		return { values: Object.fromEntries(entries), errors };
	}

	#override(settings: Settings): Settings {
		const { running } = this.#options;
		const values: Record<string, unknown> = { ...settings };
		for (const key of this.#overridden) values[key] = running[key];
		return Object.freeze(values) as Settings;
	}
}

function errorText(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

function given(values: unknown): readonly string[] {
	return typeof values === "object" && values !== null ? Object.keys(values) : [];
}

/** A secret as it is shown, and as it is. */
function isShownSecret(value: unknown, isSet: boolean): boolean {
	if (typeof value !== "object" || value === null || Object.keys(value).length !== 1) return false;
	return "set" in value && value.set === isSet;
}

function overridden(key: string): SettingError {
	return {
		code: "conflict",
		key,
		message: `${key} was given on the command line, which stands above the stored settings: change it there.`,
	};
}

/** A secret that a change would tell to somebody else than it was given for. */
function findUnbound(
	base: Settings,
	changed: readonly SettingKey[],
	givenKeys: readonly string[],
): SettingError | undefined {
	for (const key of SETTING_KEYS) {
		const { boundTo = [] }: SettingDefinition = SETTINGS[key];
		const mover = changed.find((each) => boundTo.includes(each));
		if (base[key] === "" || mover === undefined || givenKeys.includes(key)) continue;
		const message = `${key} must be given again, or null to remove it, when ${mover} changes: it was meant for the one before.`;
		return { code: "conflict", key, message };
	}
	return undefined;
}
