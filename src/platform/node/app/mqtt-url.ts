/** A broker as its URL names it. */
export type MqttPlace = {
	readonly host: string;
	readonly port: number;
	readonly isSecure: boolean;
	readonly username?: string;
	readonly password?: string;
};

export const MQTT_URL_FORMAT = "mqtt://[USER[:PASSWORD]@]HOST[:PORT], or mqtts:// for TLS";

const PORT = 1883;
const TLS_PORT = 8883;

/** The usual port (IANA). */
export function usualMqttPort(isSecure: boolean): number {
	return isSecure ? TLS_PORT : PORT;
}

/**
 * Reads {@link MQTT_URL_FORMAT}; a character of the user name or password may be written %XX.
 * @returns undefined for anything else: the reason is not told, since it would quote the password. */
export function parseMqttUrl(text: string): MqttPlace | undefined {
	let url: URL;
	try {
		url = new URL(text);
	} catch {
		return undefined;
	}
	const isSecure = url.protocol === "mqtts:";
	if ((!isSecure && url.protocol !== "mqtt:") || url.hostname === "") return undefined;
	if ((url.pathname !== "" && url.pathname !== "/") || url.search !== "" || url.hash !== "") return undefined;
	if (url.port === "0" || (url.password !== "" && url.username === "")) return undefined;
	try {
		const username = decodeURIComponent(url.username);
		const password = decodeURIComponent(url.password);
		return {
			host: decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, "$1"),
			port: url.port === "" ? usualMqttPort(isSecure) : Number(url.port),
			isSecure,
			...(username === "" ? {} : { username }),
			...(password === "" ? {} : { password }),
		};
	} catch {
		return undefined;
	}
}
