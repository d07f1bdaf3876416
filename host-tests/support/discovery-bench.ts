import { Decoder } from "../../src/core/decoder.js";
import type { Reading } from "../../src/core/reading.js";
import type { KeyValueStore } from "../../src/ports/key-value-store.js";
import { type DiscoveryOptions, HomeAssistantDiscovery } from "../../src/publishers/mqtt/discovery/discovery.js";
import { IDENTITY } from "./announcements.js";
import { seededRandom } from "./fake-clock.js";
import { type Announcement, liveEntities, readAnnouncement } from "./home-assistant.js";
import { PublisherBench } from "./publisher-bench.js";

/** A store that counts its writes. */
export class CountingStore implements KeyValueStore {
	readonly values = new Map<string, string>();
	writes = 0;

	read(key: string): string | undefined {
		return this.values.get(key);
	}

	write(key: string, value: string): void {
		this.writes++;
		this.values.set(key, value);
	}

	remove(key: string): void {
		this.writes++;
		this.values.delete(key);
	}
}

export const METER_TOPIC = "homeassistant/device/p1_a1b2c3d4e5f6/config";
export const GAS_TOPIC = "homeassistant/device/p1_a1b2c3d4e5f6_mbus1/config";

/** Discovery on a publisher, with the broker, the meter and the time in a test's hand. */
export class DiscoveryBench {
	readonly discovery: HomeAssistantDiscovery;
	readonly publishing: PublisherBench;
	#reading: Reading | undefined;
	readonly #decoder = new Decoder({
		telegramBytes: 16_384,
		onReading: (reading) => {
			this.#reading = reading;
			this.publishing.read();
		},
	});

	constructor(options: Partial<DiscoveryOptions> = {}, publishing?: PublisherBench) {
		const keeper = { getReading: () => this.#reading };
		this.publishing =
			publishing ??
			new PublisherBench({
				// Built below, with the bench's own clock.
				extensions: [
					{
						onConnected: (session) => this.discovery.onConnected(session),
						onWritable: () => this.discovery.onWritable(),
						onMessage: (...message) => this.discovery.onMessage(...message),
						onReading: () => this.discovery.onReading(),
						onDisconnected: () => this.discovery.onDisconnected(),
					},
				],
				heartbeatMs: 0,
			});
		this.discovery = new HomeAssistantDiscovery({
			isEnabled: true,
			prefix: "homeassistant",
			identity: IDENTITY,
			keeper: {
				get reading() {
					return keeper.getReading();
				},
			},
			clock: this.publishing.clock,
			timers: this.publishing.clock,
			random: seededRandom(7),
			log: { info: (line) => this.publishing.log.push(line), warn: (line) => this.publishing.log.push(line) },
			...options,
		});
	}

	/** Starts, and waits until what is to be sent at once has been. */
	connect(): this {
		this.publishing.connect();
		this.settle();
		return this;
	}

	/** Telegrams, each followed by what is sent at once. */
	read(...telegrams: readonly Uint8Array[]): this {
		for (const telegram of telegrams) {
			this.#decoder.push(telegram);
			this.#decoder.flush();
			this.settle();
		}
		return this;
	}

	/** Long enough for a streamed message. */
	settle(): void {
		this.publishing.clock.advance(200);
	}

	/** The telegram again and again for `durationMs`, every `intervalMs`. */
	readFor(telegram: Uint8Array, durationMs: number, intervalMs = 10_000): this {
		for (let ms = 0; ms < durationMs; ms += intervalMs) {
			this.#decoder.push(telegram);
			this.#decoder.flush();
			this.publishing.clock.advance(intervalMs);
		}
		return this;
	}

	/** Discovery messages since the last call, by topic: the keys of their entities, or "" for a removal. */
	take(): string[] {
		return this.publishing.mqtt.connection.published
			.splice(0)
			.filter(({ topic }) => topic.includes("/device/"))
			.map(({ topic, text, qos, retain }) => {
				if (qos !== 1 || !retain) throw new Error(`QoS ${qos}, retain ${retain}`);
				return text === "" ? `${topic} removed` : topic;
			});
	}

	/** What the broker keeps for a topic, as Home Assistant reads it; undefined when nothing. */
	retained(topic: string): Announcement | undefined {
		const text = this.publishing.mqtt.retained.get(topic);
		return text === undefined ? undefined : readAnnouncement(topic, text, topic.split("/device/")[0]);
	}

	/** Keys of the entities that the broker keeps for a topic, those that are removed left out. */
	keys(topic = METER_TOPIC): string[] {
		const announcement = this.retained(topic);
		return announcement === undefined ? [] : [...liveEntities(announcement).keys()];
	}

	/** Topics of all retained discovery messages. */
	get retainedTopics(): string[] {
		return [...this.publishing.mqtt.retained.keys()].filter((topic) => topic.includes("/device/")).sort();
	}
}
