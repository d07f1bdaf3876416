import type { JoinFailure } from "./types.js";

/**
 * What a reason code means for an attempt that ended with it; a code that is not here is "no-answer".
 * @see IEEE 802.11-2020 table 9-49; ESP-IDF v6.0 esp_wifi_types_generic.h, wifi_err_reason_t; ESP-IDF Wi-Fi driver guide,
 * "Wi-Fi Reason Code" */
const FAILURES: Readonly<Record<number, JoinFailure>> = Object.freeze({
	/** Too many stations, or one that may not be served now. */
	5: "refused",
	/** The message of a handshake failed its check. */
	14: "wrong-password",
	15: "wrong-password",
	/** No common protection. */
	18: "refused",
	19: "refused",
	20: "refused",
	23: "wrong-password",
	24: "refused",
	201: "not-found",
	/** WPA3 with a wrong password, and WPA2 on some access points. */
	202: "wrong-password",
	/** The access point answered, with a refusal. */
	203: "refused",
	204: "wrong-password",
	210: "not-found",
	211: "not-found",
	212: "not-found",
});

/** Codes whose plain words say more than those of their failure. */
const WORDS: Readonly<Record<number, string>> = Object.freeze({
	1: "ended without a reason",
	2: "did not answer in time (authentication)",
	3: "the access point sent the dongle away",
	4: "the access point saw no traffic for too long",
	5: "the access point has too many devices",
	6: "the access point had forgotten the dongle",
	7: "the access point had forgotten the dongle",
	8: "the dongle left",
	14: "the password's check failed",
	15: "the password is wrong, or the signal is very weak",
	17: "the access point's handshake was not as announced",
	18: "no common protection: WPA2 or WPA3 is needed",
	19: "no common protection: WPA2 or WPA3 is needed",
	20: "no common protection: WPA2 or WPA3 is needed",
	24: "no common protection: WPA2 or WPA3 is needed",
	34: "too many packets were lost",
	39: "the access point waited too long",
	200: "the access point is no longer heard",
	201: "no network of that name is heard",
	202: "the password is wrong",
	203: "the access point refused",
	204: "the password is wrong, or the signal is very weak",
	205: "the connection failed",
	207: "the access point moved to another channel",
	208: "the access point asks to wait",
	210: "the network's protection is not supported: WPA2 or WPA3 is needed",
	211: "the network's protection is too weak: WPA2 or WPA3 is needed",
	212: "the signal is too weak",
});

const MESSAGES: Readonly<Record<JoinFailure, string>> = Object.freeze({
	"wrong-password": "The password is wrong. A very weak signal can look the same.",
	"not-found": "No such network is heard. It must send on 2.4 GHz with WPA2 or WPA3.",
	refused: "The access point turned the dongle away. It may have too many devices or a list of those that may join.",
	"no-answer": "The access point does not answer. The signal may be too weak.",
	"no-address": "The network let the dongle in but gave it no address. Look at the router's DHCP.",
	lost: "The connection was made and lost again.",
	radio: "The dongle's radio refused. Try again.",
});

/** Why an attempt that ended with `reason` did. */
export function failureOf(reason: number): JoinFailure {
	return FAILURES[reason] ?? "no-answer";
}

/** Plain words for a reason code, for the status: no capital, no full stop. */
export function reasonText(reason: number): string {
	return WORDS[reason] ?? `reason ${reason}`;
}

/** A sentence or two that say what a person can do. */
export function failureMessage(failure: JoinFailure): string {
	return MESSAGES[failure];
}
