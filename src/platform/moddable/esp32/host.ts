import Storage from "embedded:storage/key-value";
import Time from "time";
import type { MemoryUse } from "../../../ports/device.js";
import type { KeyValueStore } from "../../../ports/key-value-store.js";
import type { ChipFacts, ModdableHost } from "../host.js";
import {
	brownOutCount,
	macAddress,
	minimumSystemFreeBytes,
	resetReason,
	restart,
	systemFreeBytes,
} from "../native/device-control/device-control.js";
import { heapTotalBytes, heapUsedBytes } from "../native/xs-heap/xs-heap.js";
import { createOpenButton, openDataRequest, openLight, openSupply } from "./board.js";
import { openConsole, writeLine } from "./console.js";
import { createOpenServiceDiscovery } from "./mdns.js";
import { resolveName } from "./resolve.js";
import { openUart } from "./uart.js";
import { Esp32FirmwareUpdate } from "./update.js";
import { createOpenWifi } from "./wifi.js";

/** Namespace of the settings in NVS. */
const NAMESPACE = "p1";

class NvsStore implements KeyValueStore {
	readonly #storage = Storage.open({ path: NAMESPACE, format: "string" });

	/** One value that NVS cannot read must not keep the program from starting. */
	read(key: string): string | undefined {
		try {
			const value: unknown = this.#storage.read(key);
			return typeof value === "string" ? value : undefined;
		} catch {
			return "";
		}
	}

	/** Throws when flash is full or refuses; NVS writes atomically. */
	write(key: string, value: string): void {
		if (key.length === 0 || key.length > 15) throw new RangeError(`"${key}" is not 1 to 15 characters`);
		this.#storage.write(key, value);
	}

	remove(key: string): void {
		this.#storage.delete(key);
	}
}

function eraseStore(): void {
	const storage = Storage.open({ path: NAMESPACE, format: "string" });
	// First all names: what is deleted moves what comes after it.
	for (const key of [...storage]) storage.delete(key);
	storage.close();
}

const CHIP: ChipFacts = Object.freeze<ChipFacts>({
	get resetReason() {
		return resetReason();
	},
	get brownOutCount() {
		return brownOutCount();
	},
	get minimumSystemFreeBytes() {
		return minimumSystemFreeBytes();
	},
});

/** An ESP32 of any kind, on whatever board its provider describes. */
const host: ModdableHost = Object.freeze<ModdableHost>({
	platform: "device",
	model: "esp32",
	httpConnections: 6,
	ticksMs: () => Time.ticks,
	// It has no clock of its own that lasts.
	utcMs: () => undefined,
	setSystemTime: (utcMs) => Time.set(Math.round(utcMs / 1000)),
	memory(): MemoryUse {
		return {
			heapUsedBytes: heapUsedBytes(),
			heapTotalBytes: heapTotalBytes(),
			systemFreeBytes: systemFreeBytes(),
		};
	},
	// Until there is a network.
	link: () => ({ kind: "wifi", connected: false }),
	serialNumber: () => macAddress(),
	openStore: () => new NvsStore(),
	openAccessStore: (store) => store,
	settingsInput: () => undefined,
	writeSettings() {
		throw new Error("a device has no settings file");
	},
	resolve: resolveName,
	openSerialLine: openUart,
	openLight,
	openButton: createOpenButton,
	openDataRequest,
	openSupply,
	openChip: () => CHIP,
	eraseStore,
	openWifi: createOpenWifi,
	brownOutCount,
	openConsole() {
		const port = openConsole();
		return { port, announce: (line) => writeLine(port, line) };
	},
	openServiceDiscovery: createOpenServiceDiscovery,
	// Nobody can ask a device to end.
	onStop() {},
	openFirmware: () => new Esp32FirmwareUpdate(),
	exit: restart,
	restart,
});

export default host;
