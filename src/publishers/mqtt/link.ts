import type { Clock, Random, TimerHandle, Timers } from "../../ports/clock.js";
import type { Log } from "../../ports/log.js";
import type {
	ConnectMqtt,
	MqttConnection,
	MqttConnectOptions,
	MqttDisconnectReason,
	MqttPayload,
	MqttQos,
	MqttTls,
	MqttWill,
} from "../../ports/mqtt-client.js";
import { Backoff } from "../../services/backoff.js";
import type { NetworkListener } from "../../services/network/types.js";

export type MqttBroker = {
	readonly host: string;
	readonly port: number;
	/** Absent: no TLS. */
	readonly tls?: MqttTls;
	/** At most 23 letters and digits, which every broker takes (MQTT 3.1.1 §3.1.3.1); one per device. */
	readonly clientId: string;
	readonly username?: string;
	readonly password?: string;
	/** Silence after which the broker is asked; it publishes the will after 1.5 times that. Default 30000. */
	readonly keepAliveMs?: number;
	/** From the call to CONNACK, name look-up and TLS included. Default 20000. */
	readonly connectTimeoutMs?: number;
};

/** A network that comes and goes, as an {@link MqttLink} knows it. */
export interface MqttNetwork {
	isConnected(): boolean;
	/** Called once, when the link is made. */
	listen(listener: Pick<NetworkListener, "onConnected" | "onDisconnected">): void;
}

export type MqttLinkOptions = {
	readonly connectMqtt: ConnectMqtt;
	readonly clock: Clock;
	readonly timers: Timers;
	readonly random: Random;
	readonly log: Log;
	readonly broker: MqttBroker;
	/** Nothing is tried while it is away, and at once when it comes. Absent: it is always there. */
	readonly network?: MqttNetwork;
	/** Shortest and longest time between two attempts. Defaults 1000 and 60000. */
	readonly reconnectFirstMs?: number;
	readonly reconnectCapMs?: number;
	/** A connection that lasted this long starts the delays over. Default 30000. */
	readonly stableAfterMs?: number;
};

export interface MqttLinkHandler {
	onConnected(): void;
	/** A session ended; not called for an attempt that failed, nor after `close`. */
	onDisconnected(): void;
	onMessage(topic: string, payload: Uint8Array): void;
	onWritable(): void;
}

export type MqttLinkState = "closed" | "connecting" | "connected" | "awaiting-retry";

/** Counters since the start; they only grow. */
export type MqttLinkStatus = {
	readonly state: MqttLinkState;
	/** Sessions that began. */
	readonly connects: number;
	/** Sessions that ended otherwise than by us. */
	readonly disconnects: number;
	/** Attempts that led to no session. */
	readonly failures: number;
	/** Why the last session or attempt ended; absent while none has. */
	readonly lastReason: MqttDisconnectReason | undefined;
	/** The same for people; holds no secret. */
	readonly lastDetail: string;
};

const KEEP_ALIVE_MS = 30_000;
const RECONNECT_CAP_MS = 60_000;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** One broker, one session at a time, tried again for as long as it is open. */
export class MqttLink {
	readonly #options: MqttLinkOptions;
	readonly #will: MqttWill;
	readonly #handler: MqttLinkHandler;
	readonly #backoff: Backoff;
	readonly #status: Mutable<MqttLinkStatus> = {
		state: "closed",
		connects: 0,
		disconnects: 0,
		failures: 0,
		lastReason: undefined,
		lastDetail: "",
	};
	#connection: MqttConnection | undefined;
	#attempt: Attempt | undefined;
	#retryTimer: TimerHandle | undefined;
	#connectedAtMs = 0;
	/** Since when there is no network; NaN while there is one. */
	#awaySinceMs = Number.NaN;
	/** Ours, when the network came last. */
	#ipAddress = "";
	/** What the log said last, so that a month without a broker is one line. */
	#loggedReason: MqttDisconnectReason | undefined;

	constructor(options: MqttLinkOptions, will: MqttWill, handler: MqttLinkHandler) {
		this.#options = options;
		this.#will = will;
		this.#handler = handler;
		this.#backoff = new Backoff({
			firstMs: options.reconnectFirstMs ?? 1000,
			capMs: options.reconnectCapMs ?? RECONNECT_CAP_MS,
			random: options.random,
		});
		options.network?.listen({
			onConnected: (ipAddress) => this.#onNetwork(ipAddress),
			onDisconnected: () => {
				this.#awaySinceMs = options.clock.monotonicMs();
			},
		});
	}

	/** The live counters: read them, do not keep them. */
	get status(): MqttLinkStatus {
		return this.#status;
	}

	/** Begins to connect; without effect while it is open. */
	open(): void {
		if (this.#status.state === "closed") this.#connect();
	}

	/** As in the port: false, having sent nothing, without a session or without room. */
	publish(topic: string, bytes: Uint8Array, offset: number, end: number, qos: MqttQos, retain: boolean): boolean {
		if (this.#status.state !== "connected" || this.#connection === undefined) return false;
		return this.#connection.publish(topic, bytes, offset, end, qos, retain);
	}

	/** As in the port: false, having asked for nothing, without a session or without room. */
	publishStream(topic: string, payload: MqttPayload, qos: MqttQos, retain: boolean): boolean {
		if (this.#status.state !== "connected" || this.#connection === undefined) return false;
		return this.#connection.publishStream(topic, payload, qos, retain);
	}

	/** As in the port: without effect while there is no session. */
	subscribe(topic: string, qos: MqttQos): void {
		if (this.#status.state === "connected") this.#connection?.subscribe(topic, qos);
	}

	/** Ends the session and the attempts; see the port for `abort`. Idempotent; no callback comes after it. */
	close(abort = false): void {
		this.#status.state = "closed";
		this.#retryTimer?.cancel();
		this.#retryTimer = undefined;
		const connection = this.#connection;
		this.#connection = undefined;
		connection?.close(abort);
		this.#backoff.reset();
	}

	/** The network has come, or its address is another one. */
	#onNetwork(ipAddress: string): void {
		const awayMs = this.#options.clock.monotonicMs() - this.#awaySinceMs;
		const isOther = ipAddress !== this.#ipAddress;
		this.#awaySinceMs = Number.NaN;
		this.#ipAddress = ipAddress;
		const { state } = this.#status;
		if (state === "closed") return;
		// TCP mends a short outage by itself, but not another address of ours. After a longer one the broker has given the
		// session up (MQTT 3.1.1 §3.1.2.10).
		const isLost = isOther || awayMs >= 1.5 * (this.#options.broker.keepAliveMs ?? KEEP_ALIVE_MS);
		if (state === "connected" && !isLost) return;
		this.#backoff.reset();
		this.#connection?.close(true);
		this.#connection = undefined;
		if (state === "connected") this.onDisconnected("timeout", "the network was away, or is another one");
		else this.#retryAfter(this.#backoff.nextDelayMs());
	}

	#retryAfter(delayMs: number): void {
		this.#status.state = "awaiting-retry";
		this.#retryTimer?.cancel();
		this.#retryTimer = this.#options.timers.after(delayMs, () => this.#connect());
	}

	#connect(): void {
		const { broker, connectMqtt, network, reconnectCapMs = RECONNECT_CAP_MS } = this.#options;
		if (network?.isConnected() === false) {
			this.#retryAfter(reconnectCapMs);
			return;
		}
		this.#status.state = "connecting";
		const attempt = new Attempt(this, broker, this.#will);
		this.#attempt = attempt;
		this.#connection = connectMqtt(attempt);
	}

	/** For an {@link Attempt}: what the link's handler is to hear, unless it is over. */
	handlerFor(attempt: Attempt): MqttLinkHandler | undefined {
		return this.#connection !== undefined && this.#attempt === attempt ? this.#handler : undefined;
	}

	/** For an {@link Attempt}. */
	onConnected(): void {
		const { clock, log, broker } = this.#options;
		this.#status.state = "connected";
		this.#status.connects++;
		this.#connectedAtMs = clock.monotonicMs();
		this.#loggedReason = undefined;
		log.info(`MQTT: connected to ${broker.host}:${broker.port}`);
		this.#handler.onConnected();
	}

	/** For an {@link Attempt}. */
	onDisconnected(reason: MqttDisconnectReason, detail: string): void {
		const { clock, log, stableAfterMs = 30_000 } = this.#options;
		const hadSession = this.#status.state === "connected";
		this.#connection = undefined;
		this.#status.lastReason = reason;
		this.#status.lastDetail = detail;
		if (hadSession) {
			this.#status.disconnects++;
			if (clock.monotonicMs() - this.#connectedAtMs >= stableAfterMs) this.#backoff.reset();
		} else {
			this.#status.failures++;
		}
		if (reason === "not-authorized") this.#backoff.jumpToCap();
		if (this.#loggedReason !== reason) log.warn(`MQTT: ${detail} (${reason}); trying again`);
		this.#loggedReason = reason;
		this.#retryAfter(this.#backoff.nextDelayMs());
		if (hadSession) this.#handler.onDisconnected();
	}
}

/** One attempt at a session, as the port's options for it: what it is called for counts while it is the link's last one. */
class Attempt implements MqttConnectOptions {
	readonly host: string;
	readonly port: number;
	readonly tls: MqttTls | undefined;
	readonly clientId: string;
	readonly username: string | undefined;
	readonly password: string | undefined;
	readonly keepAliveMs: number;
	readonly connectTimeoutMs: number;
	readonly will: MqttWill;
	readonly #link: MqttLink;

	constructor(link: MqttLink, broker: MqttBroker, will: MqttWill) {
		this.#link = link;
		this.host = broker.host;
		this.port = broker.port;
		this.tls = broker.tls;
		this.clientId = broker.clientId;
		this.username = broker.username;
		this.password = broker.password;
		this.keepAliveMs = broker.keepAliveMs ?? KEEP_ALIVE_MS;
		this.connectTimeoutMs = broker.connectTimeoutMs ?? 20_000;
		this.will = will;
	}

	onConnected(): void {
		if (this.#link.handlerFor(this) !== undefined) this.#link.onConnected();
	}

	onDisconnected(reason: MqttDisconnectReason, detail: string): void {
		if (this.#link.handlerFor(this) !== undefined) this.#link.onDisconnected(reason, detail);
	}

	onMessage(topic: string, payload: Uint8Array): void {
		this.#link.handlerFor(this)?.onMessage(topic, payload);
	}

	onWritable(): void {
		this.#link.handlerFor(this)?.onWritable();
	}
}
