import type { TimerHandle, Timers } from "../../ports/clock.js";
import type { WifiCredentials } from "../../ports/wifi.js";
import { isInSetupRange } from "./setup-network.js";
import type { SetupStation, TrialFailure, TrialResult } from "./setup-station.js";

/** Of an attempt: the station ends its own before; this is for one that never does. */
const LONGEST_TEST_MS = 90_000;
/** Nobody saves what was found to work: the station goes back to its settings. */
export const UNSAVED_MS = 600_000;

/** What is known of the network that was tested last; never its password. */
export type NetworkTestState =
	| { readonly kind: "none" }
	| { readonly kind: "testing"; readonly ssid: string }
	| { readonly kind: "connected"; readonly ssid: string; readonly ipAddress: string }
	| { readonly kind: "failed"; readonly ssid: string; readonly reason: TrialFailure };

const NONE: NetworkTestState = Object.freeze({ kind: "none" });

export type NetworkTestOptions = {
	readonly station: SetupStation;
	readonly timers: Timers;
};

/** Tries a network before anything is saved: one at a time, and back to the old one when nothing comes of it. */
export class NetworkTest {
	readonly #options: NetworkTestOptions;
	#state: NetworkTestState = NONE;
	#credentials: WifiCredentials | undefined;
	/** The station has left again, since the network has the setup network's own addresses. */
	#isParked = false;
	#limit: TimerHandle | undefined;
	#onResult: ((result: TrialResult) => void) | undefined;

	constructor(options: NetworkTestOptions) {
		this.#options = options;
	}

	get state(): NetworkTestState {
		return this.#state;
	}

	/**
	 * Begins; a test that has ended is forgotten.
	 * @param onResult - Called once, later, unless the test is dropped.
	 * @returns false while one is under way, or when the radio cannot begin. */
	start(credentials: WifiCredentials, onResult?: (result: TrialResult) => void): boolean {
		if (this.#state.kind === "testing") return false;
		const { station, timers } = this.#options;
		// The station tries nothing while it stays in a network that was found to work.
		this.drop();
		this.#state = { kind: "testing", ssid: credentials.ssid };
		this.#credentials = credentials;
		this.#onResult = onResult;
		if (!station.try(credentials, (result) => this.#end(result))) {
			this.#forget();
			station.goBack();
			return false;
		}
		this.#limit = timers.after(LONGEST_TEST_MS, () => {
			station.goBack();
			this.#end({ kind: "failed", reason: "failed" });
		});
		return true;
	}

	/**
	 * Keeps the network that was found to work, if it is this one; otherwise the station goes back.
	 * @returns `kept`: the station is in it. `later`: it works, but is joined after a start only. `none`: it was not tested. */
	keep(saved: WifiCredentials): "kept" | "later" | "none" {
		const { station } = this.#options;
		const { kind } = this.#state;
		const isSame = this.#credentials?.ssid === saved.ssid && this.#credentials.password === saved.password;
		if (kind !== "connected" || !isSame) {
			this.drop();
			return "none";
		}
		const isParked = this.#isParked;
		this.#limit?.cancel();
		this.#credentials = undefined;
		if (isParked) return "later";
		station.keep();
		return "kept";
	}

	/** Ends a test; a network that was found to work and not kept is left. */
	drop(): void {
		const isOn =
			this.#state.kind === "testing" || (this.#state.kind === "connected" && this.#credentials !== undefined);
		const isParked = this.#isParked;
		this.#forget();
		if (isOn && !isParked) this.#options.station.goBack();
	}

	#end(result: TrialResult): void {
		const { state } = this;
		if (state.kind !== "testing") return;
		this.#limit?.cancel();
		const { ssid } = state;
		const onResult = this.#onResult;
		this.#onResult = undefined;
		if (result.kind === "failed") {
			this.#credentials = undefined;
			this.#state = { kind: "failed", ssid, reason: result.reason };
		} else {
			const { ipAddress } = result;
			this.#state = { kind: "connected", ssid, ipAddress };
			this.#isParked = isInSetupRange(ipAddress);
			// Nobody could tell its people from those in the setup network.
			if (this.#isParked) this.#options.station.goBack();
			this.#limit = this.#options.timers.after(UNSAVED_MS, () => this.drop());
		}
		onResult?.(result);
	}

	#forget(): void {
		this.#limit?.cancel();
		this.#state = NONE;
		this.#credentials = undefined;
		this.#onResult = undefined;
		this.#isParked = false;
	}
}
