/** Settings as they were stored, by key; not checked yet. */
export type RawSettings = Readonly<Record<string, unknown>>;

/** Turns the settings of one version into those of the next. */
export type Migration = (values: RawSettings) => RawSettings;

/**
 * The migrations of all versions: the first one makes version 2 of version 1, and so on; there are as many as
 * SETTINGS_VERSION - 1. (Version 0, a key in the store for each setting, is read by `readStoredSettings`.)
 */
export const MIGRATIONS: readonly Migration[] = Object.freeze([]);

/**
 * Settings of an older version as this program knows them. Those of a newer version stay as they are: after a step back to
 * an older program what it knows still counts.
 * @param version - That they were stored with, from 1 on. */
export function migrate(values: RawSettings, version: number, migrations = MIGRATIONS): RawSettings {
	return migrations.slice(version - 1).reduce((migrated, migration) => migration(migrated), values);
}
