import MQTTClient from "embedded:network/mqtt/client";
import type { StreamWriter } from "./mqtt-stream.js";

/** The SDK's MQTT client as it is in 8.2.3, as far as it is used. */
export interface DriverMqtt extends StreamWriter {
	write(bytes: Uint8Array | undefined, options?: object): number;
	read(bytes: Uint8Array): number | undefined;
	close(): void;
}

/** A part of a message; the first one has the topic, and how many bytes there are in all. */
export type MessagePart = { readonly topic?: string; readonly byteLength?: number; readonly more: boolean };
/** A packet that is no message; `operation` is its type of MQTT 3.1.1 §2.2.1. */
export type ControlMessage = { readonly operation: number; readonly id?: number };

/** Who gets a client's callbacks: the functions are shared, so that a connection costs no closures. */
export interface DriverMqttTarget {
	/** `count` bytes of a message wait, to be read at once. */
	onMessagePart(count: number, part: MessagePart): void;
	onControl(message: ControlMessage): void;
	/** Of the client itself, not of its socket. */
	onClientError(): void;
}

type Targeted = { readonly target: DriverMqttTarget };

const Driver = MQTTClient as unknown as new (options: object) => DriverMqtt;

function onReadable(this: Targeted, count: number, part: MessagePart): void {
	this.target.onMessagePart(count, part);
}
function onControl(this: Targeted, message: ControlMessage): void {
	this.target.onControl(message);
}
function onError(this: Targeted): void {
	this.target.onClientError();
}

/** Makes a client, which connects at once, with callbacks to `target`. @param options - the SDK's, but for the callbacks. */
export function openDriverMqtt(options: object, target: DriverMqttTarget): DriverMqtt {
	return new Driver({ ...options, target, onReadable, onControl, onError });
}
