import type { TimerHandle, Timers } from "../../ports/clock.js";
import type { Wifi, WifiCredentials } from "../../ports/wifi.js";
import { failureOf } from "./reasons.js";
import type { JoinFailure } from "./types.js";

/** The driver gives up by itself after some seconds; one that hangs is left after this. */
export const JOIN_LIMIT_MS = 20_000;
/** DHCP retries with pauses of 2, 4 and 8 s (lwIP): after this it is better to join again. */
export const ADDRESS_LIMIT_MS = 20_000;

/** What a link awaits. */
export type LinkPhase = "idle" | "joining" | "awaiting-address" | "connected";

export type LinkOptions = {
	readonly wifi: Wifi;
	readonly timers: Timers;
	/** An address came, or another one. */
	onConnected(ipAddress: string): void;
	/** The address is gone; the link waits for another. */
	onAddressLost(): void;
	/** The attempt or connection has ended; the link is idle. `reason` as `Wifi.disconnectReason`, 0: not the radio's. */
	onEnded(failure: JoinFailure, reason: number): void;
};

/**
 * One attempt at a time, and the connection that may come of it: every phase but "connected" has a time limit, so each
 * attempt ends. Callbacks come from {@link check} and from timers only. */
export class Link {
	readonly #options: LinkOptions;
	#phase: LinkPhase = "idle";
	#ipAddress: string | undefined;
	#limit: TimerHandle | undefined;

	constructor(options: LinkOptions) {
		this.#options = options;
	}

	get phase(): LinkPhase {
		return this.#phase;
	}

	/** Present while "connected". */
	get ipAddress(): string | undefined {
		return this.#ipAddress;
	}

	/** Begins an attempt in place of whatever there is. @param channel - where to look, if that is known. */
	begin({ ssid, password }: WifiCredentials, channel: number | undefined): void {
		this.#ipAddress = undefined;
		const hint = channel === undefined ? {} : { channel };
		const isBegun = this.#options.wifi.join({ ssid, password, ...hint });
		this.#await("joining", isBegun ? JOIN_LIMIT_MS : 0, isBegun ? "no-answer" : "radio");
	}

	/** Ends the attempt or connection without a word. */
	end(): void {
		this.#limit?.cancel();
		this.#phase = "idle";
		this.#ipAddress = undefined;
		this.#options.wifi.leave();
	}

	/** Compares the phase with the radio; to be called when that has changed, and now and then in case that was not told. */
	check(): void {
		const { status } = this.#options.wifi;
		if (this.#phase === "idle") {
			if (status !== "idle") this.#options.wifi.leave();
		} else if (status === "connected") this.#onAddress();
		else if (status === "associated") this.#onAssociated();
		else if (status === "idle") this.#onIdle();
		else if (this.#phase !== "joining") this.#finish("lost", 0);
	}

	#onAddress(): void {
		const { ipAddress } = this.#options.wifi;
		if (ipAddress === undefined || (this.#phase === "connected" && ipAddress === this.#ipAddress)) return;
		this.#limit?.cancel();
		this.#phase = "connected";
		this.#ipAddress = ipAddress;
		this.#options.onConnected(ipAddress);
	}

	#onAssociated(): void {
		const before = this.#phase;
		if (before === "awaiting-address") return;
		this.#ipAddress = undefined;
		this.#await("awaiting-address", ADDRESS_LIMIT_MS, "no-address");
		if (before === "connected") this.#options.onAddressLost();
	}

	#onIdle(): void {
		const { disconnectReason } = this.#options.wifi;
		// What ends an attempt before it was let in says why; what ends it later is no longer about the password.
		this.#finish(this.#phase === "joining" ? failureOf(disconnectReason) : "lost", disconnectReason);
	}

	#await(phase: LinkPhase, limitMs: number, failure: JoinFailure): void {
		this.#limit?.cancel();
		this.#phase = phase;
		this.#limit = this.#options.timers.after(limitMs, () => this.#finish(failure, 0));
	}

	#finish(failure: JoinFailure, reason: number): void {
		this.end();
		this.#options.onEnded(failure, reason);
	}
}
