import type { MqttNetwork } from "../../src/publishers/mqtt/link.js";
import type { MqttPublisherOptions } from "../../src/publishers/mqtt/options.js";
import { MqttPublisher } from "../../src/publishers/mqtt/publisher.js";
import type { StateSource } from "../../src/publishers/mqtt/state-source.js";
import { FakeClock, seededRandom } from "./fake-clock.js";
import { FakeMqtt } from "./fake-mqtt.js";

const encoder = new TextEncoder();

/** A source whose state is `{"n":…,"stale":…}` and whose values are numbers that a test sets. */
export class FakeSource implements StateSource {
	readonly valueCount: number;
	readonly stateBytes = new Uint8Array(64);
	readonly valueBytes = new Uint8Array(64);
	readonly values: (number | undefined)[];
	/** Counts readings; 0 before the first. */
	sequence = 0;
	stale = false;

	constructor(valueCount = 3) {
		this.valueCount = valueCount;
		this.values = new Array<number | undefined>(valueCount).fill(undefined);
	}

	get stateLength(): number {
		if (this.sequence === 0) return 0;
		return encoder.encodeInto(`{"n":${this.sequence},"stale":${this.stale}}`, this.stateBytes).written;
	}

	valueName(index: number): string {
		return `v${index}`;
	}

	valueMark(index: number): number {
		return this.values[index] ?? Number.NaN;
	}

	writeValue(index: number): number {
		const value = this.values[index];
		return value === undefined ? -1 : encoder.encodeInto(String(value), this.valueBytes).written;
	}
}

/** A network that a test turns on and off. */
export class FakeMqttNetwork implements MqttNetwork {
	#isConnected = false;
	#listener: Parameters<MqttNetwork["listen"]>[0] | undefined;

	isConnected(): boolean {
		return this.#isConnected;
	}

	listen(listener: Parameters<MqttNetwork["listen"]>[0]): void {
		this.#listener = listener;
	}

	/** There is an address, or another one. */
	come(ipAddress = "192.0.2.1"): void {
		this.#isConnected = true;
		this.#listener?.onConnected?.(ipAddress);
	}

	go(): void {
		this.#isConnected = false;
		this.#listener?.onDisconnected?.();
	}
}

/** A publisher with everything about it in a test's hand. */
export class PublisherBench {
	readonly clock = new FakeClock();
	readonly mqtt = new FakeMqtt(this.clock);
	readonly source: FakeSource;
	readonly log: string[] = [];
	readonly publisher: MqttPublisher;

	constructor(options: Partial<MqttPublisherOptions> = {}, valueCount?: number) {
		this.source = new FakeSource(valueCount);
		this.publisher = new MqttPublisher({
			connectMqtt: this.mqtt.connect,
			clock: this.clock,
			timers: this.clock,
			random: seededRandom(1),
			log: { info: (line) => this.log.push(line), warn: (line) => this.log.push(line) },
			broker: { host: "broker", port: 1883, clientId: "p1", username: "u", password: "secret" },
			source: this.source,
			...options,
		});
	}

	/** Starts and waits for the session. */
	connect(): this {
		this.publisher.start();
		this.clock.advance(this.mqtt.latencyMs);
		return this;
	}

	/** A telegram has come; `values` replaces the source's from the front. */
	read(...values: (number | undefined)[]): void {
		this.source.sequence++;
		this.source.stale = false;
		for (const [index, value] of values.entries()) this.source.values[index] = value;
		this.publisher.onReading();
	}

	goStale(): void {
		this.source.stale = true;
		this.publisher.onStale();
	}

	/** What the current connection has published since the last call, as "topic text". */
	take(): string[] {
		return this.mqtt.connection.published.splice(0).map(({ topic, text }) => `${topic} ${text}`);
	}
}
