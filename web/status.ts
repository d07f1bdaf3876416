import { asObject, isTrue, numberOf, parseObject, textOf } from "./json.js";

/** What the page shows of the status. */
export type PageStatus = {
	readonly version: string;
	readonly serial: string | undefined;
	readonly uptimeS: number;
	/** Undefined before the first telegram. */
	readonly reading:
		| { readonly sequence: number; readonly ageS: number; readonly pushIntervalS: number | undefined }
		| undefined;
	readonly goodTelegrams: number;
	readonly badTelegrams: number;
	readonly p1Port: { readonly connected: boolean; readonly detail: string | undefined; readonly noiseBytes: number };
	/** Undefined where the dongle has no radio. */
	readonly wifi: { readonly ssid: string | undefined; readonly rssiDbm: number | undefined } | undefined;
	/** The dongle's own network is there, to set it up. */
	readonly isSetupOpen: boolean;
	/** Undefined when MQTT is off. */
	readonly mqtt: { readonly connected: boolean; readonly reason: string | undefined } | undefined;
};

/** A status as the API gives it; undefined when it is none. */
export function parseStatus(text: string): PageStatus | undefined {
	const status = parseObject(text);
	const version = textOf(status, "version");
	if (status === undefined || version === undefined) return undefined;
	const telegrams = asObject(status.telegrams);
	const p1Port = asObject(status.p1Port);
	const link = asObject(status.link);
	const mqtt = asObject(status.mqtt);
	const reading = asObject(status.reading);
	const sequence = numberOf(reading, "sequence");
	const ageS = numberOf(reading, "ageS");
	return {
		version,
		serial: textOf(asObject(status.device), "serial"),
		uptimeS: numberOf(status, "uptimeS") ?? 0,
		reading:
			sequence === undefined || ageS === undefined
				? undefined
				: { sequence, ageS, pushIntervalS: numberOf(reading, "pushIntervalS") },
		goodTelegrams: numberOf(telegrams, "good") ?? 0,
		badTelegrams: numberOf(telegrams, "bad") ?? 0,
		p1Port: {
			connected: isTrue(p1Port, "connected"),
			detail: textOf(p1Port, "detail"),
			noiseBytes: numberOf(p1Port, "noiseBytes") ?? 0,
		},
		wifi: link?.kind === "wifi" ? { ssid: textOf(link, "ssid"), rssiDbm: numberOf(link, "rssiDbm") } : undefined,
		isSetupOpen: isTrue(asObject(status.setup), "open"),
		mqtt:
			mqtt === undefined ? undefined : { connected: mqtt.state === "connected", reason: textOf(mqtt, "lastReason") },
	};
}
