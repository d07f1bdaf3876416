import host from "platform/moddable/chip/host";
import { SecureSocket } from "platform/moddable/chip/tls";
import type { TimerHandle } from "../../ports/clock.js";
import type {
	ConnectMqtt,
	MqttConnection,
	MqttConnectOptions,
	MqttPayload,
	MqttQos,
	MqttTls,
} from "../../ports/mqtt-client.js";
import {
	type ControlMessage,
	type DriverMqtt,
	type DriverMqttTarget,
	type MessagePart,
	openDriverMqtt,
} from "./driver-mqtt.js";
import { describeError } from "./guard.js";
import { explainConnack, explainFailure, type MqttFailure, type MqttPhase } from "./mqtt-failure.js";
import { MqttSocket, type MqttSocketOwner, QueueStore } from "./mqtt-socket.js";
import { MqttStream, PIECE_BYTES } from "./mqtt-stream.js";
import { MqttWindow } from "./mqtt-window.js";
import { decodeCertificatePem } from "./pem.js";
import type { TcpContext } from "./tcp-stream.js";

export type MqttClientLimits = {
	/** Bytes of messages that wait for the network or, at QoS 1, for their acknowledgement; default 4096. */
	readonly maxBytesInFlight?: number;
	/** Unacknowledged QoS 1 messages; default 16. */
	readonly maxMessagesInFlight?: number;
	/** Longest payload that is passed on, the rest is dropped; default 1024. */
	readonly maxPayloadBytes?: number;
};

const MAX_BYTES_IN_FLIGHT = 4096;
/** Type, length and packet identifier around topic and payload, rounded up (MQTT 3.1.1 §2.2, §3.3). */
const OVERHEAD_BYTES = 9;
/** Room in the queue for the client's own packets: CONNECT with will, user and password, pings, acknowledgements. */
const RESERVE_BYTES = 512;
const CONNACK = 2;
const PUBACK = 4;
const SUBSCRIBE = 8;
/** MQTT 3.1.1 §3.14, written past the client: it cannot before CONNACK. */
const DISCONNECT = Object.freeze([0xe0, 0x00]);
/** A peer that does not take our last bytes for this long loses them. */
const CLOSE_DEADLINE_MS = 1000;

/** The SDK's client wants a resolver: we have looked the name up already, so that nothing of it can come too late. */
class KnownAddress {
	readonly #address: string;

	constructor(options: { readonly address: string }) {
		this.#address = options.address;
	}

	resolve(options: { readonly host: string; onResolved(host: string, address: string): void }): void {
		options.onResolved(options.host, this.#address);
	}
}

/** Bytes of a text in UTF-8. */
function textBytes(text: string): number {
	return ArrayBuffer.fromString(text).byteLength;
}

/** One attempt, one session, over the SDK's MQTT client on a socket of ours. */
class ModdableMqttConnection implements MqttConnection, MqttSocketOwner, DriverMqttTarget {
	readonly context: TcpContext;
	readonly tls: MqttTls | undefined;
	readonly queues: QueueStore;
	authority: ArrayBuffer | undefined;
	readonly #options: MqttConnectOptions;
	readonly #where: string;
	readonly #maxPayloadBytes: number;
	readonly #window: MqttWindow;
	#phase: MqttPhase | "ended" = "awaiting-address";
	#client: DriverMqtt | undefined;
	#socket: MqttSocket | undefined;
	#deadline: TimerHandle | undefined;
	#packetId = 0;
	readonly #stream = new MqttStream();
	/** Subscriptions made while a message is streamed: as many as the owner's topics. */
	readonly #subscriptions: { readonly topic: string; readonly qos: MqttQos }[] = [];
	#topic = "";
	#payload: Uint8Array | undefined;
	#payloadEnd = 0;

	constructor(context: TcpContext, options: MqttConnectOptions, limits: MqttClientLimits, queues: QueueStore) {
		this.context = context;
		this.tls = options.tls;
		this.#options = options;
		this.#where = `${options.host}:${options.port}`;
		this.queues = queues;
		const { maxBytesInFlight: maxBytes = MAX_BYTES_IN_FLIGHT } = limits;
		this.#window = new MqttWindow({ maxBytes, maxMessages: limits.maxMessagesInFlight ?? 16 });
		this.#maxPayloadBytes = limits.maxPayloadBytes ?? 1024;
		this.#deadline = context.timers.after(options.connectTimeoutMs, () =>
			this.#end({ reason: "timeout", detail: `no answer from ${this.#where} in ${options.connectTimeoutMs} ms` }),
		);
		const impossible = this.#findImpossible();
		if (impossible !== undefined) context.timers.after(0, () => this.#end(impossible));
		else host.resolve(options.host, context.guard, (address) => this.#open(address));
	}

	publish(topic: string, bytes: Uint8Array, offset: number, end: number, qos: MqttQos, retain: boolean): boolean {
		const client = this.#client;
		if (this.#phase !== "connected" || client === undefined) return false;
		const sizeBytes = textBytes(topic) + (end - offset) + OVERHEAD_BYTES;
		if (!this.#window.fits(sizeBytes, qos, this.#freeBytes)) {
			this.#window.want(sizeBytes, qos);
			return false;
		}
		const id = this.#nextPacketId();
		try {
			client.write(bytes.subarray(offset, end), { topic, QoS: qos, retain, id });
		} catch (error) {
			return this.#failLater(error);
		}
		this.#window.count(id, sizeBytes, qos);
		return true;
	}

	publishStream(topic: string, payload: MqttPayload, qos: MqttQos, retain: boolean): boolean {
		const client = this.#client;
		if (this.#phase !== "connected" || client === undefined) return false;
		const headBytes = textBytes(topic) + OVERHEAD_BYTES;
		if (!this.#window.fits(headBytes + PIECE_BYTES, qos, this.#freeBytes)) {
			this.#window.want(headBytes + PIECE_BYTES, qos);
			return false;
		}
		const id = this.#nextPacketId();
		try {
			this.#stream.begin(client, payload, { topic, QoS: qos, retain, id });
		} catch (error) {
			return this.#failLater(error);
		}
		this.#window.count(id, headBytes, qos);
		this.#window.want(headBytes, qos);
		// The rest follows when the queue is with the driver.
		return true;
	}

	subscribe(topic: string, qos: MqttQos): void {
		if (this.#phase !== "connected") return;
		if (this.#stream.isUnderWay) {
			this.#subscriptions.push({ topic, qos });
			return;
		}
		try {
			const id = this.#nextPacketId();
			this.#client?.write(undefined, { operation: SUBSCRIBE, id, items: [{ topic, QoS: qos }] });
		} catch (error) {
			this.#failLater(error);
		}
	}

	close(abort = false): void {
		if (this.#phase === "ended") return;
		const hasSession = this.#phase === "awaiting-connack" || this.#phase === "connected";
		// In the middle of a message DISCONNECT would be a part of it.
		const isCut = abort || this.#stream.bytesLeft > 0;
		this.#phase = "ended";
		this.#deadline?.cancel();
		this.#client?.close();
		this.#client = undefined;
		const socket = this.#socket;
		if (socket === undefined) return;
		if (isCut || !hasSession) {
			socket.end(isCut);
			return;
		}
		socket.write(Uint8Array.from(DISCONNECT));
		this.#deadline = this.context.timers.after(CLOSE_DEADLINE_MS, () => socket.end(true));
		socket.flush();
	}

	onSocketMade(socket: MqttSocket): void {
		this.#socket = socket;
	}

	onTcpConnected(): void {
		if (this.#phase === "awaiting-tcp" && this.tls !== undefined) this.#phase = "awaiting-tls";
	}

	onSocketReady(): void {
		if (this.#phase === "awaiting-tcp" || this.#phase === "awaiting-tls") this.#phase = "awaiting-connack";
	}

	/** The client says neither that something is no MQTT nor why a broker refuses: CONNACK is four bytes. */
	onFirstByte(index: number, byte: number): void {
		if (this.#phase !== "awaiting-connack") return;
		if (index === 0 && byte !== 0x20) {
			const detail = `${this.#where} answered with something that is not MQTT: is it the broker's port?`;
			this.#end({ reason: "refused", detail });
		}
		if (index === 3 && byte !== 0) this.#end(explainConnack(byte));
	}

	onDrained(): void {
		this.#window.drain();
		if (this.#phase === "ended") {
			this.#deadline?.cancel();
			this.#socket?.end(false);
			return;
		}
		if (!this.#stream.isUnderWay || this.#continueStream()) this.#wake();
	}

	onSocketFailed(why: unknown): void {
		if (this.#phase === "ended") {
			this.#deadline?.cancel();
			this.#socket?.end(true);
			return;
		}
		this.#end(explainFailure(this.#phase, this.#where, why === undefined ? "" : describeError(why)));
	}

	/** Not while the owner is in the middle of a call. */
	#failLater(error: unknown): false {
		this.context.timers.after(0, () => this.onSocketFailed(error));
		return false;
	}

	#findImpossible(): MqttFailure | undefined {
		const { port, tls } = this.#options;
		if (!(port >= 1 && port <= 65_535)) {
			const detail = `no broker at ${this.#where}: the port is not between 1 and 65535`;
			return { reason: "unreachable", detail };
		}
		if (tls !== undefined && SecureSocket === undefined) {
			const detail = `${this.#where} is not asked: this firmware was built without TLS`;
			return { reason: "tls", detail };
		}
		const pem = tls?.certificateAuthorityPem;
		if (pem === undefined) return undefined;
		this.authority = decodeCertificatePem(pem)?.buffer;
		if (this.authority !== undefined) return undefined;
		return { reason: "tls", detail: "the authority's certificate is not PEM text" };
	}

	#open(address: string | undefined): void {
		if (this.#phase !== "awaiting-address") return;
		if (address === undefined) {
			this.#end(explainFailure(this.#phase, this.#where, ""));
			return;
		}
		this.#phase = "awaiting-tcp";
		const { host: hostName, port, clientId, username, password, keepAliveMs, will } = this.#options;
		const options = {
			host: hostName,
			port,
			id: clientId,
			clean: true,
			...(username === undefined ? {} : { user: username, ...(password === undefined ? {} : { password }) }),
			keepAlive: keepAliveMs,
			will: { topic: will.topic, message: will.payload, QoS: will.qos, retain: will.retain },
			dns: { io: KnownAddress, address },
			socket: { io: MqttSocket, owner: this },
		};
		this.#client = openDriverMqtt(options, this);
	}

	/** Of the client itself, not of the socket: no ping came back, or the broker breaks the protocol. */
	onClientError(): void {
		if (this.#phase === "connected") this.#end({ reason: "timeout", detail: `${this.#where} no longer answers` });
		else this.onSocketFailed(undefined);
	}

	/** For the client. */
	onControl({ operation, id }: ControlMessage): void {
		if (operation === CONNACK && this.#phase === "awaiting-connack") {
			this.#phase = "connected";
			this.#deadline?.cancel();
			this.context.guard.run("mqtt onConnected", () => this.#options.onConnected());
		} else if (operation === PUBACK && this.#window.acknowledge(id)) this.#wake();
	}

	/** For the client. */
	onMessagePart(count: number, { topic, byteLength: totalBytes = 0, more }: MessagePart): void {
		if (topic !== undefined) {
			this.#topic = topic;
			this.#payloadEnd = 0;
			this.#payload = totalBytes > this.#maxPayloadBytes ? undefined : new Uint8Array(totalBytes);
		}
		const part = this.#payload?.subarray(this.#payloadEnd, this.#payloadEnd + count) ?? new Uint8Array(count);
		this.#client?.read(part);
		this.#payloadEnd += count;
		const payload = this.#payload;
		if (more || payload === undefined || this.#phase !== "connected") return;
		this.#payload = undefined;
		this.context.guard.run("mqtt onMessage", () => this.#options.onMessage(this.#topic, payload));
	}

	#nextPacketId(): number {
		this.#packetId = this.#packetId >= 65_535 ? 1 : this.#packetId + 1;
		return this.#packetId;
	}

	/** Fills the queue with the streamed message; true when it is through. */
	#continueStream(): boolean {
		const client = this.#client;
		const socket = this.#socket;
		if (client === undefined || socket === undefined) return false;
		try {
			if (!this.#stream.proceed(client, socket.freeBytes - RESERVE_BYTES)) return false;
		} catch (error) {
			return this.#failLater(error);
		}
		for (const { topic, qos } of this.#subscriptions.splice(0)) this.subscribe(topic, qos);
		return true;
	}

	/** What the queue takes of a message; nothing while another is streamed. */
	get #freeBytes(): number {
		if (this.#stream.isUnderWay || this.#socket === undefined) return 0;
		return this.#socket.freeBytes - OVERHEAD_BYTES;
	}

	#wake(): void {
		if (this.#phase !== "connected" || !this.#window.takeWanted(this.#freeBytes)) return;
		this.context.guard.run("mqtt onWritable", () => this.#options.onWritable());
	}

	#end(failure: MqttFailure): void {
		if (this.#phase === "ended") return;
		this.#phase = "ended";
		this.#deadline?.cancel();
		this.#socket?.end(true);
		this.#client?.close();
		this.#client = undefined;
		this.context.guard.run("mqtt onDisconnected", () => this.#options.onDisconnected(failure.reason, failure.detail));
	}
}

/**
 * Makes the device's {@link ConnectMqtt} over the SDK's MQTT client (3.1.1). Its TLS is 1.2, and trusts a broker
 * that sends its whole chain, up to an authority whose certificate has an authority key identifier (openssl's default). A message
 * that is larger than `maxBytesInFlight` never fits.
 */
export function createConnectMqtt(context: TcpContext, limits: MqttClientLimits = {}): ConnectMqtt {
	const queues = new QueueStore((limits.maxBytesInFlight ?? MAX_BYTES_IN_FLIGHT) + RESERVE_BYTES);
	return (options) => new ModdableMqttConnection(context, options, limits, queues);
}
