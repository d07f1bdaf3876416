import type { Wifi } from "../../ports/wifi.js";
import type { SetupStation, TrialFailure } from "../provisioning/setup-station.js";
import type { Network } from "./network.js";
import type { JoinFailure } from "./types.js";

const FAILURES: Readonly<Record<JoinFailure, TrialFailure>> = Object.freeze({
	"wrong-password": "wrong-password",
	"not-found": "not-found",
	refused: "failed",
	"no-answer": "weak-signal",
	"no-address": "no-address",
	lost: "failed",
	radio: "failed",
});

/** A {@link Network} as the setup knows it. */
export function asSetupStation(network: Network): SetupStation {
	return {
		get ipAddress() {
			return network.ipAddress;
		},
		try: (credentials, onResult) =>
			network.try(credentials, (result) => {
				onResult(
					result.ok
						? { kind: "connected", ipAddress: result.ipAddress }
						: { kind: "failed", reason: FAILURES[result.failure] },
				);
			}),
		keep: () => network.keepTrial(),
		goBack: () => network.endTrial(),
	};
}

/** What the setup uses of the radio. */
export type SetupRadio = Pick<Wifi, "channel" | "isAccessPointOpen" | "scan" | "openAccessPoint" | "closeAccessPoint">;

/** The radio of a {@link Network}, which may come later: until then it refuses. */
export function asSetupRadio(network: Network): SetupRadio {
	return {
		get channel() {
			return network.wifi?.channel;
		},
		get isAccessPointOpen() {
			return network.wifi?.isAccessPointOpen === true;
		},
		scan: (onNetwork, onDone) => network.wifi?.scan(onNetwork, onDone) === true,
		openAccessPoint: (options) => network.wifi?.openAccessPoint(options) === true,
		closeAccessPoint: () => network.wifi?.closeAccessPoint(),
	};
}
