import type { JsonWriter } from "../../core/json-writer.js";
import type { StatusSource } from "../../ports/status-source.js";
import type { MqttPublisherStatus } from "./options.js";

/** An error message of the system may be of any length. */
const MAX_DETAIL_CHARACTERS = 100;

const COUNTERS = Object.freeze([
	"connects",
	"disconnects",
	"failures",
	"published",
	"superseded",
	"valuesPublished",
] as const satisfies readonly (keyof MqttPublisherStatus)[]);

/** The section `mqtt` of the device's status. */
export class MqttStatus implements StatusSource {
	readonly statusName = "mqtt";
	readonly #publisher: { readonly status: MqttPublisherStatus };

	constructor(publisher: { readonly status: MqttPublisherStatus }) {
		this.#publisher = publisher;
	}

	writeStatus(writer: JsonWriter): void {
		const { status } = this.#publisher;
		writer.openObject();
		writer.name("state");
		writer.string(status.state);
		for (let i = 0; i < COUNTERS.length; i++) {
			const name = COUNTERS[i] as (typeof COUNTERS)[number];
			writer.name(name);
			writer.number(status[name]);
		}
		if (status.lastReason !== undefined) {
			writer.name("lastReason");
			writer.string(status.lastReason);
			writer.name("lastDetail");
			writer.string(status.lastDetail.slice(0, MAX_DETAIL_CHARACTERS));
		}
		writer.closeObject();
	}
}
