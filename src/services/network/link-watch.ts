import type { Timers } from "../../ports/clock.js";
import type { Network } from "./network.js";

/** Between two looks. */
export const LOOK_MS = 60_000;
/** So many in a row with nothing heard are no coincidence: one ARP packet may be lost, five are not. */
export const SILENT_LOOKS = 5;

export type LinkWatchOptions = {
	readonly network: Pick<Network, "state" | "wifi" | "suspect">;
	readonly timers: Timers;
	/** How often something has come over any connection or socket; only grows. */
	readonly received: () => number;
};

/**
 * Finds a connection that only looks well: "connected", and nothing passes. A sign of life is anything that comes: bytes of a
 * client, of the broker, a datagram; and when nobody has anything to say, the gateway's answer to the question for its address.
 * A broker or a time server that is down is none of its business. A gateway that has never answered is not missed.
 */
export class LinkWatch {
	readonly #options: LinkWatchOptions;
	#received = 0;
	#silentLooks = 0;
	#hasAnswered = false;

	/** Begins to look, for as long as the program runs. */
	constructor(options: LinkWatchOptions) {
		this.#options = options;
		options.timers.every(LOOK_MS, () => this.#look());
	}

	#look(): void {
		const { network, received } = this.#options;
		const count = received();
		const isHeard = count !== this.#received;
		this.#received = count;
		// Where others are heard the gateway is asked until it has answered once.
		const isAsked = !isHeard || !this.#hasAnswered;
		const isAnswered = isAsked && network.wifi?.askGateway() === true;
		this.#hasAnswered ||= isAnswered;
		const isSilent = network.state === "connected" && !isHeard && !isAnswered;
		this.#silentLooks = isSilent ? this.#silentLooks + 1 : 0;
		if (this.#hasAnswered && this.#silentLooks >= SILENT_LOOKS) network.suspect();
	}
}
