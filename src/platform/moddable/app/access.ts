import host from "platform/moddable/chip/host";
import type { JsonWriter } from "../../../core/json-writer.js";
import type { Crypto } from "../../../ports/crypto.js";
import { OwnerApi } from "../../../publishers/api/owner.js";
import { SettingsApi } from "../../../publishers/api/settings.js";
import { Access } from "../../../services/access/access.js";
import { AccessGuard } from "../../../services/access/guard.js";
import { homeWizardHostNameOf, hostNameOf } from "../../../services/discovery.js";
import { SettingsService } from "../../../services/settings/settings-service.js";
import type { Settings } from "../../../services/settings/table.js";
import { DEVICE_ITERATIONS, DeviceCrypto } from "../crypto.js";
import type { Output } from "./outputs.js";
import type { Parts } from "./parts.js";

export type AccessParts = Parts & {
	/** Its buffer is lent for the length of each call. */
	readonly writer: JsonWriter;
	/** Ends everything, then starts the program again. */
	readonly restart: () => void;
	/** For settings that count at once. */
	readonly onSettings: (settings: Settings) => void;
};

/** Who may do what over HTTP, and the routes of the settings and of the owner. */
export type AppAccess = Output & {
	readonly access: Access;
	readonly guard: AccessGuard;
	readonly settings: SettingsService;
	readonly crypto: Crypto;
};

/** Makes what stands between the HTTP server and its routes. Chance for keys is drawn when somebody asks: then the radio is on. */
export function createAccess(parts: AccessParts): AppAccess {
	const { guard: faults, clock, timers, log, store, device, storedSettings: running, writer, restart } = parts;
	const { platform } = host;
	const crypto = new DeviceCrypto({ clock, timers });
	const settings = new SettingsService({
		platform,
		storage: parts.settingsStorage,
		running,
		onChanged: parts.onSettings,
	});
	const access = new Access({
		crypto,
		store: host.openAccessStore(store),
		clock,
		log,
		iterations: DEVICE_ITERATIONS,
	});
	const guard = new AccessGuard({
		access,
		settings,
		ownNames: [hostNameOf(device.serial), homeWizardHostNameOf(device.serial)],
		howToChoose:
			platform === "device"
				? "Hold the button for 5 seconds, join the network that opens, and choose one there."
				: "Stop the program, choose one with npm start -- --set-password, and start it again.",
		faults,
	});
	return {
		access,
		guard,
		settings,
		crypto,
		resources: [
			new SettingsApi({ settings, platform, scratch: writer.bytes }),
			new OwnerApi({ access, guard, restart, timers }),
		],
	};
}
