import { PROFILES, type ProfileId } from "../../core/profile.js";
import type { KeyValueStore } from "../../ports/key-value-store.js";
import type { MqttTls } from "../../ports/mqtt-client.js";

/** Where telegrams come from. */
export type SourceSetting =
	| { readonly kind: "serial"; readonly path: string }
	| { readonly kind: "tcp"; readonly host: string; readonly port: number };

/** The broker, without the client identifier, which is the device's. */
export type MqttSetting = {
	readonly host: string;
	readonly port: number;
	readonly tls?: MqttTls;
	readonly username?: string;
	readonly password?: string;
};

/** What the program is told, checked. */
export type Settings = {
	readonly source: SourceSetting;
	readonly httpPort: number;
	/** Absent: every address. */
	readonly httpHost?: string;
	/** Absent: no MQTT. */
	readonly mqtt?: MqttSetting;
	readonly topic: string;
	readonly profile: ProfileId | "auto";
};

function fail(key: string, expected: string): never {
	throw new Error(`setting "${key}": ${expected}`);
}

function parsePort(key: string, text: string): number {
	const port = Number(text);
	return Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : fail(key, "a port from 1 to 65535");
}

function parseHostAndPort(key: string, text: string, defaultPort: string): { host: string; port: number } {
	const colon = text.lastIndexOf(":");
	const host = colon < 0 ? text : text.slice(0, colon);
	if (host === "" || host.includes("/") || host.includes(":")) fail(key, "a host name or an IPv4 address, and a port");
	return { host, port: parsePort(key, colon < 0 ? defaultPort : text.slice(colon + 1)) };
}

function parseSource(text: string): SourceSetting {
	if (text.startsWith("serial:") && text.length > 7) return { kind: "serial", path: text.slice(7) };
	if (text.startsWith("tcp:")) return { kind: "tcp", ...parseHostAndPort("source", text.slice(4), "") };
	return fail("source", "serial:PATH or tcp:HOST:PORT");
}

/** Undoes %XX in a user name or password. */
function decodePercent(key: string, text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return fail(key, "a % in a user name or password is written %25");
	}
}

function parseTls(store: KeyValueStore): MqttTls {
	const certificateAuthorityPem = store.read("mqttAuthority");
	const verify = store.read("mqttVerify") !== "false";
	return { verify, ...(certificateAuthorityPem === undefined ? {} : { certificateAuthorityPem }) };
}

function parseMqtt(store: KeyValueStore): MqttSetting | undefined {
	const url = store.read("mqtt") ?? "off";
	if (url === "off") return undefined;
	const isSecure = url.startsWith("mqtts://");
	if (!isSecure && !url.startsWith("mqtt://")) fail("mqtt", "off, or mqtt://HOST:PORT, or mqtts://HOST:PORT");
	const place = url.slice(isSecure ? 8 : 7);
	const at = place.lastIndexOf("@");
	const user = at < 0 ? undefined : place.slice(0, at);
	const colon = user?.indexOf(":") ?? -1;
	const username = store.read("mqttUser") ?? (user && decodePercent("mqtt", colon < 0 ? user : user.slice(0, colon)));
	const password =
		store.read("mqttPassword") ?? (colon < 0 ? undefined : decodePercent("mqtt", user?.slice(colon + 1) ?? ""));
	const tls = isSecure ? parseTls(store) : undefined;
	return {
		...parseHostAndPort("mqtt", place.slice(at + 1), isSecure ? "8883" : "1883"),
		...(tls === undefined ? {} : { tls }),
		...(username === undefined ? {} : { username }),
		...(password === undefined ? {} : { password }),
	};
}

function parseProfile(text: string): ProfileId | "auto" {
	if (text === "auto" || text in PROFILES) return text as ProfileId | "auto";
	return fail("profile", `auto, ${Object.keys(PROFILES).join(", ")}`);
}

/**
 * Reads the settings; what is absent has a default.
 * @throws Error - a text for people that names the setting, what it may be, and no secret. */
export function readSettings(store: KeyValueStore): Settings {
	const mqtt = parseMqtt(store);
	const httpHost = store.read("httpHost");
	return {
		source: parseSource(store.read("source") ?? "serial:/dev/ttyUSB0"),
		httpPort: parsePort("httpPort", store.read("httpPort") ?? "8080"),
		topic: store.read("topic") ?? "p1",
		profile: parseProfile(store.read("profile") ?? "auto"),
		...(httpHost === undefined ? {} : { httpHost }),
		...(mqtt === undefined ? {} : { mqtt }),
	};
}
