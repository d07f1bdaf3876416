import { literal } from "../../core/literal.js";
import type { Clock } from "../../ports/clock.js";
import type { Device } from "../../ports/device.js";
import { VERSION } from "../../version.js";
import type { Exposition } from "./exposition.js";
import { gauge } from "./family.js";
import type { MetricsSource } from "./metrics-source.js";

const INFO = gauge("p1_dongle_info", "The dongle, in labels; always 1.");
const VERSION_LABEL = literal("{version=");
const MODEL_LABEL = literal(",model=");
const END = literal("}");
const UPTIME = gauge("p1_dongle_uptime_seconds", "Since the program started.");
const HEAP_USED = gauge("p1_dongle_heap_used_bytes", "JavaScript heap in use.");
const HEAP_SIZE = gauge("p1_dongle_heap_size_bytes", "JavaScript heap in all.");
const SYSTEM_FREE = gauge("p1_dongle_system_free_bytes", "Free memory outside the JavaScript heap.");
const RESIDENT = gauge("p1_dongle_resident_memory_bytes", "Memory of the process, on a host.");
const CONNECTED = gauge("p1_dongle_network_connected", "1 when the network is there.");
const RSSI = gauge("p1_dongle_wifi_signal_dbm", "Strength of the Wi-Fi signal.");

/** How the dongle itself does. */
export class DongleMetrics implements MetricsSource {
	readonly #device: Device;
	readonly #clock: Clock;
	readonly #startedMs: number;

	constructor(device: Device, clock: Clock) {
		this.#device = device;
		this.#clock = clock;
		this.#startedMs = clock.monotonicMs();
	}

	writeMetrics(out: Exposition): void {
		const memory = this.#device.memory();
		const link = this.#device.link();
		out.open(INFO);
		out.beginSample();
		out.literal(VERSION_LABEL);
		out.labelText(VERSION);
		out.literal(MODEL_LABEL);
		out.labelText(this.#device.model);
		out.literal(END);
		out.endSample(1);
		out.open(UPTIME);
		out.sample(Math.floor((this.#clock.monotonicMs() - this.#startedMs) / 1000));
		out.open(HEAP_USED);
		out.sample(whole(memory.heapUsedBytes));
		out.open(HEAP_SIZE);
		out.sample(whole(memory.heapTotalBytes));
		out.open(SYSTEM_FREE);
		out.sample(whole(memory.systemFreeBytes));
		out.open(RESIDENT);
		out.sample(whole(memory.residentBytes));
		out.open(CONNECTED);
		out.flag(link.connected);
		out.open(RSSI);
		out.sample(whole(link.rssiDbm));
	}
}

function whole(value: number | undefined): number | undefined {
	return value === undefined ? undefined : Math.floor(value);
}
