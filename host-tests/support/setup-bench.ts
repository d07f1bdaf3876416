import type { WifiCredentials } from "../../src/ports/wifi.js";
import { NetworkScan } from "../../src/services/provisioning/network-scan.js";
import { NetworkTest } from "../../src/services/provisioning/network-test.js";
import { SetupPortal } from "../../src/services/provisioning/setup-portal.js";
import type { SetupStation, TrialResult } from "../../src/services/provisioning/setup-station.js";
import { FakeAir } from "./fake-air.js";
import { FakeClock } from "./fake-clock.js";
import { FakeWifi } from "./fake-wifi.js";

/** How long a try takes here. */
export const TRY_MS = 5000;

/** A {@link SetupStation} that does what a test says. */
export class FakeStation implements SetupStation {
	ipAddress: string | undefined;
	/** Of the next tries; "hangs": no result ever comes, "refused": it cannot begin. */
	result: TrialResult | "hangs" | "refused" = { kind: "connected", ipAddress: "192.168.1.50" };
	/** What it was asked for, in order. */
	readonly calls: string[] = [];
	/** Of the settings; where {@link goBack} leads. */
	homeAddress: string | undefined;
	readonly #clock: FakeClock;
	#try = 0;
	/** A try has succeeded, and waits for `keep` or `goBack`. */
	#isHeld = false;

	constructor(clock: FakeClock) {
		this.#clock = clock;
	}

	try({ ssid, password }: WifiCredentials, onResult: (result: TrialResult) => void): boolean {
		this.calls.push(`try ${ssid} ${password}`);
		const { result } = this;
		if (result === "refused" || this.#isHeld) return false;
		this.ipAddress = undefined;
		const number = ++this.#try;
		if (result === "hangs") return true;
		this.#clock.after(TRY_MS, () => {
			if (number !== this.#try) return;
			this.#isHeld = result.kind === "connected";
			this.ipAddress = result.kind === "connected" ? result.ipAddress : this.homeAddress;
			onResult(result);
		});
		return true;
	}

	keep(): void {
		this.calls.push("keep");
		this.#isHeld = false;
		this.homeAddress = this.ipAddress;
	}

	goBack(): void {
		this.calls.push("goBack");
		this.#isHeld = false;
		this.#try++;
		this.ipAddress = this.homeAddress;
	}
}

export const SETUP_NAME = "P1-AABBCC";
export const SETUP_PASSWORD = "correcthorse";
export const HOME_ADDRESS = "192.168.1.50";
/** As long as the setting has it by default. */
export const GONE_FOR_LONG_MS = 600_000;
/** Of a phone in the setup network. */
export const PHONE_ADDRESS = "192.168.4.2";

export type SetupBenchOptions = {
	/** The Wi-Fi settings; absent: none. */
	readonly credentials?: WifiCredentials;
	/** Where the settings' network puts the station; absent: it is away. */
	readonly homeAddress?: string;
	/** As `SetupPortalOptions.password`; it may change. */
	readonly password?: () => string | undefined;
};

/** The setup on a virtual clock, with a radio in a simulated air and a station in a test's hand. */
export class SetupBench {
	readonly clock = new FakeClock();
	readonly air = new FakeAir();
	readonly wifi = new FakeWifi(this.clock, this.air, {
		onChanged: () => {},
		radio: { transmitPowerDbm: 13, powerSave: "minimum", legacyRates: false },
	});
	readonly station = new FakeStation(this.clock);
	readonly networks = new NetworkScan({ wifi: this.wifi, timers: this.clock });
	readonly test = new NetworkTest({ station: this.station, timers: this.clock });
	credentials: WifiCredentials | undefined;
	/** Settings beside Wi-Fi's wait for a start. */
	hasOthersWaiting = false;
	/** Wi-Fi settings were saved in this run. */
	hasWifiWaiting = false;
	password: () => string | undefined;
	goneAfterMs = GONE_FOR_LONG_MS;
	restarts = 0;
	/** How often names are answered now, and how often they were. */
	openNames = 0;
	namesOpened = 0;
	readonly lines: string[] = [];
	readonly portal: SetupPortal;

	constructor(options: SetupBenchOptions = {}) {
		this.credentials = options.credentials;
		this.password = options.password ?? (() => SETUP_PASSWORD);
		this.station.homeAddress = options.homeAddress;
		this.station.ipAddress = options.homeAddress;
		this.portal = new SetupPortal({
			wifi: this.wifi,
			station: this.station,
			test: this.test,
			networks: this.networks,
			clock: this.clock,
			timers: this.clock,
			name: SETUP_NAME,
			password: () => this.password(),
			credentials: () => this.credentials,
			needsRestart: (isWifiUsed) => this.hasOthersWaiting || (this.hasWifiWaiting && !isWifiUsed),
			goneAfterMs: () => this.goneAfterMs,
			restart: () => this.restarts++,
			openNames: () => {
				this.openNames++;
				this.namesOpened++;
				return { close: () => this.openNames-- };
			},
			announce: (line) => this.lines.push(line),
		});
	}

	/** As PATCH of the settings would. */
	save(credentials: WifiCredentials): void {
		this.credentials = credentials;
		this.hasWifiWaiting = true;
	}

	/** The network is back, or gone. */
	home(address: string | undefined): void {
		this.station.homeAddress = address;
		this.station.ipAddress = address;
	}
}
