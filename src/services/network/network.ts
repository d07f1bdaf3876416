import type { TimerHandle } from "../../ports/clock.js";
import type { Wifi, WifiCredentials } from "../../ports/wifi.js";
import { Candidates, isSameCredentials } from "./candidates.js";
import { Link, type LinkPhase } from "./link.js";
import { NetworkTally } from "./network-tally.js";
import { reasonText } from "./reasons.js";
import { Reconnect } from "./reconnect.js";
import { TransmitPower } from "./transmit-power.js";
import { TRIAL_PAUSE_MS, Trial } from "./trial.js";
import type {
	JoinFailure,
	NetworkListener,
	NetworkOptions,
	NetworkRecord,
	NetworkSettings,
	NetworkState,
	PowerRecord,
	TrialResult,
} from "./types.js";

/** How often the link, its strength and the time without it are looked at. */
const TICK_MS = 10_000;
/** Whoever changed the credentials over this network is to have an answer first. */
export const NEW_CREDENTIALS_DELAY_MS = 1500;
/** A connection that only looks well is made anew at most this often, and not before it is this old. */
export const SUSPECT_PAUSE_MS = 3_600_000;
const SUSPECT_AGE_MS = 600_000;
const RADIO_RETRY_MS = 60_000;

/**
 * The connection to the house's network: made, watched, made again, for years. It tries for as long as there are
 * credentials, tries others without giving those up, and sends as weakly as the link allows. */
export class Network {
	readonly #options: NetworkOptions;
	readonly #power: TransmitPower;
	readonly #reconnect: Reconnect;
	readonly #tally: NetworkTally;
	readonly #tick: TimerHandle;
	#settings: NetworkSettings;
	#wifi: Wifi | undefined;
	#link: Link | undefined;
	readonly #candidates: Candidates;
	/** What the latest attempt was made with. */
	#inUse: WifiCredentials | undefined;
	#trial: Trial | undefined;
	#wait: TimerHandle | undefined;
	#suspectedMs = Number.NEGATIVE_INFINITY;
	#isClosed = false;

	/** Turns the radio on and, with credentials, begins to connect. */
	constructor(options: NetworkOptions) {
		const { clock, timers, random, store, settings, brownOutCount, onFault } = options;
		const { whenPowered = (start) => timers.after(0, start) } = options;
		this.#options = options;
		this.#settings = settings;
		this.#candidates = new Candidates(settings.credentials);
		this.#reconnect = new Reconnect(random);
		this.#tally = new NetworkTally(clock);
		this.#power = new TransmitPower({
			clock,
			store,
			settingDbm: settings.powerCeilingDbm,
			brownOutCount,
			apply: (powerDbm) => void this.#wifi?.setTransmitPower(powerDbm),
			onFault: (error) => onFault("Wi-Fi power history", error),
		});
		this.#tick = timers.every(TICK_MS, () => this.#onTick());
		this.#wait = whenPowered(() => this.#openRadio());
	}

	get state(): NetworkState {
		const phase: LinkPhase = this.#link?.phase ?? "idle";
		if (phase !== "idle") return phase;
		return this.#wait === undefined ? "off" : "waiting";
	}

	/** The radio, for scans and the setup network; undefined while it cannot be turned on. */
	get wifi(): Wifi | undefined {
		return this.#wifi;
	}

	/** Present while "connected". */
	get ipAddress(): string | undefined {
		return this.#link?.ipAddress;
	}

	/** The name of the network that is joined or being joined. */
	get ssid(): string | undefined {
		return this.#inUse?.ssid;
	}

	get isTrying(): boolean {
		return this.#trial !== undefined;
	}

	/** What it has been through since the start. */
	get record(): NetworkRecord {
		return this.#tally;
	}

	/** What it sends with, and may. */
	get power(): PowerRecord {
		return this.#power;
	}

	/**
	 * The settings have changed. New credentials are used in a moment; until they have worked, those that worked before are
	 * tried in turn with them. The credentials of a trial that has succeeded are kept. */
	applySettings(settings: NetworkSettings): void {
		const before = this.#settings;
		this.#settings = settings;
		this.#power.setCeiling(settings.powerCeilingDbm);
		if (settings.isSleeping !== before.isSleeping) this.#wifi?.setPowerSave(settings.isSleeping ? "minimum" : "none");
		const { credentials } = settings;
		if (isSameCredentials(credentials, this.#candidates.stored)) return;
		if (this.#trial?.isHeld === true && isSameCredentials(credentials, this.#trial.credentials)) {
			this.keepTrial();
			return;
		}
		this.#cancelTrial();
		this.#candidates.replace(credentials, this.#tally.hasWorked(this.#candidates.stored));
		this.#reconnect.reset();
		this.#attemptAfter(NEW_CREDENTIALS_DELAY_MS);
	}

	/**
	 * Tries credentials now, in place of the connection that there is. When they work they stay in use until
	 * {@link keepTrial}, or {@link applySettings} with the same; {@link endTrial}, or three minutes without any of these, goes
	 * back to the old ones. When they fail it goes back by itself.
	 * @param onResult - called once, within a minute and a half; not after `endTrial` or new credentials in the settings.
	 * @returns false while another trial runs, and while there is no radio. */
	try(credentials: WifiCredentials, onResult: (result: TrialResult) => void): boolean {
		if (this.#trial !== undefined || this.#link === undefined || this.#isClosed) return false;
		this.#trial = new Trial(credentials, onResult);
		this.#attemptAfter(0);
		return true;
	}

	/** Stays with what a trial has found to work, as if the settings said it; does nothing otherwise. */
	keepTrial(): void {
		const trial = this.#trial;
		if (trial?.isHeld !== true) return;
		this.#cancelTrial();
		this.#candidates.replace(trial.credentials, false);
		this.#candidates.onConnected(trial.credentials);
	}

	/** Goes back to the credentials of the settings; does nothing without a trial. */
	endTrial(): void {
		if (this.#trial === undefined) return;
		this.#cancelTrial();
		this.#reconnect.hurry();
		this.#attemptAfter(0);
	}

	/**
	 * Somebody has reason to think that the connection only looks well: nothing answers, though the radio says "connected".
	 * The network is joined anew, if the connection is ten minutes old and that was not done in the last hour. */
	suspect(): void {
		const nowMs = this.#options.clock.monotonicMs();
		if (this.state !== "connected" || this.#tally.sinceMs < SUSPECT_AGE_MS || this.#trial !== undefined) return;
		if (nowMs - this.#suspectedMs < SUSPECT_PAUSE_MS) return;
		this.#suspectedMs = nowMs;
		this.#options.log.warn("Wi-Fi: nothing answers, so the network is joined anew");
		this.#attemptAfter(0);
	}

	/** Idempotent; turns the radio off, no listener is called after it. */
	close(): void {
		this.#isClosed = true;
		this.#tick.cancel();
		this.#wait?.cancel();
		this.#wait = undefined;
		this.#cancelTrial();
		this.#link?.end();
		this.#wifi?.close();
	}

	#openRadio(): void {
		const { openWifi, timers, hostName, onFault } = this.#options;
		try {
			const wifi = openWifi({
				radio: {
					transmitPowerDbm: this.#power.powerDbm,
					powerSave: this.#settings.isSleeping ? "minimum" : "none",
					legacyRates: false,
					...(hostName === undefined ? {} : { hostName }),
				},
				onChanged: () => this.#link?.check(),
			});
			this.#wifi = wifi;
			this.#link = new Link({
				wifi,
				timers,
				onConnected: (ipAddress) => this.#onConnected(ipAddress),
				onAddressLost: () => this.#onDisconnected(),
				onEnded: (failure, reason) => this.#onEnded(failure, reason),
			});
		} catch (error) {
			onFault("Wi-Fi radio", error);
			this.#wait = timers.after(RADIO_RETRY_MS, () => this.#openRadio());
			return;
		}
		this.#attempt();
	}

	#attemptAfter(delayMs: number): void {
		if (this.#link === undefined) return;
		this.#wait?.cancel();
		this.#wait = this.#options.timers.after(delayMs, () => this.#attempt());
	}

	#attempt(): void {
		const link = this.#link;
		if (link === undefined || this.#isClosed) return;
		this.#wait?.cancel();
		this.#wait = undefined;
		const target = this.#trial?.credentials ?? this.#candidates.next;
		const wasConnected = link.phase === "connected";
		this.#inUse = target;
		if (target === undefined) link.end();
		else {
			this.#tally.countAttempt();
			// Again and again: what the driver makes of its power when it changes channel or mode is not written anywhere.
			this.#wifi?.setTransmitPower(this.#power.powerDbm);
			link.begin(target, this.#reconnect.channelFor(target.ssid));
		}
		if (wasConnected) this.#onDisconnected();
		if (target === undefined) this.#tally.noteGone();
	}

	#onConnected(ipAddress: string): void {
		const { log, timers } = this.#options;
		const { ssid = "" } = this.#inUse ?? {};
		const { channel, rssiDbm } = this.#wifi ?? {};
		this.#tally.countConnection(this.#inUse);
		this.#reconnect.onConnected(ssid, channel);
		this.#candidates.onConnected(this.#inUse);
		log.info(`Wi-Fi: connected to ${JSON.stringify(ssid)} on channel ${channel}, ${rssiDbm} dBm, as ${ipAddress}`);
		const trial = this.#trial;
		this.#tell("trial", () => trial?.onConnected(ipAddress, timers, () => this.endTrial()));
		this.#tellAll((listener) => listener.onConnected?.(ipAddress));
	}

	#onDisconnected(): void {
		this.#tally.countDisconnection();
		this.#tellAll((listener) => listener.onDisconnected?.());
	}

	#onEnded(failure: JoinFailure, reason: number): void {
		const { log } = this.#options;
		const wasConnected = this.#tally.isConnected;
		const lastedMs = wasConnected ? this.#tally.sinceMs : 0;
		this.#power.onEnded(failure);
		if (this.#tally.countEnd(failure, reason)) {
			log.warn(`Wi-Fi: ${failure}${reason === 0 ? "" : ` (${reason}: ${reasonText(reason)})`}`);
		}
		const trial = this.#trial;
		if (trial === undefined) {
			this.#candidates.onEnded();
			this.#attemptAfter(this.#reconnect.delayAfterMs(failure, lastedMs, this.#wifi?.isAccessPointOpen === true));
		} else if (trial.countFailure()) {
			this.endTrial();
			this.#tell("trial", () => trial.fail(failure, reason));
		} else this.#attemptAfter(TRIAL_PAUSE_MS);
		if (wasConnected) this.#onDisconnected();
	}

	#onTick(): void {
		this.#link?.check();
		const isConnected = this.state === "connected";
		this.#power.tick(isConnected ? this.#wifi?.rssiDbm : undefined);
		const { goneAfterMs } = this.#settings;
		if (!this.#tally.isConnected && goneAfterMs > 0 && this.#tally.sinceMs >= goneAfterMs) this.#tally.noteGone();
	}

	#cancelTrial(): void {
		this.#trial?.cancel();
		this.#trial = undefined;
	}

	#tellAll(tell: (listener: NetworkListener) => void): void {
		for (const listener of this.#options.listeners) this.#tell("network listener", () => tell(listener));
	}

	#tell(where: string, tell: () => void): void {
		if (this.#isClosed) return;
		try {
			tell();
		} catch (error) {
			this.#options.onFault(where, error);
		}
	}
}
