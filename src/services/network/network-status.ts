import { writeFlagMember, writeNumberMember, writeTextMember } from "../../core/json-members.js";
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
		writeTextMember(writer, "state", state);
		writeNumberMember(writer, "sinceS", Math.floor(sinceMs / 1000));
		writeFlagMember(writer, "trying", isTrying);
		writeFlagMember(writer, "gone", isGone);
		if (state === "connected") {
			writeNumberMember(writer, "channel", wifi?.channel);
			writeNumberMember(writer, "rssiDbm", wifi?.rssiDbm);
		}
		dbm(writer, "transmitPowerDbm", wifi?.transmitPowerDbm ?? 0);
		dbm(writer, "powerCeilingDbm", power.ceilingDbm);
		writeNumberMember(writer, "brownOuts", power.brownOuts);
		writeNumberMember(writer, "attempts", counters.attempts);
		writeNumberMember(writer, "connections", counters.connections);
		writer.name("ended");
		writer.openObject();
		for (const [failure, name] of FAILURES) writeNumberMember(writer, name, counters.ended[failure]);
		writer.closeObject();
		if (lastEnded !== undefined) {
			const { failure, reason } = lastEnded;
			writer.name("lastEnded");
			writer.openObject();
			writeTextMember(writer, "failure", failure);
			writeNumberMember(writer, "reason", reason);
			if (reason !== 0) writeTextMember(writer, "text", reasonText(reason));
			writer.closeObject();
		}
		writer.closeObject();
	}
}

/** Half a dBm is a step of the driver. */
function dbm(writer: JsonWriter, name: string, value: number): void {
	writer.name(name);
	writer.number(Math.round(value * 10), 1);
}
