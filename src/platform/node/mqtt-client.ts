import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { MqttClient } from "mqtt";
import type { ConnectMqtt, MqttConnection, MqttConnectOptions, MqttPayload, MqttQos } from "../../ports/mqtt-client.js";
import { explainFailure, type MqttFailure, type MqttPhase } from "./mqtt-failure.js";

export type MqttClientLimits = {
	/** Bytes of messages that are neither with the operating system nor, at QoS 1, acknowledged; default 65536. */
	readonly maxBytesInFlight?: number;
	/** Unacknowledged QoS 1 messages; default 32, well under the packet identifier's 65535. */
	readonly maxMessagesInFlight?: number;
};

/** Type, length and packet identifier around topic and payload, rounded up (MQTT 3.1.1 §2.2, §3.3). */
const OVERHEAD_BYTES = 9;
/** MQTT 3.1.1 §3.14. Written by us: MQTT.js first waits for every acknowledgement, and sends none before CONNACK. */
const DISCONNECT = Uint8Array.of(0xe0, 0x00);
/** A peer that does not take our last bytes for this long loses them. */
const CLOSE_DEADLINE_MS = 1000;

/** One attempt, one session; the socket is ours, MQTT.js speaks the protocol on it. */
class NodeMqttConnection implements MqttConnection {
	readonly #options: MqttConnectOptions;
	readonly #where: string;
	readonly #maxBytes: number;
	readonly #maxMessages: number;
	#phase: MqttPhase | "ended" = "awaiting-tcp";
	#socket: Socket | undefined;
	#client: MqttClient | undefined;
	#connectTimer: NodeJS.Timeout | undefined;
	#unacknowledgedBytes = 0;
	#unacknowledgedMessages = 0;
	/** Size and QoS of the message that did not fit; 0 while the owner waits for nothing. */
	#wantedBytes = 0;
	#wantedQos: MqttQos = 0;
	#isStreaming = false;

	constructor(options: MqttConnectOptions, limits: MqttClientLimits) {
		this.#options = options;
		this.#where = `${options.host}:${options.port}`;
		this.#maxBytes = limits.maxBytesInFlight ?? 65536;
		this.#maxMessages = limits.maxMessagesInFlight ?? 32;
		this.#connectTimer = setTimeout(
			() => this.#end({ reason: "timeout", detail: `no answer from ${this.#where} in ${options.connectTimeoutMs} ms` }),
			options.connectTimeoutMs,
		);
		try {
			this.#open();
		} catch (error) {
			// A port out of range, or an authority that is no PEM. No callback comes from inside the constructor.
			if (options.tls !== undefined && !(error instanceof RangeError)) this.#phase = "awaiting-tls";
			setImmediate(() => this.#fail(error));
		}
	}

	publish(topic: string, bytes: Uint8Array, offset: number, end: number, qos: MqttQos, retain: boolean): boolean {
		if (this.#phase !== "connected" || this.#client === undefined) return false;
		const sizeBytes = Buffer.byteLength(topic) + (end - offset) + OVERHEAD_BYTES;
		if (this.#isStreaming || !this.#fits(sizeBytes, qos)) {
			this.#want(sizeBytes, qos);
			return false;
		}
		this.#send(topic, Buffer.from(bytes.subarray(offset, end)), sizeBytes, qos, retain);
		return true;
	}

	/** MQTT.js wants the whole of a message; a host has the memory. */
	publishStream(topic: string, payload: MqttPayload, qos: MqttQos, retain: boolean): boolean {
		if (this.#phase !== "connected" || this.#client === undefined) return false;
		const headBytes = Buffer.byteLength(topic) + OVERHEAD_BYTES;
		if (this.#isStreaming || !this.#fits(headBytes, qos)) {
			this.#want(headBytes, qos);
			return false;
		}
		const bytes = Buffer.alloc(payload.length);
		for (let end = 0; end < bytes.length; ) end += payload.read(bytes, end, bytes.length);
		this.#send(topic, bytes, headBytes, qos, retain);
		this.#isStreaming = true;
		this.#want(headBytes, qos);
		// Like an implementation that sends piece by piece: not before this returns.
		setImmediate(() => {
			this.#isStreaming = false;
			this.#wake();
		});
		return true;
	}

	subscribe(topic: string, qos: MqttQos): void {
		if (this.#phase === "connected") this.#client?.subscribe(topic, { qos });
	}

	close(abort = false): void {
		if (this.#phase === "ended") return;
		const phase = this.#phase;
		this.#phase = "ended";
		clearTimeout(this.#connectTimer);
		const socket = this.#socket;
		if (socket === undefined) return;
		if (abort || phase === "awaiting-tcp" || phase === "awaiting-tls") {
			socket.destroy();
			return;
		}
		socket.write(DISCONNECT);
		// A broker may take our end of stream before CONNACK for a loss (aedes 1.2 does); DISCONNECT makes it close.
		if (phase === "connected") socket.end();
		const deadline = setTimeout(() => socket.destroy(), CLOSE_DEADLINE_MS);
		socket.once("close", () => clearTimeout(deadline));
	}

	/** MQTT.js starts when the socket is ready and, with TLS, checked: the password goes to no one else. */
	#open(): void {
		const { host, port, tls } = this.#options;
		// A high-water mark of one byte makes "drain" mean "all is written", which is what the budget counts.
		if (tls === undefined) {
			const tcpOptions = { host, port, writableHighWaterMark: 1 };
			this.#socket = connectTcp(tcpOptions);
			this.#socket.once("connect", () => this.#startSession());
		} else {
			const tlsOptions = {
				host,
				port,
				highWaterMark: 1,
				rejectUnauthorized: tls.verify,
				...(isIP(host) === 0 ? { servername: host } : {}),
				...(tls.certificateAuthorityPem === undefined ? {} : { ca: tls.certificateAuthorityPem }),
			};
			this.#socket = connectTls(tlsOptions);
			this.#socket.once("connect", () => {
				if (this.#phase === "awaiting-tcp") this.#phase = "awaiting-tls";
			});
			this.#socket.once("secureConnect", () => this.#startSession());
		}
		this.#socket.setNoDelay(true);
		this.#socket.on("error", (error) => this.#fail(error));
		this.#socket.on("close", () => this.#fail(undefined));
		this.#socket.on("drain", () => this.#wake());
	}

	#startSession(): void {
		const socket = this.#socket;
		if (this.#phase === "ended" || socket === undefined) return;
		this.#phase = "awaiting-connack";
		const { clientId, username, password, will, keepAliveMs, connectTimeoutMs } = this.#options;
		const client = new MqttClient(() => socket, {
			clientId,
			...(username === undefined ? {} : { username, ...(password === undefined ? {} : { password }) }),
			will: { topic: will.topic, payload: Buffer.from(will.payload), qos: will.qos, retain: will.retain },
			keepalive: Math.max(1, Math.ceil(keepAliveMs / 1000)),
			// Ours runs since before the TCP connection and ends first.
			connectTimeout: connectTimeoutMs + 1000,
			protocolVersion: 4,
			clean: true,
			reconnectPeriod: 0,
			resubscribe: false,
			queueQoSZero: false,
			// Otherwise the environment variable DEBUG prints the password.
			log: () => {},
		});
		this.#client = client;
		client.on("error", (error) => this.#fail(error));
		client.on("connect", () => {
			if (this.#phase !== "awaiting-connack") return;
			this.#phase = "connected";
			clearTimeout(this.#connectTimer);
			this.#options.onConnected();
		});
		client.on("message", (topic, payload) => {
			if (this.#phase === "connected") this.#options.onMessage(topic, payload);
		});
	}

	#send(topic: string, payload: Buffer, sizeBytes: number, qos: MqttQos, retain: boolean): void {
		if (qos === 0) {
			this.#client?.publish(topic, payload, { qos, retain });
			return;
		}
		this.#unacknowledgedBytes += sizeBytes;
		this.#unacknowledgedMessages++;
		this.#client?.publish(topic, payload, { qos, retain }, () => {
			this.#unacknowledgedBytes -= sizeBytes;
			this.#unacknowledgedMessages--;
			this.#wake();
		});
	}

	#want(sizeBytes: number, qos: MqttQos): void {
		this.#wantedBytes = sizeBytes;
		this.#wantedQos = qos;
	}

	#fits(sizeBytes: number, qos: MqttQos): boolean {
		if (qos === 1 && this.#unacknowledgedMessages >= this.#maxMessages) return false;
		return (this.#socket?.writableLength ?? 0) + this.#unacknowledgedBytes + sizeBytes <= this.#maxBytes;
	}

	#wake(): void {
		if (this.#phase !== "connected" || this.#isStreaming || this.#wantedBytes === 0) return;
		if (!this.#fits(this.#wantedBytes, this.#wantedQos)) return;
		this.#wantedBytes = 0;
		this.#options.onWritable();
	}

	#fail(error: unknown): void {
		if (this.#phase === "ended") return;
		this.#end(explainFailure(this.#phase, this.#where, error));
	}

	#end(failure: MqttFailure): void {
		if (this.#phase === "ended") return;
		this.#phase = "ended";
		clearTimeout(this.#connectTimer);
		this.#socket?.destroy();
		this.#options.onDisconnected(failure.reason, failure.detail);
	}
}

/**
 * Makes a {@link ConnectMqtt} over MQTT.js with a stated budget of bytes and messages in flight.
 * A message that is larger than `maxBytesInFlight` never fits. */
export function createConnectMqtt(limits: MqttClientLimits = {}): ConnectMqtt {
	return (options) => new NodeMqttConnection(options, limits);
}
