import type { MqttPayload, MqttQos } from "../../ports/mqtt-client.js";
import type { MqttTopics } from "./topics.js";

/** What an extension may do on the publisher's connection. */
export interface MqttSession {
	readonly topics: MqttTopics;
	/** As in the port: the bytes are copied; false, having sent nothing, when there is no room: `onWritable` follows. */
	publish(topic: string, bytes: Uint8Array, offset: number, end: number, qos: MqttQos, retain: boolean): boolean;
	/** As in the port: `payload` is read until it is through or the session ends; `onWritable` follows. */
	publishStream(topic: string, payload: MqttPayload, qos: MqttQos, retain: boolean): boolean;
	/** Lasts as long as the session: subscribe again in each `onConnected`. */
	subscribe(topic: string, qos: MqttQos): void;
}

/** Something else that speaks over the same connection, such as a discovery announcement. */
export interface MqttExtension {
	/** A new, clean session; `online` and the newest state have gone out, or go first. */
	onConnected(session: MqttSession): void;
	/** There is room again; called after the publisher's own state has gone out. */
	onWritable(session: MqttSession): void;
	/** Any message of the session, also those for other extensions; `payload` is valid during the call only. */
	onMessage(session: MqttSession, topic: string, payload: Uint8Array): void;
	/** The source has a new reading; called with or without a session, after the state has gone out. */
	onReading?(): void;
	/** The session has ended, or the publisher has been stopped: nothing more can be sent on it. */
	onDisconnected?(): void;
}
