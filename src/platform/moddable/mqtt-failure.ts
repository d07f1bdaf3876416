import type { MqttDisconnectReason } from "../../ports/mqtt-client.js";

/** How far a connection has come, named by what it awaits. */
export type MqttPhase = "awaiting-address" | "awaiting-tcp" | "awaiting-tls" | "awaiting-connack" | "connected";

export type MqttFailure = { readonly reason: MqttDisconnectReason; readonly detail: string };

/**
 * Says for people why a connection ended; the SDK's client does not tell, so it is concluded from the phase.
 * @param where - "host:port".
 * @param why - what the SDK's TLS threw, if anything; shown for TLS only. */
export function explainFailure(phase: MqttPhase, where: string, why: string): MqttFailure {
	switch (phase) {
		case "awaiting-address":
			return { reason: "unreachable", detail: `no broker at ${where}: the name is not known` };
		case "awaiting-tcp":
			return { reason: "unreachable", detail: `no broker at ${where}: no connection${why && ` (${why})`}` };
		case "awaiting-tls":
			return {
				reason: "tls",
				detail:
					`no secure connection to ${where}: is it the TLS port, does the broker send its whole chain, ` +
					`is its certificate valid, for this name and signed by the given authority?${why && ` (${why})`}`,
			};
		case "awaiting-connack":
			return {
				reason: "refused",
				detail: `${where} closed the connection before it accepted us: is it the broker's port, TLS or not?`,
			};
		case "connected":
			return { reason: "closed", detail: `${where} ended the connection` };
	}
}

/**
 * Says for people what a CONNACK that refuses means.
 * @param code - return code, 1..255. @see MQTT 3.1.1 §3.2.2.3 */
export function explainConnack(code: number): MqttFailure {
	switch (code) {
		case 1:
			return { reason: "refused", detail: "the broker does not speak MQTT 3.1.1" };
		case 2:
			return { reason: "refused", detail: "the broker refuses this client identifier" };
		case 3:
			return { reason: "refused", detail: "the broker says that its service is unavailable" };
		case 4:
			return { reason: "not-authorized", detail: "the broker refuses the username or password" };
		case 5:
			return {
				reason: "not-authorized",
				detail: "the broker does not allow this client in: check username and password",
			};
		default:
			return { reason: "refused", detail: `the broker refuses with code ${code}` };
	}
}
