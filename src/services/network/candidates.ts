import type { WifiCredentials } from "../../ports/wifi.js";

/** True for equal credentials, and for none and none. */
export function isSameCredentials(a: WifiCredentials | undefined, b: WifiCredentials | undefined): boolean {
	return a?.ssid === b?.ssid && a?.password === b?.password;
}

/**
 * The credentials that are tried: those of the settings and, until these have worked once, in turn with them those that
 * worked before. A slip in a new password is then no reason to look for a ladder. */
export class Candidates {
	#stored: WifiCredentials | undefined;
	#fallback: WifiCredentials | undefined;
	#isFallbackNext = false;

	constructor(stored: WifiCredentials | undefined) {
		this.#stored = stored;
	}

	/** Those of the settings. */
	get stored(): WifiCredentials | undefined {
		return this.#stored;
	}

	/** For the next attempt; undefined when there are none at all. */
	get next(): WifiCredentials | undefined {
		return this.#isFallbackNext ? (this.#fallback ?? this.#stored) : this.#stored;
	}

	/** @param haveWorked - those that were stored so far connected last. */
	replace(stored: WifiCredentials | undefined, haveWorked: boolean): void {
		const worked = haveWorked ? this.#stored : this.#fallback;
		this.#fallback = stored === undefined || isSameCredentials(worked, stored) ? undefined : worked;
		this.#stored = stored;
		this.#isFallbackNext = false;
	}

	onEnded(): void {
		if (this.#fallback !== undefined) this.#isFallbackNext = !this.#isFallbackNext;
	}

	onConnected(credentials: WifiCredentials | undefined): void {
		if (isSameCredentials(credentials, this.#stored)) this.#fallback = undefined;
	}
}
