import type { Clock, Random, TimerHandle, Timers } from "../../ports/clock.js";
import type { KeyValueStore } from "../../ports/key-value-store.js";
import type { Log } from "../../ports/log.js";
import type { OpenWifi, WifiCredentials } from "../../ports/wifi.js";

/**
 * Why an attempt or a connection has ended:
 * - `wrong-password`: the access point knows another one. A very weak signal looks the same now and then;
 * - `not-found`: no access point of that name answers, or only some with other protection;
 * - `refused`: the access point turns this device away (too many devices, a list of who may join);
 * - `no-answer`: it was heard but did not answer in time, as when the signal is weak;
 * - `no-address`: joined, but no IPv4 address came (DHCP);
 * - `lost`: a connection that there was has ended;
 * - `radio`: the driver refused. */
export type JoinFailure = "wrong-password" | "not-found" | "refused" | "no-answer" | "no-address" | "lost" | "radio";

/** The last attempt or connection that ended. */
export type EndedJoin = {
	readonly failure: JoinFailure;
	/** As `Wifi.disconnectReason`; 0 when it was not the radio that ended it. */
	readonly reason: number;
};

/** What came of trying credentials. */
export type TrialResult =
	| { readonly ok: true; readonly ipAddress: string }
	/** `message` is a sentence for people; no secret is in it. */
	| { readonly ok: false; readonly failure: JoinFailure; readonly reason: number; readonly message: string };

/** Told of the network; no method may be called back from within `Network`'s own methods. */
export interface NetworkListener {
	/** There is an IPv4 address, or another one than before. */
	onConnected?(ipAddress: string): void;
	onDisconnected?(): void;
}

/** Counted since the start. */
export type NetworkCounters = {
	/** Attempts to join. */
	readonly attempts: number;
	/** Times that there was an address after there was none. */
	readonly connections: number;
	/** How often an attempt or a connection ended, by why. */
	readonly ended: { readonly [Failure in JoinFailure]: number };
};

/** What the network has been through since the start. */
export interface NetworkRecord {
	readonly counters: NetworkCounters;
	/** Milliseconds for which there has been, or has not been, a connection. */
	readonly sinceMs: number;
	/** The last attempt or connection that ended; undefined before the first. */
	readonly lastEnded: EndedJoin | undefined;
	/** There are no credentials, or there was no connection for `goneAfterMs`; nothing has connected since. Attempts go on. */
	readonly isGone: boolean;
}

/** The power that the radio sends with. */
export interface PowerRecord {
	/** dBm: asked of the radio. */
	readonly powerDbm: number;
	/** dBm: the owner's ceiling, less what brown-outs took of it. */
	readonly ceilingDbm: number;
	/** In the life of the dongle. */
	readonly brownOuts: number;
}

/** What the owner's settings say. */
export type NetworkSettings = {
	/** Undefined: no network is set up. */
	readonly credentials: WifiCredentials | undefined;
	/** 2 to 20. */
	readonly powerCeilingDbm: number;
	/** Modem sleep. */
	readonly isSleeping: boolean;
	/** Without a connection for this long the network counts as gone; 0: never, unless there are no credentials. */
	readonly goneAfterMs: number;
};

export type NetworkOptions = {
	readonly openWifi: OpenWifi;
	readonly clock: Clock;
	readonly timers: Timers;
	readonly random: Random;
	/** Keeps the history of brown-outs. */
	readonly store: KeyValueStore;
	readonly settings: NetworkSettings;
	/** As `WifiRadioOptions.hostName`. */
	readonly hostName?: string;
	/** The chip's brown-outs since the last power cut, this start included. */
	readonly brownOutCount: number;
	/** Calls back once, later: when the supply can bear the radio's start. Absent: it can at once. */
	readonly whenPowered?: (start: () => void) => TimerHandle;
	readonly listeners: readonly NetworkListener[];
	readonly log: Log;
	/** A listener or the store threw; the rest goes on. */
	onFault(where: string, error: unknown): void;
};

/**
 * "off" without credentials; "waiting" between attempts. Every state but "connected" and "off" ends by itself, so that there
 * is always another attempt to come. */
export type NetworkState = "off" | "waiting" | "joining" | "awaiting-address" | "connected";
