import { createServer } from "node:net";
import { afterAll, afterEach, beforeAll } from "vitest";
import type { ConnectMqtt, MqttConnection, MqttConnectOptions, MqttQos } from "../../../src/ports/mqtt-client.js";
import {
	type MqttObserver,
	observeMqtt,
	type RecordedConnection,
	recordConnection,
} from "../../support/mqtt-observer.js";

export type ContractBrokerOptions = {
	readonly credentials?: { readonly username: string; readonly password: string };
	readonly tls?: { readonly certificatePem: string; readonly keyPem: string };
};

export interface ContractBroker {
	readonly port: number;
	/** Ends it without a word to its clients. */
	kill(): Promise<void>;
}

export type MqttContractSetup = {
	/** Implementation and broker, for the report. */
	readonly name: string;
	/** The implementation with this budget of bytes and of unacknowledged QoS 1 messages. */
	createConnectMqtt(limits: { readonly maxBytesInFlight: number; readonly maxMessagesInFlight: number }): ConnectMqtt;
	startBroker(options: ContractBrokerOptions): Promise<ContractBroker>;
};

/** The budget that the contract measures with. */
export const MAX_BYTES = 16_384;
export const MAX_MESSAGES = 8;
export const CREDENTIALS = { username: "meter", password: "correct horse battery staple" };

const encoder = new TextEncoder();

/** Publishes the text with other bytes around it, which must not be sent. */
export function publishText(
	connection: MqttConnection,
	topic: string,
	text: string,
	qos: MqttQos = 1,
	retain = false,
): boolean {
	const bytes = encoder.encode(`<<${text}>>`);
	const isTaken = connection.publish(topic, bytes, 2, bytes.length - 2, qos, retain);
	// The implementation has copied them, or sends rubbish.
	bytes.fill(0x3f);
	return isTaken;
}

/** What the contract's tests share: a broker for the suite, and things that are put away after each test. */
export class MqttContractBench {
	readonly setup: MqttContractSetup;
	readonly connectMqtt: ConnectMqtt;
	/** Run after the test, the last one first. */
	readonly cleanUps: (() => unknown)[] = [];
	#broker: ContractBroker | undefined;

	/** Call it inside `describe`: it sets the suite's hooks. */
	constructor(setup: MqttContractSetup) {
		this.setup = setup;
		this.connectMqtt = setup.createConnectMqtt({ maxBytesInFlight: MAX_BYTES, maxMessagesInFlight: MAX_MESSAGES });
		beforeAll(async () => {
			this.#broker = await setup.startBroker({});
		});
		afterEach(async () => {
			for (const cleanUp of this.cleanUps.splice(0).reverse()) await cleanUp();
		});
		afterAll(() => this.#broker?.kill());
	}

	/** The suite's broker, without password and TLS. */
	get broker(): ContractBroker {
		if (this.#broker === undefined) throw new Error("the broker has not started");
		return this.#broker;
	}

	/** Begins a connection to the suite's broker, unless `overrides` say otherwise. */
	open(overrides: Partial<MqttConnectOptions> = {}): RecordedConnection {
		const recorded = recordConnection(this.connectMqtt, { port: this.broker.port, ...overrides });
		this.cleanUps.push(() => recorded.connection.close(true));
		return recorded;
	}

	async openConnected(overrides: Partial<MqttConnectOptions> = {}): Promise<RecordedConnection> {
		const recorded = this.open(overrides);
		await recorded.waitForEvent("connected");
		return recorded;
	}

	async observe(filter: string): Promise<MqttObserver> {
		const observer = await observeMqtt(this.broker.port, filter);
		this.cleanUps.push(() => observer.close());
		return observer;
	}

	async startOther(options: ContractBrokerOptions): Promise<ContractBroker> {
		const other = await this.setup.startBroker(options);
		this.cleanUps.push(() => other.kill());
		return other;
	}

	/** Starts a server that takes connections and does with their bytes as it is told; returns its port. */
	listen(onBytes: (answer: (bytes: Uint8Array) => void, end: () => void) => void): Promise<number> {
		const server = createServer((socket) => {
			socket.on("error", () => {});
			socket.on("data", () =>
				onBytes(
					(bytes) => socket.write(bytes),
					() => socket.end(),
				),
			);
			this.cleanUps.push(() => socket.destroy());
		});
		this.cleanUps.push(() => server.close());
		return new Promise((resolve) => {
			server.listen(0, "127.0.0.1", () => {
				const address = server.address();
				resolve(typeof address === "object" && address !== null ? address.port : 0);
			});
		});
	}

	/** Long enough for what must not come to come. */
	settle(): Promise<void> {
		return new Promise((resolve) => setTimeout(resolve, 60));
	}
}
