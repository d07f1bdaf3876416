import { connect } from "node:net";
import { connectAsync } from "mqtt";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
	type EmbeddedBroker,
	EmbeddedBrokerError,
	startEmbeddedBroker,
} from "../../../src/platform/node/embedded-broker.js";
import { type MqttObserver, observeMqtt } from "../../support/mqtt-observer.js";

describe("embedded broker", () => {
	const cleanUps: (() => unknown)[] = [];
	afterEach(async () => {
		for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
	});
	const start = async (options: Partial<Parameters<typeof startEmbeddedBroker>[0]> = {}): Promise<EmbeddedBroker> => {
		const broker = await startEmbeddedBroker({ port: 0, ...options });
		cleanUps.push(() => broker.close(0));
		return broker;
	};
	const observe = async (port: number): Promise<MqttObserver> => {
		const observer = await observeMqtt(port);
		cleanUps.push(() => observer.close());
		return observer;
	};

	test("passes messages on, and keeps retained ones", async () => {
		const { port } = await start();
		const first = await observe(port);
		await first.publish("a/b", "kept", true);
		await first.waitFor("a/b", "kept");
		const second = await observe(port);
		expect(await second.waitFor("a/b", "kept")).toMatchObject({ retain: true });
	});

	test("a port that is taken is an error that names it", async () => {
		const { port } = await start();
		const error = await startEmbeddedBroker({ port }).catch((reason: unknown) => reason);
		expect(error).toBeInstanceOf(EmbeddedBrokerError);
		expect(error).toMatchObject({ code: "port-taken", message: expect.stringContaining(`127.0.0.1:${port}`) });
	});

	test("an address that is not this machine's is an error", async () => {
		const error = await startEmbeddedBroker({ port: 0, host: "192.0.2.1" }).catch((reason: unknown) => reason);
		expect(error).toMatchObject({ code: "failed", message: expect.stringContaining("192.0.2.1") });
	});

	test("refuses a wrong password with return code 4, and takes the right one", async () => {
		const { port } = await start({ credentials: { username: "u", password: "p" } });
		const url = `mqtt://127.0.0.1:${port}`;
		for (const login of [{ username: "u", password: "x" }, { username: "x", password: "p" }, {}]) {
			const error = await connectAsync(url, { ...login, reconnectPeriod: 0 }, false).catch((reason: unknown) => reason);
			expect(error).toMatchObject({ code: 4 });
		}
		const client = await connectAsync(url, { username: "u", password: "p", reconnectPeriod: 0 }, false);
		await client.endAsync(true);
	});

	test("keeps nothing for a reader that went away with a persistent session", async () => {
		const { port } = await start();
		const url = `mqtt://127.0.0.1:${port}`;
		const options = { clientId: "sleeper", clean: false, reconnectPeriod: 0 };
		const sleeper = await connectAsync(url, options, false);
		await sleeper.subscribeAsync("queue", { qos: 1 });
		await sleeper.endAsync();
		const observer = await observe(port);
		await observer.publish("queue", "while away");
		const back = await connectAsync(url, { ...options, manualConnect: false }, false);
		cleanUps.push(() => back.endAsync(true));
		const received: string[] = [];
		back.on("message", (_topic, payload) => received.push(payload.toString()));
		await observer.waitFor("queue", "while away");
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(received).toEqual([]);
	});

	test("messages of every kind, close behind one another, all reach a reader", async () => {
		const { port } = await start();
		const observer = await observe(port);
		const publisher = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 }, false);
		cleanUps.push(() => publisher.endAsync(true));
		const sent: string[] = [];
		for (let i = 0; i < 300; i++) {
			const qos = i % 3 === 0 ? 1 : 0;
			publisher.publish(`mixed/${i % 7}`, String(i), { qos, retain: i % 2 === 0 });
			sent.push(String(i));
		}
		await expect.poll(() => observer.messages.length).toBe(300);
		const received = observer.messages.map(({ payload }) => payload);
		expect([...received].sort()).toEqual(sent.sort());
		const ofQos = (level: number): number[] => received.map(Number).filter((i) => (i % 3 === 0 ? 1 : 0) === level);
		for (const level of [0, 1]) expect(ofQos(level)).toEqual(ofQos(level).sort((a, b) => a - b));
	});

	test("a reader that does not read is dropped, and the others get everything", async () => {
		const { port } = await start();
		const observer = await observe(port);
		const sleeper = connect({ host: "127.0.0.1", port });
		cleanUps.push(() => sleeper.destroy());
		const isGone = new Promise((resolve) => sleeper.once("close", resolve));
		sleeper.on("error", () => {});
		// CONNECT (clean, no keep-alive, no identifier), then SUBSCRIBE to "#".
		sleeper.write(Uint8Array.of(0x10, 12, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 0, 0, 0));
		sleeper.write(Uint8Array.of(0x82, 6, 0, 1, 0, 1, 0x23, 0));
		await new Promise((resolve) => sleeper.once("data", resolve));
		sleeper.pause();
		const payload = "x".repeat(200_000);
		const publisher = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 }, false);
		cleanUps.push(() => publisher.endAsync(true));
		for (let i = 0; i < 60; i++) publisher.publish("large", payload);
		await expect.poll(() => observer.messages.length, { timeout: 15_000 }).toBe(60);
		sleeper.resume();
		await isGone;
	});

	test("closes connections over the cap", async () => {
		const { port } = await start({ maxConnections: 1 });
		await observe(port);
		await expect(connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 }, false)).rejects.toThrow();
	});

	test("close() lets the last message through, ends every connection and frees the port", async () => {
		const broker = await start();
		const observer = await observeMqtt(broker.port);
		const publisher = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { reconnectPeriod: 0 }, false);
		const onClose = vi.fn();
		publisher.on("close", onClose);
		publisher.publish("status", "offline");
		await Promise.all([broker.close(), broker.close()]);
		await observer.waitFor("status", "offline");
		await expect.poll(() => onClose.mock.calls.length).toBe(1);
		const again = await startEmbeddedBroker({ port: broker.port });
		await again.close(0);
		await observer.close();
	});
});
