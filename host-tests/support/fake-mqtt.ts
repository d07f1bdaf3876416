import type { Timers } from "../../src/ports/clock.js";
import type {
	ConnectMqtt,
	MqttConnection,
	MqttConnectOptions,
	MqttDisconnectReason,
	MqttPayload,
	MqttQos,
} from "../../src/ports/mqtt-client.js";

export type FakePublish = {
	readonly topic: string;
	readonly text: string;
	readonly qos: MqttQos;
	readonly retain: boolean;
};

const decoder = new TextDecoder();

/** One connection attempt at a {@link FakeMqtt}. */
export class FakeMqttConnection implements MqttConnection {
	readonly options: MqttConnectOptions;
	readonly published: FakePublish[] = [];
	readonly subscriptions: string[] = [];
	/** How many more messages fit. */
	room = Number.POSITIVE_INFINITY;
	state: "connecting" | "connected" | "disconnected" | "closed" | "aborted" = "connecting";
	/** Calls of `publish` while there was no session: always a mistake of the caller. */
	misuses = 0;
	/** Calls of `publish` for which there was no room. */
	refusals = 0;
	/** Bytes that a streamed message is asked for at a time, one piece each millisecond. */
	pieceBytes = 1000;
	/** A streamed message is under way. */
	isStreaming = false;
	readonly #retained: Map<string, string>;
	readonly #timers: Timers;

	constructor(options: MqttConnectOptions, retained: Map<string, string>, timers: Timers) {
		this.options = options;
		this.#retained = retained;
		this.#timers = timers;
	}

	publish(topic: string, bytes: Uint8Array, offset: number, end: number, qos: MqttQos, retain: boolean): boolean {
		if (this.state !== "connected") {
			this.misuses++;
			return false;
		}
		if (this.room < 1 || this.isStreaming) {
			this.refusals++;
			return false;
		}
		this.room--;
		this.#deliverAtBroker(topic, decoder.decode(bytes.subarray(offset, end)), qos, retain);
		return true;
	}

	publishStream(topic: string, payload: MqttPayload, qos: MqttQos, retain: boolean): boolean {
		if (this.state !== "connected") {
			this.misuses++;
			return false;
		}
		if (this.room < 1 || this.isStreaming) {
			this.refusals++;
			return false;
		}
		this.room--;
		this.isStreaming = true;
		// Bytes around them, which must stay as they are.
		const bytes = new Uint8Array(payload.length + 2).fill(0x3f);
		let at = 1;
		const readPiece = (): void => {
			if (this.state !== "connected") return;
			const count = payload.read(bytes, at, Math.min(at + this.pieceBytes, bytes.length - 1));
			if (!(count >= 1 && count <= this.pieceBytes)) throw new RangeError(`a piece of ${count} bytes`);
			at += count;
			if (bytes.at(-1) !== 0x3f || (at < bytes.length && bytes[at] !== 0x3f)) throw new RangeError("written too far");
			if (at < bytes.length - 1) {
				this.#timers.after(1, readPiece);
				return;
			}
			this.isStreaming = false;
			this.#deliverAtBroker(topic, decoder.decode(bytes.subarray(1, -1)), qos, retain);
			this.options.onWritable();
		};
		this.#timers.after(1, readPiece);
		return true;
	}

	subscribe(topic: string): void {
		if (this.state === "connected") this.subscriptions.push(topic);
	}

	close(abort = false): void {
		if (this.state === "connected" && abort) this.#publishWill();
		if (this.state !== "disconnected") this.state = abort ? "aborted" : "closed";
	}

	accept(): void {
		if (this.state !== "connecting") return;
		this.state = "connected";
		this.options.onConnected();
	}

	/** Ends the attempt or the session from outside. */
	lose(reason: MqttDisconnectReason = "closed"): void {
		if (this.state !== "connecting" && this.state !== "connected") return;
		if (this.state === "connected") this.#publishWill();
		this.state = "disconnected";
		this.options.onDisconnected(reason, `lost: ${reason}`);
	}

	/** Makes room for `messages` more, and says so. */
	makeRoom(messages: number): void {
		this.room = messages;
		if (this.state === "connected") this.options.onWritable();
	}

	deliver(topic: string, text: string): void {
		if (this.state === "connected") this.options.onMessage(topic, new TextEncoder().encode(text));
	}

	#deliverAtBroker(topic: string, text: string, qos: MqttQos, retain: boolean): void {
		this.published.push({ topic, text, qos, retain });
		if (retain) this.#retain(topic, text);
	}

	/** MQTT 3.1.1 §3.3.1.3: an empty payload removes what was kept. */
	#retain(topic: string, text: string): void {
		if (text === "") this.#retained.delete(topic);
		else this.#retained.set(topic, text);
	}

	#publishWill(): void {
		const { topic, payload, retain } = this.options.will;
		if (retain) this.#retain(topic, payload);
	}
}

/** A broker that a test holds in its hand. */
export class FakeMqtt {
	/** What comes of an attempt, `latencyMs` after it; `manual` leaves it to the test. */
	answer: "accept" | "manual" | MqttDisconnectReason = "accept";
	/** Room of each new connection, in messages. */
	room = Number.POSITIVE_INFINITY;
	latencyMs = 10;
	attempts = 0;
	/** Attempts that began while another was open: always a mistake of the caller. */
	overlaps = 0;
	/** Retained messages by topic. */
	readonly retained = new Map<string, string>();
	#last: FakeMqttConnection | undefined;
	readonly #timers: Timers;

	constructor(timers: Timers) {
		this.#timers = timers;
	}

	/** The newest attempt; throws while there is none. */
	get connection(): FakeMqttConnection {
		if (this.#last === undefined) throw new Error("no attempt yet");
		return this.#last;
	}

	readonly connect: ConnectMqtt = (options) => {
		this.attempts++;
		if (this.#last?.state === "connecting" || this.#last?.state === "connected") this.overlaps++;
		const connection = new FakeMqttConnection(options, this.retained, this.#timers);
		connection.room = this.room;
		this.#last = connection;
		if (this.answer !== "manual") {
			const answer = this.answer;
			this.#timers.after(this.latencyMs, () => (answer === "accept" ? connection.accept() : connection.lose(answer)));
		}
		return connection;
	};
}
