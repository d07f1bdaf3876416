import type { TimerHandle, Timers } from "../../ports/clock.js";
import type { WifiCredentials } from "../../ports/wifi.js";
import { failureMessage } from "./reasons.js";
import type { JoinFailure, TrialResult } from "./types.js";

/** Handshakes fail now and then with the right password too. */
const ATTEMPTS = 2;
/** Between the two. */
export const TRIAL_PAUSE_MS = 1000;
/** A trial that succeeded and that nobody keeps is given up after this. */
export const TRIAL_HOLD_MS = 180_000;

/** Credentials that are tried in place of those of the settings. */
export class Trial {
	readonly credentials: WifiCredentials;
	readonly #onResult: (result: TrialResult) => void;
	#attemptsLeft = ATTEMPTS;
	#isHeld = false;
	#hold: TimerHandle | undefined;

	constructor(credentials: WifiCredentials, onResult: (result: TrialResult) => void) {
		this.credentials = credentials;
		this.#onResult = onResult;
	}

	/** It has succeeded, and waits for somebody to keep it. */
	get isHeld(): boolean {
		return this.#isHeld;
	}

	/** Connected: the first time is the result. `onExpired` comes when nobody has kept or cancelled it. */
	onConnected(ipAddress: string, timers: Timers, onExpired: () => void): void {
		if (this.#isHeld) return;
		this.#isHeld = true;
		this.#hold = timers.after(TRIAL_HOLD_MS, onExpired);
		this.#onResult({ ok: true, ipAddress });
	}

	/** One more attempt has failed. @returns whether it was the last; {@link fail} is then to be called. */
	countFailure(): boolean {
		return !this.#isHeld && --this.#attemptsLeft <= 0;
	}

	fail(failure: JoinFailure, reason: number): void {
		this.#onResult({ ok: false, failure, reason, message: failureMessage(failure) });
	}

	cancel(): void {
		this.#hold?.cancel();
	}
}
