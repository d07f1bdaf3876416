import type { JsonWriter } from "../../core/json-writer.js";
import type { StatusSource } from "../../ports/status-source.js";
import type { Network } from "./network.js";
import { reasonText } from "./reasons.js";
import type { JoinFailure } from "./types.js";

const FAILURES: readonly (readonly [failure: JoinFailure, name: string])[] = Object.freeze([
	["wrong-password", "wrongPassword"],
	["not-found", "notFound"],
	["refused", "refused"],
	["no-answer", "noAnswer"],
	["no-address", "noAddress"],
	["lost", "lost"],
	["radio", "radio"],
] as const);

/** The section `wifi` of the device's status. */
export class NetworkStatus implements StatusSource {
	readonly statusName = "wifi";
	readonly #network: Network;

	constructor(network: Network) {
		this.#network = network;
	}

	writeStatus(writer: JsonWriter): void {
		const { state, wifi, record, power, isTrying } = this.#network;
		const { counters, sinceMs, lastEnded, isGone } = record;
		writer.openObject();
		writer.name("state");
		writer.string(state);
		number(writer, "sinceS", Math.floor(sinceMs / 1000));
		flag(writer, "trying", isTrying);
		flag(writer, "gone", isGone);
		if (state === "connected") {
			number(writer, "channel", wifi?.channel);
			number(writer, "rssiDbm", wifi?.rssiDbm);
		}
		dbm(writer, "transmitPowerDbm", wifi?.transmitPowerDbm ?? 0);
		dbm(writer, "powerCeilingDbm", power.ceilingDbm);
		number(writer, "brownOuts", power.brownOuts);
		number(writer, "attempts", counters.attempts);
		number(writer, "connections", counters.connections);
		writer.name("ended");
		writer.openObject();
		for (const [failure, name] of FAILURES) number(writer, name, counters.ended[failure]);
		writer.closeObject();
		if (lastEnded !== undefined) {
			const { failure, reason } = lastEnded;
			writer.name("lastEnded");
			writer.openObject();
			writer.name("failure");
			writer.string(failure);
			number(writer, "reason", reason);
			if (reason !== 0) {
				writer.name("text");
				writer.string(reasonText(reason));
			}
			writer.closeObject();
		}
		writer.closeObject();
	}
}

function number(writer: JsonWriter, name: string, value: number | undefined): void {
	if (value === undefined) return;
	writer.name(name);
	writer.number(value);
}

/** Half a dBm is a step of the driver. */
function dbm(writer: JsonWriter, name: string, value: number): void {
	writer.name(name);
	writer.number(Math.round(value * 10), 1);
}

function flag(writer: JsonWriter, name: string, value: boolean): void {
	writer.name(name);
	writer.boolean(value);
}
