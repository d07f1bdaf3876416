import type { Exposition } from "./exposition.js";
import { counter, gauge } from "./family.js";
import type { MetricsSource } from "./metrics-source.js";

const CONNECTED = gauge("p1_mqtt_connected", "1 when the broker is connected.");

const COUNTERS = Object.freeze([
	["connects", counter("p1_mqtt_connects_total", "Sessions that began.")],
	["disconnects", counter("p1_mqtt_disconnects_total", "Sessions that ended otherwise than by us.")],
	["failures", counter("p1_mqtt_failures_total", "Attempts that led to no session.")],
	["published", counter("p1_mqtt_states_published_total", "States sent.")],
	["superseded", counter("p1_mqtt_states_superseded_total", "States that a newer one replaced before.")],
	["valuesPublished", counter("p1_mqtt_values_published_total", "Single values sent.")],
] as const);

/** What is measured of the MQTT publisher. */
export interface MeasuredMqtt {
	readonly status: Readonly<Record<(typeof COUNTERS)[number][0], number>> & { readonly state: string };
}

/** How MQTT does. */
export class MqttMetrics implements MetricsSource {
	readonly #publisher: MeasuredMqtt;

	constructor(publisher: MeasuredMqtt) {
		this.#publisher = publisher;
	}

	writeMetrics(out: Exposition): void {
		const { status } = this.#publisher;
		out.open(CONNECTED);
		out.flag(status.state === "connected");
		for (let i = 0; i < COUNTERS.length; i++) {
			const entry = COUNTERS[i] as (typeof COUNTERS)[number];
			out.open(entry[1]);
			out.sample(status[entry[0]]);
		}
	}
}
