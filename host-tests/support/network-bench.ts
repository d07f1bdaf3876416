import type { WifiCredentials, WifiOptions } from "../../src/ports/wifi.js";
import { Network } from "../../src/services/network/network.js";
import type { NetworkSettings, TrialResult } from "../../src/services/network/types.js";
import { SupplyWatch } from "../../src/services/supply-watch.js";
import { FakeAir } from "./fake-air.js";
import { FakeClock, seededRandom } from "./fake-clock.js";
import { FakeWifi } from "./fake-wifi.js";
import { RecordingStore } from "./faulty-store.js";

/** The credentials of the access point that `FakeAir.add()` makes. */
export const HOME: WifiCredentials = Object.freeze({ ssid: "home", password: "correct horse" });

export type NetworkBenchOptions = {
	readonly settings?: Partial<NetworkSettings>;
	readonly brownOutCount?: number;
	readonly store?: RecordingStore;
	readonly seed?: number;
	/** This many calls of `openWifi` throw. */
	readonly radioFaults?: number;
	/** Measured at the board's 5 V; absent: the board does not measure. */
	readonly milliVolts?: (nowMs: number) => number;
};

/** A {@link Network} with a simulated radio, and everything that it told. */
export class NetworkBench {
	readonly clock = new FakeClock();
	readonly air = new FakeAir();
	readonly store: RecordingStore;
	readonly network: Network;
	/** "connected ADDRESS", "disconnected", with the seconds since the start in front. */
	readonly told: string[] = [];
	readonly lines: string[] = [];
	readonly faults: string[] = [];
	readonly results: TrialResult[] = [];
	settings: NetworkSettings;
	/** The first of two listeners throws when there is a connection. */
	breakFirstListener = false;
	#wifi: FakeWifi | undefined;
	#radioFaults: number;

	constructor(options: NetworkBenchOptions = {}) {
		const {
			settings,
			brownOutCount = 0,
			store = new RecordingStore(),
			seed = 1,
			radioFaults = 0,
			milliVolts,
		} = options;
		this.store = store;
		this.#radioFaults = radioFaults;
		const supply =
			milliVolts && new SupplyWatch({ readMilliVolts: () => milliVolts(this.clock.monotonicMs()) }, this.clock);
		this.settings = { credentials: HOME, powerCeilingDbm: 15, isSleeping: true, goneAfterMs: 600_000, ...settings };
		this.network = new Network({
			openWifi: (wifiOptions) => this.#open(wifiOptions),
			clock: this.clock,
			timers: this.clock,
			random: seededRandom(seed),
			store,
			settings: this.settings,
			hostName: "p1-abcdef",
			brownOutCount,
			...(supply === undefined ? {} : { whenPowered: (start) => supply.whenCharged(start) }),
			listeners: [
				{
					onConnected: () => {
						if (this.breakFirstListener) throw new Error("a listener's fault");
					},
				},
				{
					onConnected: (ipAddress) => this.#note(`connected ${ipAddress}`),
					onDisconnected: () => this.#note("disconnected"),
				},
			],
			log: { info: (line) => this.lines.push(line), warn: (line) => this.lines.push(line) },
			onFault: (where, error) => this.faults.push(`${where}: ${String(error)}`),
		});
	}

	get wifi(): FakeWifi {
		if (this.#wifi === undefined) throw new Error("the radio is off");
		return this.#wifi;
	}

	get isRadioOn(): boolean {
		return this.#wifi !== undefined;
	}

	/** What was told, without the times. */
	get events(): string[] {
		return this.told.map((line) => line.slice(line.indexOf(" ") + 1));
	}

	/** Changes some of the settings, as the owner does. */
	apply(change: Partial<NetworkSettings>): void {
		this.settings = { ...this.settings, ...change };
		this.network.applySettings(this.settings);
	}

	try(credentials: WifiCredentials): boolean {
		return this.network.try(credentials, (result) => this.results.push(result));
	}

	/** Moves on until `isDone`. @returns the milliseconds that it took; throws after `limitMs`. */
	until(isDone: () => boolean, limitMs: number, stepMs = 50): number {
		const startMs = this.clock.monotonicMs();
		while (!isDone()) {
			const tookMs = this.clock.monotonicMs() - startMs;
			if (tookMs >= limitMs) throw new Error(`still "${this.network.state}" after ${tookMs} ms`);
			this.clock.advance(stepMs);
		}
		return this.clock.monotonicMs() - startMs;
	}

	/** Moves on until it is connected. */
	connect(limitMs = 60_000): number {
		return this.until(() => this.network.state === "connected", limitMs);
	}

	#open(options: WifiOptions): FakeWifi {
		if (this.#radioFaults > 0) {
			this.#radioFaults--;
			throw new Error("the radio does not start");
		}
		this.#wifi = new FakeWifi(this.clock, this.air, options);
		return this.#wifi;
	}

	#note(event: string): void {
		this.told.push(`${(this.clock.monotonicMs() / 1000).toFixed(1)} ${event}`);
	}
}
