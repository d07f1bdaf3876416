import type { Settings } from "../settings/table.js";

/**
 * What a safe start runs with: the owner's settings with every output off that the page, the setup and the update do without. What is
 * stored stays as it is. */
export function safeSettings(settings: Settings): Settings {
	return { ...settings, mqtt: false, telegram: false, modbus: false, shelly: false, homewizard: false };
}
