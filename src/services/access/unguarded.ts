import type { SettingKey, Settings } from "../settings/table.js";

/** A setting by which the meter is read without a password, or cannot be read with one. */
export type Unguarded = {
	readonly key: SettingKey;
	/** A sentence for people, without a full stop. */
	readonly message: string;
};

function unguarded(key: SettingKey, message: string): Unguarded {
	return Object.freeze({ key, message });
}

const WAYS: readonly Unguarded[] = Object.freeze([
	unguarded("telegram", "whoever reaches the telegram port reads the meter without a password"),
	unguarded("modbus", "whoever reaches the Modbus port reads the meter without a password"),
	unguarded(
		"shelly",
		"whoever reaches the Shelly's UDP ports reads the meter without a password, and over HTTP no battery can",
	),
	unguarded("homewizard", "programs for HomeWizard's meter can send no password, so they cannot read this one"),
]);

/**
 * What the owner should know who lets only those read that have the password: these protocols have no place for one. They
 * stay as the owner has them, since a charger on Modbus and a private page go together; nothing is said while reading is open.
 * @see docs/security.md */
export function unguardedBy(settings: Settings): readonly Unguarded[] {
	if (settings.readAccess !== "password") return [];
	return WAYS.filter(({ key }) => settings[key] === true);
}
