import { utf8Bytes } from "../../core/utf8.js";
import { BASE_TOPIC_MAX_LENGTH, parseBaseTopic } from "../../publishers/mqtt/topics.js";
import { PLAIN, type TextFormat } from "./definition.js";
import { parseSource, SOURCE_FORMAT } from "./source.js";

function isHostCharacter(code: number): boolean {
	const letter = code | 0x20;
	const isLetterOrDigit = (letter >= 0x61 && letter <= 0x7a) || (code >= 0x30 && code <= 0x39);
	// "-", ".", ":" of IPv6, "_", and "%" before the interface of a link-local address.
	return isLetterOrDigit || code === 0x2d || code === 0x2e || code === 0x3a || code === 0x5f || code === 0x25;
}

/** A host name or an IP address. */
export const HOST: TextFormat = Object.freeze({
	expected: "a name or an IP address, without mqtt:// or http:// and without a port",
	matches(text: string) {
		for (let i = 0; i < text.length; i++) if (!isHostCharacter(text.charCodeAt(i))) return false;
		// One colon is a port; an IPv6 address has at least two.
		const colon = text.indexOf(":");
		return text !== "" && (colon < 0 || text.includes(":", colon + 1));
	},
});

/** Host names, separated by spaces. */
export const HOST_NAMES: TextFormat = Object.freeze({
	expected: "names such as p1.example.org, separated by spaces, without http:// and without a port",
	matches: (text: string) => text.split(" ").every((name) => HOST.matches(name) && !name.includes(":")),
});

/** The level or levels under which everything is published. */
export const BASE_TOPIC: TextFormat = Object.freeze({
	expected: "an MQTT topic such as p1 or house/p1: no + # or space, no $ at its beginning, no empty level",
	matches: (text: string) => parseBaseTopic(text).ok,
});

export { BASE_TOPIC_MAX_LENGTH };

/** The certificate of an authority. */
export const PEM_CERTIFICATE: TextFormat = Object.freeze({
	expected: "the PEM text of a certificate (-----BEGIN CERTIFICATE----- and so on)",
	matches(text: string) {
		return (
			text.trimStart().startsWith("-----BEGIN CERTIFICATE-----") && text.trimEnd().endsWith("-----END CERTIFICATE-----")
		);
	},
});

/** IEEE 802.11 gives a network's name 32 bytes. */
export const WIFI_NAME_BYTES = 32;
/** WPA2 makes its key from this many bytes. */
export const WIFI_PASSWORD_BYTES = Object.freeze({ min: 8, max: 63 });

/** The name of a Wi-Fi network. */
export const WIFI_NAME: TextFormat = Object.freeze({
	expected: "a network's name of at most 32 bytes (a letter such as ä takes two)",
	matches: (text: string) => PLAIN.matches(text) && utf8Bytes(text).length <= WIFI_NAME_BYTES,
});

/** The password of a Wi-Fi network. @see IEEE 802.11-2020 J.4.1: ASCII; routers let people use other letters, as UTF-8 */
export const WIFI_PASSWORD: TextFormat = Object.freeze({
	expected: "8 to 63 bytes without control characters (a letter such as ä takes two)",
	matches(text: string) {
		const { length } = utf8Bytes(text);
		return PLAIN.matches(text) && length >= WIFI_PASSWORD_BYTES.min && length <= WIFI_PASSWORD_BYTES.max;
	},
});

/** Where telegrams come from. */
export const SOURCE: TextFormat = Object.freeze({
	expected: SOURCE_FORMAT,
	matches: (text: string) => parseSource(text) !== undefined,
});
