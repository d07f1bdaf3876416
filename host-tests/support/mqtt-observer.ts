import { Socket } from "node:net";
import { connectAsync, type IClientOptions } from "mqtt";
import { vi } from "vitest";
import type {
	ConnectMqtt,
	MqttConnection,
	MqttConnectOptions,
	MqttDisconnectReason,
} from "../../src/ports/mqtt-client.js";

export type ObservedMessage = { readonly topic: string; readonly payload: string; readonly retain: boolean };

/** Somebody else at the broker, who reads (and writes) what a test needs. */
export interface MqttObserver {
	/** In the order of arrival. */
	readonly messages: readonly ObservedMessage[];
	waitFor(topic: string, payload: string): Promise<ObservedMessage>;
	/** Waits for as long as it takes: the test's own time limit counts. Looks when a message comes. */
	until(condition: () => boolean): Promise<void>;
	publish(topic: string, payload: string, retain?: boolean): Promise<void>;
	close(): Promise<void>;
}

/** Connects over MQTT.js and subscribes at QoS 1 to `filter`. */
export async function observeMqtt(port: number, filter = "#", options: IClientOptions = {}): Promise<MqttObserver> {
	const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0, ...options }, false);
	if (client.stream instanceof Socket) client.stream.setNoDelay(true);
	const messages: ObservedMessage[] = [];
	const waiting = new Set<() => void>();
	client.on("message", (topic, payload, packet) => {
		messages.push({ topic, payload: payload.toString(), retain: packet.retain });
		for (const look of waiting) look();
	});
	await client.subscribeAsync(filter, { qos: 1 });
	return {
		messages,
		waitFor: (topic, payload) =>
			vi.waitFor(
				() => {
					const found = messages.find((message) => message.topic === topic && message.payload === payload);
					if (found !== undefined) return found;
					const last = messages.slice(-10).map((message) => `${message.topic} ${message.payload}`);
					throw new Error(`no ${topic} ${payload} among ${messages.length}; the last: ${last.join(", ")}`);
				},
				{ timeout: 15_000, interval: 5 },
			),
		until: (condition) =>
			new Promise((resolve) => {
				const look = (): void => {
					if (!condition()) return;
					waiting.delete(look);
					resolve();
				};
				waiting.add(look);
				look();
			}),
		async publish(topic, payload, retain = false) {
			await client.publishAsync(topic, payload, { qos: 1, retain });
		},
		async close() {
			await client.endAsync(true);
		},
	};
}

/** A connection under test, with everything that it called back. */
export interface RecordedConnection {
	readonly connection: MqttConnection;
	/** Names of the callbacks in their order, such as "connected", "writable", "disconnected unreachable". */
	readonly events: string[];
	readonly messages: ObservedMessage[];
	/** Reason and detail of the end, once it has come. */
	readonly end: { readonly reason: MqttDisconnectReason; readonly detail: string } | undefined;
	waitForEvent(event: string): Promise<void>;
}

const decoder = new TextDecoder();

/** Connects with usual options (`overrides` win) and records the callbacks. */
export function recordConnection(
	connectMqtt: ConnectMqtt,
	overrides: Partial<MqttConnectOptions> & { readonly port: number },
): RecordedConnection {
	const events: string[] = [];
	const messages: ObservedMessage[] = [];
	let end: RecordedConnection["end"];
	const connection = connectMqtt({
		host: "127.0.0.1",
		clientId: "p1-contract",
		keepAliveMs: 60_000,
		connectTimeoutMs: 5000,
		will: { topic: "t/status", payload: "offline", qos: 1, retain: true },
		...overrides,
		onConnected: () => events.push("connected"),
		onDisconnected: (reason, detail) => {
			end = { reason, detail };
			events.push(`disconnected ${reason}`);
		},
		onMessage: (topic, payload) => {
			messages.push({ topic, payload: decoder.decode(payload), retain: false });
		},
		onWritable: () => events.push("writable"),
	});
	return {
		connection,
		events,
		messages,
		get end() {
			return end;
		},
		waitForEvent: (event) =>
			vi.waitFor(
				() => {
					if (!events.includes(event)) throw new Error(`no "${event}"; came: ${events.join(", ")}`);
				},
				{ timeout: 10_000, interval: 2 },
			),
	};
}
