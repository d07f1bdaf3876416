import { afterEach, describe, expect, test } from "vitest";
import { Decoder } from "../../src/core/decoder.js";
import type { Reading } from "../../src/core/reading.js";
import { createPublisher } from "../../src/platform/node/app/app-mqtt.js";
import { NodeClock, NodeTimers } from "../../src/platform/node/clock.js";
import { NodeDevice } from "../../src/platform/node/device.js";
import { startEmbeddedBroker } from "../../src/platform/node/embedded-broker.js";
import { MemoryKeyValueStore } from "../../src/platform/node/key-value-store.js";
import { createConnectMqtt } from "../../src/platform/node/mqtt-client.js";
import type { KeyValueStore } from "../../src/ports/key-value-store.js";
import { type DiscoveryOptions, HomeAssistantDiscovery } from "../../src/publishers/mqtt/discovery/discovery.js";
import { MqttPublisher } from "../../src/publishers/mqtt/publisher.js";
import { ReadingSource } from "../../src/publishers/mqtt/reading-source.js";
import { ReadingDocument } from "../../src/services/reading-document.js";
import { defaultSettings } from "../../src/services/settings/parse.js";
import type { Settings } from "../../src/services/settings/table.js";
import { IDENTITY } from "../support/announcements.js";
import { readCorpus } from "../support/corpus.js";
import { GAS_TOPIC, METER_TOPIC } from "../support/discovery-bench.js";
import { liveEntities, readAnnouncement } from "../support/home-assistant.js";
import { type MqttObserver, observeMqtt } from "../support/mqtt-observer.js";
import { dutchTelegram } from "../support/telegrams.js";
import { renderTemplate } from "../support/value-template.js";
import { findMosquitto, startMosquitto } from "./support/mosquitto.js";

type Broker = { readonly port: number; kill(): Promise<void> };

const brokers: { readonly name: string; start(): Promise<Broker> }[] = [
	{
		name: "aedes",
		start: async () => {
			const broker = await startEmbeddedBroker({ port: 0 });
			return { port: broker.port, kill: () => broker.close(0) };
		},
	},
];
if (findMosquitto() !== undefined) brokers.push({ name: "mosquitto", start: () => startMosquitto() });

const log = { info() {}, warn() {} };

describe.each(brokers)("home assistant discovery with $name", ({ start }) => {
	const cleanUps: (() => unknown)[] = [];
	afterEach(async () => {
		for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
	});

	const startBroker = async (): Promise<Broker> => {
		const broker = await start();
		cleanUps.push(() => broker.kill());
		return broker;
	};
	/** What a Home Assistant that starts now gets: the retained messages. */
	const observe = async ({ port }: Broker, filter = "homeassistant/#"): Promise<MqttObserver> => {
		const observer = await observeMqtt(port, filter);
		cleanUps.push(() => observer.close());
		return observer;
	};
	const latest = (observer: MqttObserver, topic: string) =>
		observer.messages.filter((message) => message.topic === topic).at(-1);
	const keysAt = (observer: MqttObserver, topic: string): string[] => {
		const payload = latest(observer, topic)?.payload ?? "";
		return payload === "" ? [] : [...liveEntities(readAnnouncement(topic, payload)).keys()];
	};

	/** A publisher with discovery, fed by a test. */
	const run = ({ port }: Broker, options: Partial<DiscoveryOptions> = {}) => {
		const document = new ReadingDocument(16_384);
		const keeper: { reading: Reading | undefined } = { reading: undefined };
		const clock = new NodeClock();
		const timers = new NodeTimers();
		const discovery = new HomeAssistantDiscovery({
			isEnabled: true,
			prefix: "homeassistant",
			identity: IDENTITY,
			keeper,
			clock,
			timers,
			random: Math.random,
			log,
			minSpacingMs: 20,
			maxOnlineDelayMs: 20,
			...options,
		});
		const publisher = new MqttPublisher({
			connectMqtt: createConnectMqtt(),
			clock,
			timers,
			random: Math.random,
			log,
			broker: { host: "127.0.0.1", port, clientId: "p1-discovery" },
			reconnectFirstMs: 20,
			reconnectCapMs: 100,
			source: new ReadingSource(keeper, document),
			extensions: [discovery],
		});
		const decoder = new Decoder({
			onReading(reading) {
				keeper.reading = reading;
				document.onReading(reading);
				publisher.onReading();
			},
		});
		cleanUps.push(() => publisher.stop());
		publisher.start();
		const read = (telegram: Uint8Array): void => {
			decoder.push(telegram);
			decoder.flush();
		};
		return { publisher, read };
	};

	test("a Home Assistant that comes later finds the announcement, the state and the status", async () => {
		const broker = await startBroker();
		const witness = await observe(broker, "#");
		const { read } = run(broker);
		read(dutchTelegram());
		await expect.poll(() => keysAt(witness, GAS_TOPIC)).toContain("gas_volume");
		const later = await observe(broker, "#");
		await expect.poll(() => later.messages.length).toBe(4);
		expect(later.messages.every(({ retain }) => retain)).toBe(true);
		const state = JSON.parse(latest(later, "p1/state")?.payload ?? "");
		for (const topic of [METER_TOPIC, GAS_TOPIC]) {
			const announcement = readAnnouncement(topic, latest(later, topic)?.payload ?? "");
			expect(announcement.complaints).toEqual([]);
			for (const { value_template: template = "" } of liveEntities(announcement).values()) {
				expect(renderTemplate(template, state)).not.toBe("None");
			}
		}
	});

	test("the largest announcement, of every telegram that there is, arrives whole while readings go on", async () => {
		const broker = await startBroker();
		const observer = await observe(broker);
		const { read, publisher } = run(broker, { minSpacingMs: 0 });
		await expect.poll(() => publisher.status.connects).toBe(1);
		for (const { bytes, folder, expected } of readCorpus()) {
			if (folder !== "malformed" && expected.crc.ok !== false) read(bytes);
		}
		await expect.poll(() => keysAt(observer, METER_TOPIC).length).toBeGreaterThan(70);
		await expect.poll(() => publisher.status.published).toBeGreaterThan(0);
		const payload = latest(observer, METER_TOPIC)?.payload ?? "";
		expect(payload.length).toBeGreaterThan(16_384);
		expect(readAnnouncement(METER_TOPIC, payload).complaints).toEqual([]);
	});

	test("Home Assistant says online: everything again", async () => {
		const broker = await startBroker();
		const observer = await observe(broker);
		const { read } = run(broker);
		read(dutchTelegram());
		const count = (topic: string) => observer.messages.filter((message) => message.topic === topic).length;
		await expect.poll(() => [count(METER_TOPIC), count(GAS_TOPIC)]).toEqual([1, 1]);
		await observer.publish("homeassistant/status", "offline");
		await observer.publish("homeassistant/status", "online");
		await expect.poll(() => [count(METER_TOPIC), count(GAS_TOPIC)]).toEqual([2, 2]);
	});

	test("a row more: announced; another kind of M-Bus device: the old one goes first", async () => {
		const broker = await startBroker();
		const observer = await observe(broker);
		const { read } = run(broker);
		read(dutchTelegram({ voltageL3_mV: undefined }));
		await expect.poll(() => keysAt(observer, GAS_TOPIC)).toContain("gas_volume");
		read(dutchTelegram({ mbus: { deviceType: 7, register_dm3: 3 } }));
		await expect.poll(() => keysAt(observer, METER_TOPIC)).toContain("voltageL3");
		await expect.poll(() => keysAt(observer, GAS_TOPIC)).toEqual(["water_volume"]);
		const payloads = observer.messages.filter(({ topic }) => topic === GAS_TOPIC).map(({ payload }) => payload);
		expect(payloads.indexOf("")).toBe(1);
	});

	test("switched off: the broker keeps nothing of it", async () => {
		const broker = await startBroker();
		const store = new MemoryKeyValueStore();
		const witness = await observe(broker);
		const first = run(broker, { store });
		first.read(dutchTelegram());
		await expect.poll(() => keysAt(witness, GAS_TOPIC)).toContain("gas_volume");
		await new Promise<void>((resolve) => first.publisher.stop(resolve));
		run(broker, { store, isEnabled: false });
		await expect.poll(() => latest(witness, GAS_TOPIC)?.payload).toBe("");
		await expect.poll(() => latest(witness, METER_TOPIC)?.payload).toBe("");
		const later = await observe(broker);
		await later.publish("homeassistant/end", "x");
		await later.waitFor("homeassistant/end", "x");
		expect(later.messages.map(({ topic }) => topic)).toEqual(["homeassistant/end"]);
	});

	/** The publisher as npm start makes it, with one reading. */
	const runAsNpmStart = ({ port }: Broker, store: KeyValueStore, changes: Partial<Settings>) => {
		const document = new ReadingDocument(16_384);
		const keeper: { reading: Reading | undefined } = { reading: undefined };
		const device = new NodeDevice(store);
		const publisher = createPublisher({
			settings: { ...defaultSettings("host"), ...changes },
			broker: { host: "127.0.0.1", port },
			device,
			store,
			meter: keeper,
			source: new ReadingSource(keeper, document),
			httpPort: 8080,
			clock: new NodeClock(),
			timers: new NodeTimers(),
			random: Math.random,
			log,
		});
		cleanUps.push(() => publisher.stop());
		publisher.start();
		new Decoder({
			onReading(reading) {
				keeper.reading = reading;
				document.onReading(reading);
				publisher.onReading();
			},
		}).push(dutchTelegram());
		return { publisher, serial: device.serial };
	};

	test("npm start: announced under the setting's prefix, and removed when the setting says so", async () => {
		const broker = await startBroker();
		const store = new MemoryKeyValueStore();
		const observer = await observe(broker, "house/#");
		const settings = { haPrefix: "house/ha", httpHost: "192.168.1.5", name: "Källaren" };
		const { publisher, serial } = runAsNpmStart(broker, store, settings);
		const topic = `house/ha/device/p1_${serial}/config`;
		await expect.poll(() => latest(observer, topic)?.payload ?? "").not.toBe("");
		const { complaints, device } = readAnnouncement(topic, latest(observer, topic)?.payload ?? "", "house/ha");
		expect(complaints).toEqual([]);
		expect(device).toMatchObject({
			name: "Källaren",
			serial_number: serial,
			configuration_url: "http://192.168.1.5:8080/",
		});
		await new Promise<void>((resolve) => publisher.stop(resolve));
		runAsNpmStart(broker, store, { ...settings, haDiscovery: false });
		await expect.poll(() => latest(observer, topic)?.payload).toBe("");
	});

	test.each(["127.0.0.1", "localhost", "::1"])(
		"npm start: a page that only this computer reaches, on %s, is not linked",
		async (httpHost) => {
			const broker = await startBroker();
			const observer = await observe(broker);
			const { serial } = runAsNpmStart(broker, new MemoryKeyValueStore(), { httpHost });
			const topic = `homeassistant/device/p1_${serial}/config`;
			await expect.poll(() => latest(observer, topic)?.payload ?? "").not.toBe("");
			const { device } = readAnnouncement(topic, latest(observer, topic)?.payload ?? "");
			expect(device).not.toHaveProperty("configuration_url");
		},
	);
});
