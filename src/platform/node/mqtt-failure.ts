import type { MqttDisconnectReason } from "../../ports/mqtt-client.js";

/** How far a connection had come when it ended, named by what it awaits. */
export type MqttPhase = "awaiting-tcp" | "awaiting-tls" | "awaiting-connack" | "connected";

export type MqttFailure = { readonly reason: MqttDisconnectReason; readonly detail: string };

/** CONNACK return codes of MQTT 3.1.1 §3.2.2.3. */
const CONNACK_FAILURES: Readonly<Record<number, MqttFailure>> = {
	1: { reason: "refused", detail: "the broker does not speak MQTT 3.1.1" },
	2: { reason: "refused", detail: "the broker refuses this client identifier" },
	3: { reason: "refused", detail: "the broker says that its service is unavailable" },
	4: { reason: "not-authorized", detail: "the broker refuses the username or password" },
	5: { reason: "not-authorized", detail: "the broker does not allow this client in: check username and password" },
};

const TCP_DETAILS: Readonly<Record<string, string>> = {
	ECONNREFUSED: "nothing listens there",
	ENOTFOUND: "the name is not known",
	EAI_AGAIN: "the name cannot be looked up now",
	EHOSTUNREACH: "there is no route to it",
	ENETUNREACH: "there is no route to it",
	ETIMEDOUT: "it does not answer",
	ERR_SOCKET_BAD_PORT: "the port is not between 1 and 65535",
};

const TLS_DETAILS: Readonly<Record<string, string>> = {
	CERT_HAS_EXPIRED: "the broker's certificate has expired",
	CERT_NOT_YET_VALID: "the broker's certificate is not valid yet: is the clock right?",
	DEPTH_ZERO_SELF_SIGNED_CERT: "the broker's certificate is self-signed and not trusted",
	SELF_SIGNED_CERT_IN_CHAIN: "the broker's certificate is signed by an authority that is not trusted",
	UNABLE_TO_GET_ISSUER_CERT: "the broker's certificate is signed by an authority that is not trusted",
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the broker's certificate is signed by an authority that is not trusted",
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the broker's certificate is signed by an authority that is not trusted",
	CERT_SIGNATURE_FAILURE: "the broker's certificate is not signed by the given authority",
	ERR_TLS_CERT_ALTNAME_INVALID: "the broker's certificate is for another name",
	ERR_SSL_WRONG_VERSION_NUMBER: "the broker does not speak TLS on this port",
	ECONNRESET: "the broker ended the TLS handshake: does it speak TLS on this port?",
};

function codeOf(error: unknown): string | number | undefined {
	if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
	return typeof error.code === "string" || typeof error.code === "number" ? error.code : undefined;
}

/**
 * Says why a connection ended, for people; nothing of the broker's or the library's own text is passed on, so no
 * secret can be in it.
 * @param where - "host:port".
 * @param error - what the socket or MQTT.js reported; undefined when the peer just closed.
 * @see MQTT 3.1.1 §3.2.2.3 (CONNACK); MQTT.js 5.16 handlers/connack.ts and KeepaliveManager.ts (errors raised) */
export function explainFailure(phase: MqttPhase, where: string, error: unknown): MqttFailure {
	const code = codeOf(error);
	const suffix = typeof code === "string" ? ` (${code})` : "";
	if (phase === "awaiting-tcp") {
		const why = (typeof code === "string" && TCP_DETAILS[code]) || "no connection";
		return { reason: "unreachable", detail: `no broker at ${where}: ${why}${suffix}` };
	}
	if (phase === "awaiting-tls") {
		const why = (typeof code === "string" && TLS_DETAILS[code]) || "the TLS handshake failed";
		return { reason: "tls", detail: `no secure connection to ${where}: ${why}${suffix}` };
	}
	if (phase === "awaiting-connack") {
		if (typeof code === "number") {
			return CONNACK_FAILURES[code] ?? { reason: "refused", detail: `the broker refuses with code ${code}` };
		}
		const why =
			error === undefined || suffix !== "" ? "closed the connection" : "answered with something that is not MQTT";
		return { reason: "refused", detail: `${where} ${why} before it accepted us: is it the broker's port, TLS or not?` };
	}
	if (error instanceof Error && error.message === "Keepalive timeout") {
		return { reason: "timeout", detail: `${where} no longer answers` };
	}
	return { reason: "closed", detail: `${where} ended the connection${suffix}` };
}
