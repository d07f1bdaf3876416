import { hostname } from "node:os";
import type { Resource } from "../../../http/router.js";
import type { Clock, Timers } from "../../../ports/clock.js";
import type { Crypto } from "../../../ports/crypto.js";
import type { KeyValueStore } from "../../../ports/key-value-store.js";
import type { Log } from "../../../ports/log.js";
import { OwnerApi } from "../../../publishers/api/owner.js";
import { SettingsApi } from "../../../publishers/api/settings.js";
import { Access } from "../../../services/access/access.js";
import { AccessGuard } from "../../../services/access/guard.js";
import { homeWizardHostNameOf, hostNameOf } from "../../../services/discovery.js";
import { SettingsService } from "../../../services/settings/settings-service.js";
import type { SettingsStorage } from "../../../services/settings/storage.js";
import type { SettingKey, Settings } from "../../../services/settings/table.js";
import { nodeCrypto } from "../crypto.js";
import { MemoryKeyValueStore } from "../key-value-store.js";
import { findHostConflict } from "./settings-file.js";

/** OWASP's number for PBKDF2-HMAC-SHA256 (Password Storage Cheat Sheet, 2023): a quarter of a second of a computer. */
export const HOST_ITERATIONS = 600_000;

/** How the app may be changed while it runs. */
export type AppControl = {
	/** Where the settings stand. */
	readonly settingsStorage: SettingsStorage;
	/** Keys that the command line says. */
	readonly overridden: readonly SettingKey[];
	/** Keeps the password's record and the hashes of tokens. */
	readonly accessStore: KeyValueStore;
	/** Starts the app again; a text says why it cannot. */
	readonly restart: (() => void) | string;
	/** Instead of {@link HOST_ITERATIONS}; for tests. */
	readonly iterations?: number;
	/** Instead of Node's own; for tests. */
	readonly crypto?: Crypto;
};

export type AppAccessOptions = {
	/** Absent: nothing is kept, and nobody is the owner. */
	readonly control: AppControl | undefined;
	readonly settings: Settings;
	/** 12 hexadecimal digits. */
	readonly serial: string;
	readonly clock: Clock;
	readonly timers: Timers;
	readonly log: Log;
	readonly scratch: Uint8Array;
};

/** Who may do what over HTTP, and what answers of the settings and of the owner. */
export type AppAccess = {
	readonly access: Access;
	readonly guard: AccessGuard;
	readonly resources: readonly Resource[];
};

/** Control of an app that nobody controls. */
function noControl(settings: Settings): AppControl {
	return {
		settingsStorage: {
			read: () => ({ settings, errors: [] }),
			write: () => {
				throw new Error("this program has no file for settings");
			},
		},
		overridden: [],
		accessStore: new MemoryKeyValueStore(),
		restart: "This program cannot start itself again.",
	};
}

function errorText(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/** This computer's own names, and those that are announced. */
function ownNames(serial: string): readonly string[] {
	const full = hostname().toLowerCase();
	return [full, full.split(".")[0] ?? full, hostNameOf(serial), homeWizardHostNameOf(serial)];
}

/** Makes what stands between the HTTP server and its routes. */
export function openAccess(options: AppAccessOptions): AppAccess {
	const { settings: running, serial, clock, timers, log, scratch } = options;
	const { settingsStorage, overridden, accessStore, restart, ...tests } = options.control ?? noControl(running);
	const { iterations = HOST_ITERATIONS, crypto = nodeCrypto } = tests;
	const settings = new SettingsService({
		platform: "host",
		storage: settingsStorage,
		running,
		overridden,
		check: findHostConflict,
	});
	const access = new Access({ crypto, store: accessStore, clock, log, iterations });
	const guard = new AccessGuard({
		access,
		settings,
		ownNames: ownNames(serial),
		howToChoose: "Stop the program, choose one with npm start -- --set-password, and start it again.",
		faults: { report: (where, error) => log.warn(`${where}: ${errorText(error)}`) },
	});
	return {
		access,
		guard,
		resources: [
			new SettingsApi({ settings, platform: "host", scratch }),
			new OwnerApi({ access, guard, restart, timers }),
		],
	};
}
