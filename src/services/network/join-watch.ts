import type { Timers } from "../../ports/clock.js";
import type { WifiNetwork } from "../../ports/wifi.js";
import type { Network } from "./network.js";

/** Between two scans while nothing is joined. */
export const SCAN_MS = 300_000;
/** The moment was a bad one: an attempt runs, or somebody uses the setup network. */
const AGAIN_MS = 10_000;

export type JoinWatchOptions = {
	readonly network: Pick<Network, "state" | "wifi" | "ssid" | "record">;
	readonly timers: Timers;
	/** A scan takes the radio away from whoever uses the setup network. */
	isSetupInUse(): boolean;
};

/**
 * Finds a radio that opens but joins nothing, though that is not the network's fault: scans hear the network that is not
 * joined, hear nothing at all, or are refused. A router that is off, where others are heard, is no fault of the radio, and
 * an access point that says no (a wrong password, no address) has answered. The credentials were tested when they were saved,
 * so silence is not what the place is like.
 */
export class JoinWatch {
	readonly #options: JoinWatchOptions;
	#isSuspect = false;
	#answers = 0;
	#isHeard = false;
	#isSeen = false;

	/** Begins to look, for as long as the program runs. */
	constructor(options: JoinWatchOptions) {
		this.#options = options;
		this.#lookAfter(SCAN_MS);
	}

	/** False while the last scan gave reason to think that the radio is stuck. */
	get isWell(): boolean {
		return !this.#isSuspect || this.#options.network.state === "connected";
	}

	#lookAfter(delayMs: number): void {
		this.#options.timers.after(delayMs, () => this.#look());
	}

	#look(): void {
		const { network, isSetupInUse } = this.#options;
		const { state, wifi, record } = network;
		const answers = answersOf(record.counters);
		const isAnswered = answers !== this.#answers;
		this.#answers = answers;
		if (isAnswered || state === "connected" || state === "off") {
			this.#isSuspect = false;
			this.#lookAfter(SCAN_MS);
		} else if (state !== "waiting" || wifi === undefined || isSetupInUse()) this.#lookAfter(AGAIN_MS);
		else if (
			wifi.scan(
				(found) => this.#onNetwork(found),
				() => this.#onScanned(),
			)
		) {
			this.#isHeard = false;
			this.#isSeen = false;
		} else {
			this.#isSuspect = true;
			this.#lookAfter(SCAN_MS);
		}
	}

	#onNetwork({ ssid }: WifiNetwork): void {
		this.#isHeard = true;
		this.#isSeen ||= ssid === this.#options.network.ssid;
	}

	#onScanned(): void {
		this.#isSuspect = this.#isSeen || !this.#isHeard;
		this.#lookAfter(SCAN_MS);
	}
}

/** How often an access point has answered, whatever it said. */
function answersOf({ connections, ended }: Network["record"]["counters"]): number {
	return connections + ended["wrong-password"] + ended.refused + ended["no-address"];
}
