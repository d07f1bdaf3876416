import type { Clock, TimerHandle, Timers } from "../../ports/clock.js";
import type { Wifi, WifiCredentials } from "../../ports/wifi.js";
import type { NetworkScan } from "./network-scan.js";
import type { NetworkTest } from "./network-test.js";
import { isInSetupRange, PORTAL_URL } from "./setup-network.js";
import type { SetupStation } from "./setup-station.js";

/** Named by what it waits for; all but `closed` and `awaiting-radio` have the setup network open. */
export type PortalState =
	/** The station has its settings. */
	| "closed"
	/** There are no Wi-Fi settings: open until there are. */
	| "awaiting-wifi"
	/** The settings' network has been gone for long: open beside the station that keeps trying, until it is back. */
	| "awaiting-network"
	/** Somebody has asked for it: open for ten minutes after the last thing that was done. */
	| "awaiting-owner"
	/** Everything is saved: open for a minute, so that the phone can read where the device is from now on. */
	| "showing-result"
	/** It should be open, but the radio is not on yet, or could not: tried again and again. */
	| "awaiting-radio";

/** Nobody sets up any more. */
export const IDLE_MS = 600_000;
/** Of the result. */
export const RESULT_MS = 60_000;
/** The network must have been back for so long. */
export const BACK_MS = 60_000;
export const RADIO_AGAIN_MS = 10_000;
const CHECK_MS = 1000;
/** Any does where no station says which. */
const CHANNEL = 1;

/** Where the device is after the setup. */
export type SetupResult = {
	/** Dotted IPv4; absent when it has none yet. */
	readonly ipAddress: string | undefined;
	/** Until the setup network closes. */
	readonly closesInS: number;
};

export type SetupPortalOptions = {
	readonly wifi: Pick<Wifi, "channel" | "isAccessPointOpen" | "openAccessPoint" | "closeAccessPoint">;
	readonly station: SetupStation;
	readonly test: NetworkTest;
	readonly networks: NetworkScan;
	readonly clock: Clock;
	readonly timers: Timers;
	/** The name of the setup network. */
	readonly name: string;
	/** Its password; asked for at each opening. Undefined while the radio is not on, and throws when there is none to be had. */
	readonly password: () => string | undefined;
	/** The Wi-Fi settings as they are stored; undefined without. */
	readonly credentials: () => WifiCredentials | undefined;
	/** So long without its network, and the device opens its own beside the search; 0: never. */
	readonly goneAfterMs: () => number;
	/** Other settings wait for the next start, or Wi-Fi settings that the station does not use yet (`isWifiUsed` false). */
	readonly needsRestart: (isWifiUsed: boolean) => boolean;
	/** Starts the device again. */
	readonly restart: () => void;
	/** Begins to answer phones' questions for names; its end is `close`. */
	readonly openNames: () => { close(): void };
	/** A line for whoever has the device's serial port before them, and for nobody else: the password is in it. */
	readonly announce: (line: string) => void;
};

/**
 * Decides when the device's own network is open, in which people set it up. Without Wi-Fi settings it never closes, and
 * whatever happens with settings, it opens again once the network has been gone for long.
 */
export class SetupPortal {
	readonly #options: SetupPortalOptions;
	#state: PortalState = "closed";
	/** What `awaiting-radio` is to become. */
	#wanted: PortalState = "closed";
	/** After so long. */
	#againMs = 0;
	#sinceMs = 0;
	/** When something was set up last. */
	#activeMs = Number.NEGATIVE_INFINITY;
	/** When a peer in the network asked for something last. */
	#clientMs = Number.NEGATIVE_INFINITY;
	/** When the network was opened, for whatever purpose. */
	#openedMs = 0;
	/** Since when the station has been without its network, or in it. */
	#goneSinceMs: number | undefined;
	#backSinceMs: number | undefined;
	/** The station is in the network that was saved during this run. */
	#isWifiUsed = false;
	#names: { close(): void } | undefined;
	readonly #timer: TimerHandle;

	constructor(options: SetupPortalOptions) {
		this.#options = options;
		this.#timer = options.timers.every(CHECK_MS, () => this.#check());
		this.#check();
	}

	get state(): PortalState {
		return this.#state;
	}

	/** The setup network is there. */
	get isOpen(): boolean {
		return this.#state !== "closed" && this.#state !== "awaiting-radio";
	}

	/** It is open because somebody needs it, or, where it only waits for the settings' network, somebody has been in it lately. */
	get isInUse(): boolean {
		if (this.#state !== "awaiting-network") return this.isOpen;
		const nowMs = this.#options.clock.monotonicMs();
		return !this.#isIdle(nowMs) || nowMs - this.#clientMs < IDLE_MS;
	}

	/** The name of the setup network, whether it is there or not. */
	get name(): string {
		return this.#options.name;
	}

	/** Opens it, because somebody has asked for it with the button; what is open says its password once more. */
	open(): void {
		this.touch();
		if (this.isOpen) this.#tellPassword(this.#options.password());
		if (this.#state === "awaiting-wifi" || this.#options.credentials() === undefined) return;
		if (this.#state === "awaiting-radio") this.#wanted = "awaiting-owner";
		else this.#enter("awaiting-owner");
	}

	/** Somebody is setting up: ten minutes from now on. */
	touch(): void {
		this.#activeMs = this.#options.clock.monotonicMs();
	}

	/**
	 * Everything is saved. A network that was tested and is the saved one is kept.
	 * @returns undefined without Wi-Fi settings: nothing is finished then. */
	finish(): SetupResult | undefined {
		const { credentials, test } = this.#options;
		const saved = credentials();
		if (saved === undefined) return undefined;
		this.touch();
		const { state } = test;
		const kept = test.keep(saved);
		if (kept !== "none") this.#isWifiUsed = kept === "kept";
		const ipAddress = kept !== "none" && state.kind === "connected" ? state.ipAddress : this.#options.station.ipAddress;
		if (this.isOpen) this.#enter("showing-result");
		return { ipAddress, closesInS: this.isOpen ? RESULT_MS / 1000 : 0 };
	}

	/**
	 * Whether a peer at this address, which asks for something now, is in the setup network. Nobody is while the house has the
	 * same addresses: its people could not be told from those. */
	isClient(address: string): boolean {
		if (!this.isOpen || !isInSetupRange(address)) return false;
		const { station, clock } = this.#options;
		if (station.ipAddress !== undefined && isInSetupRange(station.ipAddress)) return false;
		this.#clientMs = clock.monotonicMs();
		return true;
	}

	/** Where a peer in the setup network is to be sent; undefined for all others. */
	portalFor(address: string): string | undefined {
		return this.isClient(address) ? PORTAL_URL : undefined;
	}

	/** Ends for good: the network closes, nothing calls back. */
	close(): void {
		this.#timer.cancel();
		this.#options.test.drop();
		this.#options.networks.forget();
		this.#closeNetwork();
		this.#state = "closed";
	}

	#check(): void {
		const { credentials, station, clock, wifi } = this.#options;
		const nowMs = clock.monotonicMs();
		const hasWifi = credentials() !== undefined;
		const isInNetwork = station.ipAddress !== undefined;
		this.#goneSinceMs = isInNetwork ? undefined : (this.#goneSinceMs ?? nowMs);
		this.#backSinceMs = isInNetwork ? (this.#backSinceMs ?? nowMs) : undefined;
		// A driver that has lost it: once more.
		if (this.isOpen && !wifi.isAccessPointOpen) this.#enter(this.#state);
		switch (this.#state) {
			case "closed":
				if (!hasWifi) this.#enter("awaiting-wifi");
				else if (this.#isGoneForLong(nowMs)) this.#enter("awaiting-network");
				return;
			case "awaiting-radio":
				if (this.#wanted === "awaiting-network" && !this.#isGoneForLong(nowMs)) this.#leave();
				else if (nowMs - this.#sinceMs >= this.#againMs) this.#enter(this.#wanted);
				return;
			case "awaiting-wifi":
				// Saved by somebody who did not say that it is done.
				if (!hasWifi) return;
				this.touch();
				this.#enter("awaiting-owner");
				return;
			case "showing-result":
				if (nowMs - this.#sinceMs >= RESULT_MS) this.#leave();
				return;
			default:
				if (!hasWifi) this.#enter("awaiting-wifi");
				else if (this.#isDone(nowMs)) this.#leave();
				else if (this.#state === "awaiting-owner" && this.#isIdle(nowMs)) this.#enter("awaiting-network");
		}
	}

	/** Of an open network that was not asked to show a result: nobody needs it any more. */
	#isDone(nowMs: number): boolean {
		if (!this.#isIdle(nowMs)) return false;
		// A start may be all that is missing.
		if (this.#isRestartDue()) return true;
		return this.#backSinceMs !== undefined && nowMs - this.#backSinceMs >= BACK_MS;
	}

	/** What was saved while the network is open waits for a start. */
	#isRestartDue(): boolean {
		return this.#activeMs >= this.#openedMs && this.#options.needsRestart(this.#isWifiUsed);
	}

	#isIdle(nowMs: number): boolean {
		return nowMs - this.#activeMs >= IDLE_MS;
	}

	#isGoneForLong(nowMs: number): boolean {
		const longMs = this.#options.goneAfterMs();
		return longMs > 0 && this.#goneSinceMs !== undefined && nowMs - this.#goneSinceMs >= longMs;
	}

	/** Opens the network, or keeps it open, for a new purpose. */
	#enter(state: PortalState): void {
		const { wifi, clock } = this.#options;
		this.#sinceMs = clock.monotonicMs();
		if (!wifi.isAccessPointOpen && !this.#openNetwork()) {
			this.#wanted = state;
			this.#closeNetwork();
			this.#transition("awaiting-radio");
			return;
		}
		if (!this.isOpen) this.#openedMs = this.#sinceMs;
		this.#names ??= this.#options.openNames();
		this.#transition(state);
	}

	#openNetwork(): boolean {
		const { wifi, name, password, announce } = this.#options;
		let problem = "the radio refuses";
		try {
			const secret = password();
			if (secret === undefined) {
				// Nothing has failed: it opens as soon as the radio is on.
				this.#againMs = 0;
				return false;
			}
			if (wifi.openAccessPoint({ ssid: name, password: secret, channel: wifi.channel ?? CHANNEL })) {
				this.#tellPassword(secret);
				return true;
			}
		} catch (error) {
			problem = error instanceof Error ? error.message : String(error);
		}
		this.#againMs = RADIO_AGAIN_MS;
		announce(`setup: the network ${name} cannot be opened (${problem}); it is tried again`);
		return false;
	}

	#tellPassword(secret: string | undefined): void {
		const { name, announce } = this.#options;
		announce(`setup: join the network ${name} with the password ${secret}, then open ${PORTAL_URL}`);
	}

	/** Closes the network; starts again if settings wait for that. */
	#leave(): void {
		const { networks, test, restart } = this.#options;
		const isRestartDue = this.#isRestartDue();
		test.drop();
		networks.forget();
		this.#closeNetwork();
		this.#goneSinceMs = undefined;
		this.#transition("closed");
		if (isRestartDue) restart();
	}

	#closeNetwork(): void {
		this.#names?.close();
		this.#names = undefined;
		if (this.#options.wifi.isAccessPointOpen) this.#options.wifi.closeAccessPoint();
	}

	#transition(state: PortalState): void {
		this.#state = state;
	}
}
