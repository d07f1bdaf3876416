import type { WifiCredentials } from "../../ports/wifi.js";

/** Why a network could not be joined, as far as the radio tells. */
export type TrialFailure =
	| "wrong-password"
	/** No network of this name answers. */
	| "not-found"
	/** It let us in, but gave no address. */
	| "no-address"
	/** It is heard, but too far away to be understood. */
	| "weak-signal"
	/** Anything else: it turned us away, or the radio failed. */
	| "failed";

export type TrialResult =
	| { readonly kind: "connected" /** Dotted IPv4. */; readonly ipAddress: string }
	| { readonly kind: "failed"; readonly reason: TrialFailure };

/** What the setup needs of the station that keeps the device in its network. */
export interface SetupStation {
	/** Dotted IPv4; present while it is in a network. */
	readonly ipAddress: string | undefined;
	/**
	 * Leaves its network and tries to join another one, once. Calls back once, later; not after {@link goBack}. After a
	 * failure it is on its way back by itself; after success it stays until {@link keep} or {@link goBack}.
	 * @returns false when it cannot begin; then it does not call back. */
	try(credentials: WifiCredentials, onResult: (result: TrialResult) => void): boolean;
	/** Stays with what the last try has found to work: those are the settings now. */
	keep(): void;
	/** Ends a try, and goes back to the settings that there are; without any it joins nothing. */
	goBack(): void;
}
