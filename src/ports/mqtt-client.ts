export type MqttQos = 0 | 1;

export interface MqttWill {
	readonly topic: string;
	readonly payload: string;
	readonly qos: MqttQos;
	readonly retain: boolean;
}

/** What to check of the broker's certificate; absent: no TLS. */
export interface MqttTls {
	/** False accepts any certificate: the owner's explicit choice. */
	readonly verify: boolean;
	/** PEM text of a private authority; absent: the platform's own list. */
	readonly certificateAuthorityPem?: string;
}

/** Kept for as long as the connection is, and may be an object of a class. */
export interface MqttConnectOptions {
	readonly host: string;
	readonly port: number;
	readonly tls?: MqttTls | undefined;
	readonly clientId: string;
	readonly username?: string | undefined;
	readonly password?: string | undefined;
	readonly keepAliveMs: number;
	readonly connectTimeoutMs: number;
	readonly will: MqttWill;
	onConnected(): void;
	/** The connection ended or never came to be; called once, never after `close()`. `reason` is for people. */
	onDisconnected(reason: MqttDisconnectReason, detail: string): void;
	/** `payload` is valid during the call only. */
	onMessage(topic: string, payload: Uint8Array): void;
	/** There is room again after `publish` or `publishStream` returned false, or a streamed message is through. */
	onWritable(): void;
}

/** A payload that is written when there is room for it, so that nobody ever holds the whole of it. */
export interface MqttPayload {
	/** Bytes in all, from 1 on; does not change while the payload is in use. */
	readonly length: number;
	/** Writes the next bytes to `[offset, end)` and returns how many, at least 1. Never throws. */
	read(bytes: Uint8Array, offset: number, end: number): number;
}

export type MqttDisconnectReason = "unreachable" | "refused" | "not-authorized" | "tls" | "timeout" | "closed";

/**
 * One connection attempt and, if it succeeds, one MQTT 3.1.1 session (clean). It does not reconnect:
 * the publisher makes a new one, with backoff, so that both platforms behave alike.
 */
export interface MqttConnection {
	/**
	 * Hands the bytes `[offset, end)` over for sending; they are copied before it returns.
	 * Returns false, having sent nothing, while not connected or while the client's fixed budget of bytes in flight is
	 * used up (a message that is larger than the whole budget never fits). QoS 1 is acknowledged or lost with the connection: whoever publishes state publishes it again on connect.
	 */
	publish(topic: string, bytes: Uint8Array, offset: number, end: number, qos: MqttQos, retain: boolean): boolean;
	/**
	 * Publishes a message that may be larger than the whole budget: its payload is asked for as room comes, from this call on
	 * until `payload.length` bytes are through or the session ends. Until then `publish` and `publishStream` return false;
	 * when it is through, `onWritable` follows. QoS 1 as with `publish`.
	 * Returns false, having asked for nothing, while not connected or without room for the beginning.
	 */
	publishStream(topic: string, payload: MqttPayload, qos: MqttQos, retain: boolean): boolean;
	/** Ignored while not connected: a session is clean, so its owner subscribes in `onConnected`. */
	subscribe(topic: string, qos: MqttQos): void;
	/**
	 * Sends what was published and DISCONNECT, so that the will is not published.
	 * With `abort`, or in the middle of a streamed message, the connection is dropped at once, and the broker publishes the will.
	 * Idempotent, safe in every state; no callback after it.
	 */
	close(abort?: boolean): void;
}

/** Never throws and never calls back before it has returned: what cannot work ends in `onDisconnected`. */
export type ConnectMqtt = (options: MqttConnectOptions) => MqttConnection;
