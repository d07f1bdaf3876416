import type { Timers } from "../../src/ports/clock.js";
import type {
	ConnectMqtt,
	MqttConnection,
	MqttConnectOptions,
	MqttDisconnectReason,
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
	readonly #retained: Map<string, string>;

	constructor(options: MqttConnectOptions, retained: Map<string, string>) {
		this.options = options;
		this.#retained = retained;
	}

	publish(topic: string, bytes: Uint8Array, offset: number, end: number, qos: MqttQos, retain: boolean): boolean {
		if (this.state !== "connected") {
			this.misuses++;
			return false;
		}
		if (this.room < 1) {
			this.refusals++;
			return false;
		}
		this.room--;
		const text = decoder.decode(bytes.subarray(offset, end));
		this.published.push({ topic, text, qos, retain });
		if (retain) this.#retained.set(topic, text);
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

	#publishWill(): void {
		const { topic, payload, retain } = this.options.will;
		if (retain) this.#retained.set(topic, payload);
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
		const connection = new FakeMqttConnection(options, this.retained);
		connection.room = this.room;
		this.#last = connection;
		if (this.answer !== "manual") {
			const answer = this.answer;
			this.#timers.after(this.latencyMs, () => (answer === "accept" ? connection.accept() : connection.lose(answer)));
		}
		return connection;
	};
}
