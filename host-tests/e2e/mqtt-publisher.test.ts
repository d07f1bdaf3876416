import { afterEach, describe, expect, test } from "vitest";
import { NodeClock, NodeTimers } from "../../src/platform/node/clock.js";
import { startEmbeddedBroker } from "../../src/platform/node/embedded-broker.js";
import { createConnectMqtt } from "../../src/platform/node/mqtt-client.js";
import type { MqttPublisherOptions } from "../../src/publishers/mqtt/options.js";
import { MqttPublisher } from "../../src/publishers/mqtt/publisher.js";
import { type MqttObserver, observeMqtt } from "../support/mqtt-observer.js";
import { FakeSource } from "../support/publisher-bench.js";
import { openTcpLink } from "../support/tcp-link.js";
import { findMosquitto, startMosquitto } from "./support/mosquitto.js";

type Broker = { readonly port: number; kill(): Promise<void> };

const brokers: { readonly name: string; start(port?: number): Promise<Broker> }[] = [
	{
		name: "aedes",
		start: async (port = 0) => {
			const broker = await startEmbeddedBroker({ port });
			return { port: broker.port, kill: () => broker.close(0) };
		},
	},
];
if (findMosquitto() !== undefined) {
	brokers.push({ name: "mosquitto", start: (port) => startMosquitto(port === undefined ? {} : { port }) });
}

describe.each(brokers)("mqtt publisher with $name", ({ start }) => {
	const cleanUps: (() => unknown)[] = [];
	afterEach(async () => {
		for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
	});

	const run = (port: number, options: Partial<MqttPublisherOptions> = {}) => {
		const source = new FakeSource(40);
		const publisher = new MqttPublisher({
			connectMqtt: createConnectMqtt(),
			clock: new NodeClock(),
			timers: new NodeTimers(),
			random: Math.random,
			log: { info() {}, warn() {} },
			broker: { host: "127.0.0.1", port, clientId: "p1-e2e" },
			reconnectFirstMs: 20,
			reconnectCapMs: 100,
			source,
			...options,
		});
		cleanUps.push(() => publisher.stop());
		publisher.start();
		const read = (): void => {
			source.sequence++;
			for (let index = 0; index < source.valueCount; index++) source.values[index] = source.sequence * 100 + index;
			publisher.onReading();
		};
		return { publisher, source, read };
	};
	const observe = async (port: number): Promise<MqttObserver> => {
		const observer = await observeMqtt(port, "p1/#");
		cleanUps.push(() => observer.close());
		return observer;
	};
	const state = (n: number): string => `{"n":${n},"stale":false}`;

	test.each([0, 1] as const)("at QoS %i every state and value arrives, and the states are in order", async (qos) => {
		const broker = await start();
		cleanUps.push(() => broker.kill());
		const observer = await observe(broker.port);
		const { publisher, read } = run(broker.port, { qos, publishValues: true });
		await observer.waitFor("p1/status", "online");
		for (let n = 1; n <= 50; n++) {
			read();
			await new Promise((resolve) => setTimeout(resolve, 4));
		}
		await observer.waitFor("p1/state", state(50));
		await observer.waitFor("p1/value/v39", "5039");
		const states = observer.messages.filter(({ topic }) => topic === "p1/state").map(({ payload }) => payload);
		const { published, superseded } = publisher.status;
		expect(published + superseded).toBe(50);
		expect(states).toHaveLength(published);
		expect(states).toEqual([...states].sort((a, b) => JSON.parse(a).n - JSON.parse(b).n));
		const values = () => observer.messages.filter(({ topic }) => topic.startsWith("p1/value/"));
		await expect.poll(() => values().length).toBe(publisher.status.valuesPublished);
		expect(values().every(({ retain }) => !retain)).toBe(true);
	});

	test("a later reader gets the retained status and state, and no value", async () => {
		const broker = await start();
		cleanUps.push(() => broker.kill());
		const witness = await observe(broker.port);
		const { read } = run(broker.port, { publishValues: true });
		read();
		await witness.waitFor("p1/value/v39", "139");
		const later = await observe(broker.port);
		await later.waitFor("p1/state", state(1));
		await later.waitFor("p1/status", "online");
		expect(later.messages).toHaveLength(2);
	});

	test("the link breaks: offline by the will, then online and the newest state", async () => {
		const broker = await start();
		cleanUps.push(() => broker.kill());
		const link = await openTcpLink(broker.port);
		cleanUps.push(() => link.close());
		const observer = await observe(broker.port);
		const { publisher, read } = run(link.port, { reconnectFirstMs: 300, reconnectCapMs: 600 });
		await observer.waitFor("p1/status", "online");
		read();
		await observer.waitFor("p1/state", state(1));
		const seen = observer.messages.length;
		link.cut();
		await expect.poll(() => publisher.status.disconnects).toBe(1);
		read();
		read();
		await observer.waitFor("p1/state", state(3));
		await expect.poll(() => observer.messages.length - seen).toBe(3);
		const [first, ...others] = observer.messages.slice(seen).map(({ payload }) => payload);
		expect(first).toBe("offline");
		// Brokers keep the order within one QoS only.
		expect(others.sort()).toEqual(["online", state(3)]);
	});

	test("the broker is killed and starts again while telegrams flow: the newest state is there", async () => {
		const broker = await start();
		const { publisher, source, read } = run(broker.port);
		await expect.poll(() => publisher.status.connects).toBe(1);
		const telegrams = setInterval(read, 5);
		cleanUps.push(() => clearInterval(telegrams));
		await expect.poll(() => publisher.status.published).toBeGreaterThan(3);
		await broker.kill();
		await expect.poll(() => publisher.status.disconnects).toBe(1);
		await expect.poll(() => publisher.status.failures).toBeGreaterThan(2);
		const again = await start(broker.port);
		cleanUps.push(() => again.kill());
		await expect.poll(() => publisher.status.connects).toBe(2);
		clearInterval(telegrams);
		const observer = await observe(broker.port);
		await observer.waitFor("p1/status", "online");
		await observer.waitFor("p1/state", state(source.sequence));
		expect(publisher.status.superseded).toBeGreaterThan(3);
	});

	test("stop: offline stays at the broker, and no will comes after it", async () => {
		const broker = await start();
		cleanUps.push(() => broker.kill());
		const witness = await observe(broker.port);
		const { publisher, read } = run(broker.port);
		await witness.waitFor("p1/status", "online");
		read();
		publisher.stop();
		await witness.waitFor("p1/status", "offline");
		await new Promise((resolve) => setTimeout(resolve, 60));
		expect(witness.messages.map(({ payload }) => payload)).toEqual(["online", state(1), "offline"]);
		const later = await observe(broker.port);
		expect(await later.waitFor("p1/status", "offline")).toMatchObject({ retain: true });
	});
});
