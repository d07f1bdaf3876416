import type { TimerHandle } from "../../src/ports/clock.js";
import type {
	Wifi,
	WifiAccessPointOptions,
	WifiJoinOptions,
	WifiNetwork,
	WifiOptions,
	WifiPowerSave,
	WifiStatus,
} from "../../src/ports/wifi.js";
import type { AirEvent, FakeAccessPoint, FakeAir } from "./fake-air.js";
import type { FakeClock } from "./fake-clock.js";

/** Reason codes that the simulated driver gives: of IEEE 802.11-2020 table 9-49, from 200 on of ESP-IDF (esp_wifi_types_generic.h). */
export const REASON = {
	none: 0,
	authExpired: 2,
	leaving: 8,
	handshakeTimeout: 15,
	beaconTimeout: 200,
	notFound: 201,
} as const;

/** How long things take, in milliseconds: about what an ESP32 needs. */
export const WIFI_TIMES_MS = {
	searchOneChannel: 150,
	searchAll: 2200,
	authenticate: 200,
	handshakeTimeout: 4000,
	noAnswer: 1500,
	address: 900,
	beaconTimeout: 6000,
	scan: 2500,
} as const;

/** The steps of esp_wifi_set_max_tx_power, in dBm. */
const POWER_STEPS_DBM = [2, 5, 7, 8.5, 11, 13, 14, 15, 16.5, 18, 20];

export type FakeWifiTemper = {
	/** This many of the next calls of `join` fail at once. */
	refusedJoins: number;
	/** Attempts never end by themselves, as with a driver that hangs. */
	hangs: boolean;
	/** Nothing is heard, neither by a scan nor by an attempt. */
	isDeaf: boolean;
	/** A channel that is hinted is the only one that is searched. */
	isHintStrict: boolean;
	/** True makes `scan`, `setTransmitPower`, `setPowerSave` and `openAccessPoint` fail. */
	refusesRest: boolean;
};

/** The radio of a dongle in a {@link FakeAir}: {@link Wifi} on a virtual clock. A test moves time and changes the air. */
export class FakeWifi implements Wifi {
	/** Faults of the radio itself; change them at any time. */
	readonly temper: FakeWifiTemper = {
		refusedJoins: 0,
		hangs: false,
		isDeaf: false,
		isHintStrict: true,
		refusesRest: false,
	};
	/** Every join that was asked for, the newest last; at most 1000. */
	readonly joins: (WifiJoinOptions & { readonly atMs: number; readonly powerDbm: number })[] = [];
	powerSave: WifiPowerSave;
	/** What `openAccessPoint` was given; undefined while it is closed. */
	ownNetwork: WifiAccessPointOptions | undefined;
	/** Calls of `scan`. */
	scans = 0;
	isClosed = false;
	readonly #clock: FakeClock;
	readonly #air: FakeAir;
	readonly #options: WifiOptions;
	readonly #unlisten: () => void;
	#status: WifiStatus = "idle";
	#accessPoint: FakeAccessPoint | undefined;
	#ipAddress: string | undefined;
	#reason: number = REASON.none;
	/** Of the gateway, since it was asked. */
	#isAnswered = false;
	#powerDbm: number;
	#step: TimerHandle | undefined;
	#lease: TimerHandle | undefined;
	#scan: { readonly timer: TimerHandle; readonly finish: () => void } | undefined;

	constructor(clock: FakeClock, air: FakeAir, options: WifiOptions) {
		this.#clock = clock;
		this.#air = air;
		this.#options = options;
		this.#powerDbm = rounded(options.radio.transmitPowerDbm);
		this.powerSave = options.radio.powerSave;
		this.#unlisten = air.listen((accessPoint, event) => this.#onAir(accessPoint, event));
	}

	/** What it was opened with. */
	get radio(): WifiOptions["radio"] {
		return this.#options.radio;
	}

	get status(): WifiStatus {
		return this.#status;
	}

	get ipAddress(): string | undefined {
		return this.#status === "connected" ? this.#ipAddress : undefined;
	}

	get rssiDbm(): number | undefined {
		return this.#accessPoint?.state.rssiDbm;
	}

	get channel(): number | undefined {
		return this.#accessPoint?.state.channel;
	}

	get disconnectReason(): number {
		return this.#reason;
	}

	get transmitPowerDbm(): number {
		return this.isClosed ? 0 : this.#powerDbm;
	}

	get isAccessPointOpen(): boolean {
		return this.ownNetwork !== undefined;
	}

	join(options: WifiJoinOptions): boolean {
		if (this.isClosed) return false;
		this.#drop();
		this.#endScan();
		this.#set("idle");
		this.joins.push({ ...options, atMs: this.#clock.monotonicMs(), powerDbm: this.#powerDbm });
		if (this.joins.length > 1000) this.joins.shift();
		if (this.temper.refusedJoins > 0) {
			this.temper.refusedJoins--;
			return false;
		}
		this.#set("joining");
		if (!this.temper.hangs) this.#search(options);
		return true;
	}

	leave(): void {
		if (this.#status === "idle" || this.isClosed) return;
		this.#drop();
		this.#reason = REASON.leaving;
		this.#set("idle");
	}

	scan(onNetwork: (network: WifiNetwork) => void, onDone: () => void): boolean {
		this.scans++;
		if (this.isClosed || this.#scan !== undefined || this.#status === "joining" || this.temper.refusesRest)
			return false;
		const finish = (): void => {
			this.#scan = undefined;
			for (const { state } of this.#air.accessPoints) {
				if (!state.isOn || this.temper.isDeaf) continue;
				const { ssid, rssiDbm, channel, password, isHidden } = state;
				onNetwork({ ssid: isHidden ? "" : ssid, rssiDbm, channel, needsPassword: password !== "" });
			}
			onDone();
		};
		this.#scan = { timer: this.#clock.after(WIFI_TIMES_MS.scan, finish), finish };
		return true;
	}

	setTransmitPower(transmitPowerDbm: number): boolean {
		if (this.isClosed || this.temper.refusesRest || transmitPowerDbm < 2 || transmitPowerDbm > 20) return false;
		this.#powerDbm = rounded(transmitPowerDbm);
		return true;
	}

	setPowerSave(powerSave: WifiPowerSave): boolean {
		if (this.isClosed || this.temper.refusesRest) return false;
		this.powerSave = powerSave;
		return true;
	}

	openAccessPoint(options: WifiAccessPointOptions): boolean {
		const { ssid, password, channel } = options;
		if (this.isClosed || this.temper.refusesRest || ssid === "" || ssid.length > 32) return false;
		if (password.length < 8 || password.length > 63 || channel < 1 || channel > 13) return false;
		this.ownNetwork = options;
		return true;
	}

	closeAccessPoint(): void {
		this.ownNetwork = undefined;
	}

	askGateway(): boolean {
		const isAnswered = this.#isAnswered;
		const { isCarrying = false, hasGateway = false } = this.#accessPoint?.state ?? {};
		this.#isAnswered = this.#status === "connected" && isCarrying && hasGateway;
		return this.#status === "connected" && isAnswered;
	}

	close(): void {
		if (this.isClosed) return;
		this.#drop();
		this.#scan?.timer.cancel();
		this.#scan = undefined;
		this.#status = "idle";
		this.ownNetwork = undefined;
		this.isClosed = true;
		this.#unlisten();
	}

	#search({ ssid, password, channel }: WifiJoinOptions): void {
		const find = (): FakeAccessPoint | undefined => {
			const only = channel !== undefined && this.temper.isHintStrict ? channel : undefined;
			return this.#strongest(ssid, only);
		};
		const isHit = channel !== undefined && this.#strongest(ssid, channel) !== undefined;
		const isShort = isHit || (channel !== undefined && this.temper.isHintStrict);
		this.#next(isShort ? WIFI_TIMES_MS.searchOneChannel : WIFI_TIMES_MS.searchAll, () => {
			const found = find();
			if (found === undefined) this.#end(REASON.notFound);
			else this.#next(WIFI_TIMES_MS.authenticate, () => this.#authenticate(found, password));
		});
	}

	#strongest(ssid: string, channel: number | undefined): FakeAccessPoint | undefined {
		let best: FakeAccessPoint | undefined;
		if (this.temper.isDeaf) return undefined;
		for (const each of this.#air.accessPoints) {
			const { state } = each;
			if (!state.isOn || state.ssid !== ssid || (channel !== undefined && state.channel !== channel)) continue;
			if (best === undefined || state.rssiDbm > best.state.rssiDbm) best = each;
		}
		return best;
	}

	#authenticate(accessPoint: FakeAccessPoint, password: string): void {
		const { state } = accessPoint;
		if (!state.isOn) this.#end(REASON.notFound);
		else if (this.#powerDbm < state.neededPowerDbm) {
			this.#next(WIFI_TIMES_MS.noAnswer, () => this.#end(REASON.authExpired));
		} else if (state.refusal !== 0) this.#end(state.refusal);
		else if (state.password !== password) {
			// ESP-IDF finds no network that suits when one side has a password and the other has none.
			const isOpen = state.password === "" || password === "";
			if (isOpen) this.#end(REASON.notFound);
			else this.#next(WIFI_TIMES_MS.handshakeTimeout, () => this.#end(REASON.handshakeTimeout));
		} else {
			this.#accessPoint = accessPoint;
			this.#set("associated");
			this.#requestAddress(accessPoint);
		}
	}

	#requestAddress(accessPoint: FakeAccessPoint): void {
		this.#lease?.cancel();
		if (!accessPoint.state.dhcp) return;
		this.#lease = this.#clock.after(WIFI_TIMES_MS.address, () => {
			if (this.#status !== "associated" || !accessPoint.state.dhcp) return;
			this.#ipAddress = accessPoint.state.address;
			this.#set("connected");
		});
	}

	#onAir(accessPoint: FakeAccessPoint, event: AirEvent): void {
		if (accessPoint !== this.#accessPoint) return;
		if (event.kind === "kicked") this.#end(event.reason);
		else if (event.kind === "leases-ended") {
			this.#ipAddress = undefined;
			this.#set("associated");
			this.#requestAddress(accessPoint);
		} else if (!accessPoint.state.isOn) {
			this.#next(WIFI_TIMES_MS.beaconTimeout, () => this.#end(REASON.beaconTimeout));
		} else {
			// Perhaps it gives addresses again.
			if (this.#status === "associated") this.#requestAddress(accessPoint);
		}
	}

	#next(delayMs: number, callback: () => void): void {
		this.#step?.cancel();
		this.#step = this.#clock.after(delayMs, callback);
	}

	#end(reason: number): void {
		this.#drop();
		this.#reason = reason;
		this.#set("idle");
	}

	#drop(): void {
		this.#step?.cancel();
		this.#lease?.cancel();
		this.#accessPoint = undefined;
		this.#ipAddress = undefined;
	}

	#endScan(): void {
		const scan = this.#scan;
		if (scan === undefined) return;
		scan.timer.cancel();
		this.#scan = { timer: this.#clock.after(0, scan.finish), finish: scan.finish };
	}

	#set(status: WifiStatus): void {
		if (status === this.#status) return;
		this.#status = status;
		this.#clock.after(0, () => {
			if (!this.isClosed) this.#options.onChanged();
		});
	}
}

function rounded(powerDbm: number): number {
	return POWER_STEPS_DBM.filter((step) => step <= powerDbm).at(-1) ?? 2;
}
