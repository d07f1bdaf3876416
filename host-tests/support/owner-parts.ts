import type { Resource } from "../../src/http/router.js";
import { nodeCrypto } from "../../src/platform/node/crypto.js";
import type { Clock, Timers } from "../../src/ports/clock.js";
import { OwnerApi } from "../../src/publishers/api/owner.js";
import { SettingsApi } from "../../src/publishers/api/settings.js";
import { Access } from "../../src/services/access/access.js";
import { AccessGuard } from "../../src/services/access/guard.js";
import type { Platform } from "../../src/services/settings/definition.js";
import { defaultSettings } from "../../src/services/settings/parse.js";
import { SettingsService } from "../../src/services/settings/settings-service.js";
import { storeOfSettings } from "../../src/services/settings/stored.js";
import type { Settings } from "../../src/services/settings/table.js";
import { RecordingStore } from "./faulty-store.js";

export type OwnerPartsOptions = {
	readonly platform?: Platform;
	readonly settings?: Partial<Settings>;
	/** A text: why there is no restart. */
	readonly restart?: string;
	/** Of the password's hash; default 1. */
	readonly iterations?: number;
};

/** Access and settings as a program wires them, with a password hash that takes no time; the host is called p1. */
export class OwnerParts {
	readonly store = new RecordingStore();
	readonly settingsStore = new RecordingStore();
	readonly access: Access;
	readonly guard: AccessGuard;
	readonly settings: SettingsService;
	readonly resources: readonly Resource[];
	restarts = 0;

	constructor(options: OwnerPartsOptions & { readonly clock: Clock; readonly timers: Timers }) {
		const { clock, timers, platform = "host", restart = () => this.restarts++, iterations = 1 } = options;
		const log = { info: () => {}, warn: () => {} };
		const running = { ...defaultSettings(platform), ...options.settings };
		const storage = storeOfSettings(this.settingsStore, platform);
		const settings = new SettingsService({ platform, storage, running });
		const access = new Access({ crypto: nodeCrypto, store: this.store, clock, log, iterations });
		const guard = new AccessGuard({
			access,
			settings,
			ownNames: ["p1"],
			howToChoose: "Press the button.",
			faults: {
				report: (where, error) => {
					throw new Error(where, { cause: error });
				},
			},
		});
		this.settings = settings;
		this.access = access;
		this.guard = guard;
		this.resources = [
			new SettingsApi({ settings, platform, scratch: new Uint8Array(256) }),
			new OwnerApi({ access, guard, restart, timers }),
		];
	}

	/** Chooses a password, as the owner would have before. */
	choose(password: string): Promise<void> {
		return new Promise((resolve, reject) => {
			this.access.changePassword(new TextEncoder().encode(password), (problem) => {
				if (problem === undefined) resolve();
				else reject(new Error(problem));
			});
		});
	}
}
