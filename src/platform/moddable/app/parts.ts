import host from "platform/moddable/chip/host";
import type { Random } from "../../../ports/clock.js";
import type { KeyValueStore } from "../../../ports/key-value-store.js";
import type { Log } from "../../../ports/log.js";
import type { Source } from "../../../services/settings/source.js";
import type { SettingsStorage } from "../../../services/settings/storage.js";
import type { Settings } from "../../../services/settings/table.js";
import { RestartLog } from "../../../services/supervisor/restarts.js";
import { safeSettings } from "../../../services/supervisor/safe-settings.js";
import { DeviceClock } from "../clock.js";
import { ModdableDevice } from "../device.js";
import type { Guard } from "../guard.js";
import type { ChipFacts } from "../host.js";
import { traceLog } from "../log.js";
import type { TcpContext } from "../tcp-stream.js";
import { DeviceTimers } from "../timers.js";
import { loadSettings, openSettingsStorage } from "./settings.js";

/** What every part of the program is made from. */
export type Parts = {
	readonly guard: Guard;
	/** For what opens sockets. */
	readonly context: TcpContext;
	readonly clock: DeviceClock;
	readonly timers: DeviceTimers;
	readonly random: Random;
	readonly log: Log;
	/** Keeps what the program made itself and, on a device, its settings. */
	readonly store: KeyValueStore;
	readonly device: ModdableDevice;
	/** Absent where there is no chip of our own. */
	readonly chip: ChipFacts | undefined;
	readonly restarts: RestartLog | undefined;
	/** What the program runs with. */
	readonly settings: Settings;
	/** As they are stored: what it runs with, unless it has crashed too often. */
	readonly storedSettings: Settings;
	readonly settingsStorage: SettingsStorage;
	/** Where telegrams come from. */
	readonly source: Source;
};

/** Opens the platform and reads the settings. @throws Error - for people - when the program cannot start with them. */
export function openParts(guard: Guard): Parts {
	const clock = new DeviceClock();
	const timers = new DeviceTimers(clock, guard);
	const log = traceLog;
	const store = host.openStore();
	const chip = host.openChip?.();
	const restarts = chip && new RestartLog(store, chip.resetReason);
	const { settings: storedSettings, source } = loadSettings(store, log);
	const isSafe = restarts?.isSafe === true;
	if (isSafe) log.warn("too many crashes: started with the page, the setup and updates only");
	return {
		guard,
		context: { guard, timers, traffic: { received: 0 } },
		clock,
		timers,
		random: Math.random,
		log,
		store,
		device: new ModdableDevice(store),
		chip,
		restarts,
		settingsStorage: openSettingsStorage(store),
		settings: isSafe ? safeSettings(storedSettings) : storedSettings,
		storedSettings,
		source,
	};
}
