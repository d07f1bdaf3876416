import { pbkdf2Sync, randomBytes } from "node:crypto";
import type { AppControl } from "../../../src/platform/node/app/app-access.js";
import { MemoryKeyValueStore } from "../../../src/platform/node/key-value-store.js";
import { PASSWORD_KEY } from "../../../src/services/access/password.js";
import { formatPasswordRecord } from "../../../src/services/access/password-record.js";
import { defaultSettings } from "../../../src/services/settings/parse.js";
import type { Settings } from "../../../src/services/settings/table.js";

const ITERATIONS = 1000;

/** Control of an app whose owner has chosen a password already; the settings are in memory. */
export function ownedControl(password: string, changes: Partial<Settings> = {}): AppControl {
	const salt = randomBytes(16);
	const key = pbkdf2Sync(password, salt, ITERATIONS, 32, "sha256");
	const accessStore = new MemoryKeyValueStore();
	accessStore.write(PASSWORD_KEY, formatPasswordRecord({ iterations: ITERATIONS, salt, key }));
	let settings: Settings = { ...defaultSettings("host"), ...changes };
	return {
		settingsStorage: {
			read: () => ({ settings, errors: [] }),
			write(next) {
				settings = next;
			},
		},
		overridden: [],
		accessStore,
		restart: () => {},
		iterations: ITERATIONS,
	};
}
