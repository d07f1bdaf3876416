import type { Random } from "../../ports/clock.js";
import { Backoff } from "../backoff.js";
import type { JoinFailure } from "./types.js";

/** Delays between attempts: from one second to one minute. */
export const RECONNECT_MS = Object.freeze({ firstMs: 1000, capMs: 60_000 });
/** A connection that lasted this long was a good one: the next attempt comes at once and looks on its channel. */
export const GOOD_CONNECTION_MS = 60_000;
/** The first attempt after a good connection: this much, with jitter up to twice it. */
const FAST_MS = 300;
/** Each search takes the radio off the channel of a setup network for seconds: not more than one in this time. */
export const CALM_MS = 60_000;
/** The password has been wrong this often in a row: more haste would not make it right. */
const WRONG_PASSWORDS = 2;

/** When the next attempt comes, and where it looks first. */
export class Reconnect {
	readonly #random: Random;
	readonly #backoff: Backoff;
	#wrongPasswords = 0;
	#lastSsid: string | undefined;
	#lastChannel: number | undefined;
	#isFast = false;

	constructor(random: Random) {
		this.#random = random;
		this.#backoff = new Backoff({ ...RECONNECT_MS, random });
	}

	/** Whatever failed before has nothing to do with what comes. */
	reset(): void {
		this.#backoff.reset();
		this.#wrongPasswords = 0;
	}

	/** The network that connected last is likely to be where it was. */
	hurry(): void {
		this.reset();
		this.#isFast = true;
	}

	/** @param channel - where the network was found. */
	onConnected(ssid: string, channel: number | undefined): void {
		this.#lastSsid = ssid;
		this.#lastChannel = channel;
		this.#wrongPasswords = 0;
		this.#isFast = false;
	}

	/** A channel to look on, in haste only, and once; every other attempt searches all of them. */
	channelFor(ssid: string): number | undefined {
		const isHinted = this.#isFast && ssid === this.#lastSsid;
		this.#isFast = false;
		return isHinted ? this.#lastChannel : undefined;
	}

	/**
	 * How long to wait, in whole milliseconds.
	 * @param lastedMs - how long the connection that ended had lasted; 0: there was none.
	 * @param isCalm - a setup network is open beside. */
	delayAfterMs(failure: JoinFailure, lastedMs: number, isCalm: boolean): number {
		const random = this.#random;
		if (lastedMs >= GOOD_CONNECTION_MS) {
			this.hurry();
			return Math.round(FAST_MS * (1 + random()));
		}
		this.#wrongPasswords = failure === "wrong-password" ? this.#wrongPasswords + 1 : 0;
		if (this.#wrongPasswords >= WRONG_PASSWORDS) this.#backoff.jumpToCap();
		const delayMs = this.#backoff.nextDelayMs();
		return isCalm ? Math.max(delayMs, Math.round(CALM_MS * (1 + random()))) : delayMs;
	}
}
