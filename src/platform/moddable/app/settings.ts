import host from "platform/moddable/chip/host";
import type { KeyValueStore } from "../../../ports/key-value-store.js";
import type { Log } from "../../../ports/log.js";
import { mergeIntoFile } from "../../../services/settings/file-content.js";
import { parseSettings } from "../../../services/settings/parse.js";
import { parseSource, type Source } from "../../../services/settings/source.js";
import type { SettingsStorage, StoredSettings } from "../../../services/settings/storage.js";
import { readStoredSettings, storeOfSettings } from "../../../services/settings/stored.js";
import type { SettingKey, Settings } from "../../../services/settings/table.js";

/** The board's UART: a device has no setting for where its meter is. */
const UART: Source = Object.freeze({ kind: "serial", path: "UART" });

export type LoadedSettings = { readonly settings: Settings; readonly source: Source };

/**
 * Settings of the file that the command line names or, on a device, of its flash. A device starts with whatever is there:
 * what cannot be believed is logged, and its default stands.
 * @throws Error - for people - when a settings file is wrong: none of it counts. */
export function loadSettings(store: KeyValueStore, log: Log): LoadedSettings {
	if (host.platform === "device") {
		const { settings, errors } = readStoredSettings(store, "device");
		for (const { message } of errors) log.warn(`setting: ${message}`);
		return { settings, source: UART };
	}
	const settings = readFile();
	const source = parseSource(settings.source);
	if (source === undefined) throw new Error("source is none that there is.");
	return { settings, source };
}

/** Where the settings are kept and changed: a device's flash, or the file of the command line. */
export function openSettingsStorage(store: KeyValueStore): SettingsStorage {
	if (host.platform === "device") return storeOfSettings(store, "device");
	return new SettingsFile();
}

/** The file that the command line names; what it has beside settings stays. */
class SettingsFile implements SettingsStorage {
	read(): StoredSettings {
		return { settings: readFile(), errors: [] };
	}

	write(settings: Settings, changed: readonly SettingKey[]): void {
		host.writeSettings(mergeIntoFile(host.settingsInput() ?? {}, settings, changed, "host"));
	}
}

/** @throws Error - for people - when something in the file is wrong. */
function readFile(): Settings {
	const result = parseSettings(host.settingsInput() ?? {}, { platform: "host" });
	if (!result.ok) throw new Error(result.errors.map(({ message }) => message).join(" "));
	return result.settings;
}
