import type { MqttQos } from "../../ports/mqtt-client.js";

export type MqttWindowLimits = {
	/** Bytes of messages that wait for the network or, at QoS 1, for their acknowledgement. */
	readonly maxBytes: number;
	/** Unacknowledged QoS 1 messages. */
	readonly maxMessages: number;
};

/** What has been sent and is not through yet, and the message that found no room. */
export class MqttWindow {
	readonly #limits: MqttWindowLimits;
	/** Identifiers and sizes of unacknowledged messages, in the order of sending. */
	readonly #unacknowledged: { readonly id: number; readonly sizeBytes: number }[] = [];
	#unacknowledgedBytes = 0;
	/** Bytes of QoS 0 messages since the queue was last empty. */
	#queuedBytes = 0;
	/** Size and QoS of the message that did not fit; 0 while the owner waits for nothing. */
	#wantedBytes = 0;
	#wantedQos: MqttQos = 0;

	constructor(limits: MqttWindowLimits) {
		this.#limits = limits;
	}

	/** Whether a message of `sizeBytes` may be sent now, as far as the network's `freeBytes` go as well. */
	fits(sizeBytes: number, qos: MqttQos, freeBytes: number): boolean {
		const { maxBytes, maxMessages } = this.#limits;
		if (qos === 1 && this.#unacknowledged.length >= maxMessages) return false;
		return sizeBytes <= freeBytes && this.#queuedBytes + this.#unacknowledgedBytes + sizeBytes <= maxBytes;
	}

	/** A message has been sent. */
	count(id: number, sizeBytes: number, qos: MqttQos): void {
		if (qos === 0) this.#queuedBytes += sizeBytes;
		else {
			this.#unacknowledged.push({ id, sizeBytes });
			this.#unacknowledgedBytes += sizeBytes;
		}
	}

	/** Everything queued is with the driver. */
	drain(): void {
		this.#queuedBytes = 0;
	}

	/** The broker has the message; false for one that nobody sent. */
	acknowledge(id: number | undefined): boolean {
		const index = this.#unacknowledged.findIndex((message) => message.id === id);
		const message = this.#unacknowledged[index];
		if (message === undefined) return false;
		this.#unacknowledged.splice(index, 1);
		this.#unacknowledgedBytes -= message.sizeBytes;
		return true;
	}

	/** The owner waits until such a message fits. */
	want(sizeBytes: number, qos: MqttQos): void {
		this.#wantedBytes = sizeBytes;
		this.#wantedQos = qos;
	}

	/** Whether what the owner waits for fits now; it then waits no longer. */
	takeWanted(freeBytes: number): boolean {
		if (this.#wantedBytes === 0 || !this.fits(this.#wantedBytes, this.#wantedQos, freeBytes)) return false;
		this.#wantedBytes = 0;
		return true;
	}
}
