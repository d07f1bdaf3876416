import type { TimerHandle, Timers } from "../../../ports/clock.js";
import type {
	Wifi,
	WifiAccessPointOptions,
	WifiJoinOptions,
	WifiNetwork,
	WifiOptions,
	WifiPowerSave,
	WifiStatus,
} from "../../../ports/wifi.js";

/** What {@link DriverWifi} needs of the driver: wifi-control, and of the SDK's class what that does well. */
export interface RadioDriver {
	readonly isAssociated: boolean;
	/** Attempts and connections that have ended. */
	readonly disconnections: number;
	readonly disconnectReason: number;
	/** IPv4, or IPv6 where there is none. */
	readonly address: string | undefined;
	readonly rssiDbm: number | undefined;
	readonly channel: number | undefined;
	readonly transmitPowerDbm: number;
	/** `channel`: 0 for all. The driver must be idle. */
	join(ssid: string, password: string, channel: number): boolean;
	/** {@link disconnections} changes later. */
	leave(): boolean;
	scan(onNetwork: (network: WifiNetwork) => void, onDone: () => void): boolean;
	setTransmitPower(transmitPowerDbm: number): boolean;
	setPowerSave(powerSave: WifiPowerSave): boolean;
	startAccessPoint(ssid: string, password: string, channel: number): boolean;
	stopAccessPoint(): boolean;
	/** As `Wifi.askGateway`. */
	askGateway(): boolean;
	close(): void;
}

/** The driver's event task is asked this often while something is to happen. */
const BUSY_LOOK_MS = 250;
/** And while connected: that an address is gone is told by nobody. */
const CALM_LOOK_MS = 2000;
/** The end of an attempt is not always told; the next one waits no longer for it. */
const LEAVE_LIMIT_MS = 1000;
/** esp_wifi_connect failed (ESP-IDF: WIFI_REASON_CONNECTION_FAIL). */
const CONNECTION_FAILED = 205;
const SCAN_LIMIT_MS = 10_000;

/**
 * {@link Wifi} over the driver of an ESP32. It looks at the driver instead of believing events, of which the SDK's class loses
 * some: an attempt begins only when the one before has ended, and "connected" is an IPv4 address, not IPv6 as well. */
export class DriverWifi implements Wifi {
	readonly #driver: RadioDriver;
	readonly #timers: Timers;
	readonly #options: WifiOptions;
	#status: WifiStatus = "idle";
	#ipAddress: string | undefined;
	/** Asked for while the driver could not. */
	#pending: WifiJoinOptions | undefined;
	/** What `disconnections` was when the attempt began. */
	#startCount = 0;
	/** What it was when the driver was told to leave; undefined when it is idle or joining. */
	#leaveCount: number | undefined;
	#leaveLimit: TimerHandle | undefined;
	#failure: number | undefined;
	#onScanDone: (() => void) | undefined;
	#scanLimit: TimerHandle | undefined;
	#isAccessPointOpen = false;
	#look: TimerHandle | undefined;
	#lookMs = 0;
	#telling: TimerHandle | undefined;
	#isClosed = false;

	constructor(driver: RadioDriver, timers: Timers, options: WifiOptions) {
		this.#driver = driver;
		this.#timers = timers;
		this.#options = options;
	}

	get status(): WifiStatus {
		return this.#status;
	}

	get ipAddress(): string | undefined {
		return this.#ipAddress;
	}

	get rssiDbm(): number | undefined {
		return this.#isAssociated ? this.#driver.rssiDbm : undefined;
	}

	get channel(): number | undefined {
		return this.#isAssociated ? this.#driver.channel : undefined;
	}

	get disconnectReason(): number {
		return this.#failure ?? this.#driver.disconnectReason;
	}

	get transmitPowerDbm(): number {
		return this.#isClosed ? 0 : this.#driver.transmitPowerDbm;
	}

	get isAccessPointOpen(): boolean {
		return this.#isAccessPointOpen;
	}

	join(options: WifiJoinOptions): boolean {
		if (this.#isClosed) return false;
		this.#leaveDriver();
		this.#pending = options;
		this.#set("joining", undefined);
		return this.#begin();
	}

	leave(): void {
		if (this.#status === "idle" || this.#isClosed) return;
		this.#pending = undefined;
		this.#leaveDriver();
		this.#set("idle", undefined);
	}

	scan(onNetwork: (network: WifiNetwork) => void, onDone: () => void): boolean {
		if (this.#isClosed || this.#onScanDone !== undefined || this.#status === "joining") return false;
		const finish = (): void => {
			if (this.#onScanDone !== finish) return;
			this.#onScanDone = undefined;
			this.#scanLimit?.cancel();
			onDone();
			this.look();
		};
		const isBegun = this.#driver.scan((network) => {
			if (this.#onScanDone === finish) onNetwork(network);
		}, finish);
		if (!isBegun) return false;
		this.#onScanDone = finish;
		this.#scanLimit = this.#timers.after(SCAN_LIMIT_MS, finish);
		return true;
	}

	setTransmitPower(transmitPowerDbm: number): boolean {
		return !this.#isClosed && this.#driver.setTransmitPower(transmitPowerDbm);
	}

	setPowerSave(powerSave: WifiPowerSave): boolean {
		return !this.#isClosed && this.#driver.setPowerSave(powerSave);
	}

	openAccessPoint({ ssid, password, channel }: WifiAccessPointOptions): boolean {
		if (this.#isClosed || !this.#driver.startAccessPoint(ssid, password, channel)) return false;
		this.#isAccessPointOpen = true;
		return true;
	}

	closeAccessPoint(): void {
		if (this.#isAccessPointOpen) this.#driver.stopAccessPoint();
		this.#isAccessPointOpen = false;
	}

	askGateway(): boolean {
		return this.#status === "connected" && this.#driver.askGateway();
	}

	close(): void {
		if (this.#isClosed) return;
		this.leave();
		this.closeAccessPoint();
		this.#isClosed = true;
		this.#onScanDone = undefined;
		for (const timer of [this.#look, this.#leaveLimit, this.#scanLimit, this.#telling]) timer?.cancel();
		this.#driver.close();
	}

	/** Compares with the driver; to be called when it says that something has changed, too. */
	look(): void {
		if (this.#isClosed) return;
		const { disconnections, isAssociated } = this.#driver;
		if (this.#leaveCount !== undefined && disconnections !== this.#leaveCount) this.#onLeft();
		if (this.#status === "idle") return;
		if (this.#pending !== undefined) this.#begin();
		else if (disconnections !== this.#startCount) this.#set("idle", undefined);
		else if (isAssociated) {
			const { address } = this.#driver;
			const ipAddress = address?.includes(":") === true ? undefined : address;
			this.#set(ipAddress === undefined ? "associated" : "connected", ipAddress);
		}
	}

	get #isAssociated(): boolean {
		return this.#status === "associated" || this.#status === "connected";
	}

	/** Begins what is pending, if the driver can. @returns false when it refuses. */
	#begin(): boolean {
		const pending = this.#pending;
		if (pending === undefined || this.#leaveCount !== undefined || this.#onScanDone !== undefined) return true;
		const { ssid, password, channel = 0 } = pending;
		this.#pending = undefined;
		this.#startCount = this.#driver.disconnections;
		this.#failure = undefined;
		if (this.#driver.join(ssid, password, channel)) return true;
		this.#failure = CONNECTION_FAILED;
		this.#set("idle", undefined);
		return false;
	}

	/** Tells the driver to end what it does, if that is anything. */
	#leaveDriver(): void {
		const isBusy = this.#status !== "idle" && this.#pending === undefined;
		if (!isBusy || this.#leaveCount !== undefined) return;
		// What has ended by itself needs no end.
		if (this.#driver.disconnections !== this.#startCount) return;
		this.#leaveCount = this.#driver.disconnections;
		this.#driver.leave();
		this.#leaveLimit = this.#timers.after(LEAVE_LIMIT_MS, () => {
			this.#onLeft();
			this.look();
		});
	}

	#onLeft(): void {
		this.#leaveCount = undefined;
		this.#leaveLimit?.cancel();
	}

	#set(status: WifiStatus, ipAddress: string | undefined): void {
		const isChange = status !== this.#status || ipAddress !== this.#ipAddress;
		this.#status = status;
		this.#ipAddress = ipAddress;
		this.#watch(status === "idle" ? 0 : status === "connected" ? CALM_LOOK_MS : BUSY_LOOK_MS);
		if (!isChange) return;
		this.#telling?.cancel();
		this.#telling = this.#timers.after(0, () => this.#options.onChanged());
	}

	#watch(lookMs: number): void {
		if (lookMs === this.#lookMs) return;
		this.#lookMs = lookMs;
		this.#look?.cancel();
		this.#look = lookMs === 0 ? undefined : this.#timers.every(lookMs, () => this.look());
	}
}
