import { OwnerApi } from "../../src/publishers/api/owner.js";
import { SettingsApi } from "../../src/publishers/api/settings.js";
import type { Platform } from "../../src/services/settings/definition.js";
import { defaultSettings } from "../../src/services/settings/parse.js";
import { SettingsService } from "../../src/services/settings/settings-service.js";
import { readStoredSettings, storeOfSettings, writeStoredSettings } from "../../src/services/settings/stored.js";
import type { Settings } from "../../src/services/settings/table.js";
import { AccessBench, type AccessRequest, basic, PASSWORD } from "./access-bench.js";
import { RecordingStore } from "./faulty-store.js";
import type { ParsedResponse } from "./http-harness.js";

export type OwnerBenchOptions = {
	readonly platform?: Platform;
	readonly settings?: Partial<Settings>;
	/** A text: why there is no restart. */
	readonly restart?: string;
	readonly scratchBytes?: number;
	/** Default true. */
	readonly hasPassword?: boolean;
};

/** The routes of the settings and of the owner, behind their guard. */
export class OwnerBench {
	readonly bench: AccessBench;
	readonly service: SettingsService;
	readonly settingsStore = new RecordingStore();
	readonly #platform: Platform;
	restarts = 0;

	constructor(options: OwnerBenchOptions = {}) {
		const { platform = "host", hasPassword = true, restart, scratchBytes = 256 } = options;
		this.#platform = platform;
		const running = { ...defaultSettings(platform), ...options.settings };
		writeStoredSettings(this.settingsStore, running, platform);
		const storage = storeOfSettings(this.settingsStore, platform);
		const settings = new SettingsService({ platform, storage, running });
		this.service = settings;
		this.bench = new AccessBench(new RecordingStore(), ({ access, guard, clock }) => [
			new SettingsApi({ settings, platform, scratch: new Uint8Array(scratchBytes) }),
			new OwnerApi({
				access,
				guard,
				restart: restart ?? (() => this.restarts++),
				timers: clock,
			}),
		]);
		if (hasPassword) this.bench.choose();
		this.bench.policy = settings.current;
	}

	get stored(): Settings {
		return readStoredSettings(this.settingsStore, this.#platform).settings;
	}

	/** As the owner, unless the request says otherwise, with the body as JSON. */
	ask(method: string, path: string, json?: unknown, request: AccessRequest = {}): ParsedResponse {
		const response = this.bench.ask(path, {
			method,
			...("authorization" in request || !this.bench.access.hasPassword ? {} : { authorization: basic(PASSWORD) }),
			...(json === undefined ? {} : { body: JSON.stringify(json), headers: ["Content-Type: application/json"] }),
			...request,
		});
		this.bench.policy = this.service.current;
		return response;
	}

	/** The body of {@link ask}, parsed. */
	json(method: string, path: string, json?: unknown, request: AccessRequest = {}): unknown {
		return JSON.parse(this.ask(method, path, json, request).body);
	}
}
