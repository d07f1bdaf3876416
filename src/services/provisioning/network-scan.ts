import type { TimerHandle, Timers } from "../../ports/clock.js";
import type { Wifi, WifiNetwork } from "../../ports/wifi.js";

/** Networks that are kept of a scan, the strongest: more than a list on a phone shows, and 3 kB of a device's heap. */
export const MAX_NETWORKS = 24;
/** While the station joins, the radio cannot scan. */
const AGAIN_MS = 500;
/** Then it is given up: an attempt to join takes less. */
const MAX_ATTEMPTS = 30;

export type NetworkScanOptions = {
	readonly wifi: Pick<Wifi, "scan">;
	readonly timers: Timers;
};

/** Which networks there are: one entry for each name, of its strongest access point, the strongest first. */
export class NetworkScan {
	readonly #options: NetworkScanOptions;
	#networks: readonly WifiNetwork[] = [];
	#found: WifiNetwork[] = [];
	#isScanning = false;
	#attempts = 0;
	#again: TimerHandle | undefined;
	/** A scan that was forgotten may still call back. */
	#generation = 0;

	constructor(options: NetworkScanOptions) {
		this.#options = options;
	}

	/** A scan is under way or waits for the radio. */
	get isScanning(): boolean {
		return this.#isScanning;
	}

	/** Of the last scan that came to its end; none hides its name. */
	get networks(): readonly WifiNetwork[] {
		return this.#networks;
	}

	/** Scans once; one that is under way goes on. When the radio refuses for long, the networks are those of before. */
	start(): void {
		if (this.#isScanning) return;
		this.#isScanning = true;
		this.#attempts = 0;
		this.#try();
	}

	/** Ends a scan and drops what was found: nobody asks any more. */
	forget(): void {
		this.#again?.cancel();
		this.#generation++;
		this.#isScanning = false;
		this.#networks = [];
		this.#found = [];
	}

	#try(): void {
		const generation = this.#generation;
		this.#found = [];
		const isBegun = this.#options.wifi.scan(
			(network) => {
				if (generation === this.#generation) this.#add(network);
			},
			() => {
				if (generation === this.#generation) this.#end();
			},
		);
		if (isBegun) return;
		this.#attempts++;
		if (this.#attempts < MAX_ATTEMPTS) this.#again = this.#options.timers.after(AGAIN_MS, () => this.#try());
		else this.#isScanning = false;
	}

	#end(): void {
		this.#isScanning = false;
		this.#networks = this.#found;
		this.#found = [];
	}

	/** Keeps the list in order, as it grows. */
	#add(network: WifiNetwork): void {
		const { ssid, rssiDbm } = network;
		const found = this.#found;
		if (ssid === "") return;
		const known = found.findIndex((each) => each.ssid === ssid);
		if (known >= 0) {
			if ((found[known] as WifiNetwork).rssiDbm >= rssiDbm) return;
			found.splice(known, 1);
		}
		let at = found.length;
		while (at > 0 && (found[at - 1] as WifiNetwork).rssiDbm < rssiDbm) at--;
		if (at === MAX_NETWORKS) return;
		found.splice(at, 0, network);
		if (found.length > MAX_NETWORKS) found.pop();
	}
}
