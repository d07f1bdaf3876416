import type { MqttQos } from "../../ports/mqtt-client.js";
import type { MqttExtension } from "./extension.js";
import type { MqttLinkOptions, MqttLinkStatus } from "./link.js";
import type { StateSource } from "./state-source.js";

export type MqttPublisherOptions = MqttLinkOptions & {
	readonly source: StateSource;
	/** Passed by `parseBaseTopic`; default `p1`. */
	readonly baseTopic?: string;
	/** Of state and values; the status is always QoS 1. Default 0. */
	readonly qos?: MqttQos;
	/** Also publishes each value on a topic of its own; default false, since it costs air time. */
	readonly publishValues?: boolean;
	/** Leaves out a reading in which only the meter's time differs from the one before; default false. */
	readonly onlyChanges?: boolean;
	/** Shortest time between two states, except for the first of a session and for stale; default 0: every reading. */
	readonly minIntervalMs?: number;
	/**
	 * Publishes the state again when it was not published for this long, and every value this often; 0 never does.
	 * Default 60000. */
	readonly heartbeatMs?: number;
	/** How long `stop` waits for room for `offline`; then the broker publishes the will. Default 2000. */
	readonly stopTimeoutMs?: number;
	readonly extensions?: readonly MqttExtension[];
};

/** Counters since the start; they only grow. */
export type MqttPublisherStatus = MqttLinkStatus & {
	/** States sent. */
	readonly published: number;
	/** States that a newer one replaced before they were sent. */
	readonly superseded: number;
	/** Single values sent. */
	readonly valuesPublished: number;
};
