import { describe, expect, test } from "vitest";
import type { MqttConnection } from "../../../src/ports/mqtt-client.js";
import { openTcpLink } from "../../support/tcp-link.js";
import { type MqttContractBench, publishText } from "./bench.js";

const encoder = new TextEncoder();

/** How a session ends, and what the broker then says of it. */
export function describeEnd(bench: MqttContractBench): void {
	describe("the end", () => {
		test("the will is published when the link breaks, and onDisconnected comes once", async () => {
			const link = await openTcpLink(bench.broker.port);
			bench.cleanUps.push(() => link.close());
			const observer = await bench.observe("broken/#");
			const will = { topic: "broken/status", payload: "offline", qos: 1, retain: true } as const;
			const recorded = await bench.openConnected({ port: link.port, will });
			link.cut();
			expect(await observer.waitFor("broken/status", "offline")).toBeDefined();
			await recorded.waitForEvent("disconnected closed");
			await bench.settle();
			expect(recorded.events).toEqual(["connected", "disconnected closed"]);
			expect(publishText(recorded.connection, "broken/x", "late")).toBe(false);
			expect(recorded.events).toEqual(["connected", "disconnected closed"]);
		});

		test("close(): what was published arrives, no will, no callback", async () => {
			const observer = await bench.observe("closing/#");
			const will = { topic: "closing/will", payload: "dead", qos: 1, retain: false } as const;
			const { connection, events } = await bench.openConnected({ will });
			publishText(connection, "closing/a", "1", 1);
			publishText(connection, "closing/a", "2", 0);
			publishText(connection, "closing/status", "offline", 1, true);
			connection.close();
			connection.close();
			await observer.waitFor("closing/status", "offline");
			await bench.settle();
			// Brokers keep the order within one QoS only.
			expect(observer.messages.map((message) => message.payload).sort()).toEqual(["1", "2", "offline"]);
			expect(events).toEqual(["connected"]);
			expect(publishText(connection, "closing/a", "3")).toBe(false);
		});

		test("close(true): the broker publishes the will, no callback", async () => {
			const observer = await bench.observe("aborting/#");
			const will = { topic: "aborting/will", payload: "dead", qos: 0, retain: false } as const;
			const { connection, events } = await bench.openConnected({ will });
			connection.close(true);
			await observer.waitFor("aborting/will", "dead");
			expect(events).toEqual(["connected"]);
		});

		test.each([0, 1, 3, 10])("close() %i ms after connect: no will, no callback", async (delayMs) => {
			const observer = await bench.observe("early-close/#");
			const will = { topic: "early-close/will", payload: "dead", qos: 1, retain: false } as const;
			const recorded = bench.open({ will });
			if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
			recorded.connection.close();
			const events = [...recorded.events];
			await bench.settle();
			recorded.connection.close();
			expect(recorded.events).toEqual(events);
			expect(observer.messages).toEqual([]);
		});

		test("close() inside each callback is safe", async () => {
			for (const moment of ["onConnected", "onMessage", "onWritable"] as const) {
				let connection: MqttConnection | undefined;
				let calls = 0;
				const close = (): void => {
					calls++;
					connection?.close();
				};
				connection = bench.connectMqtt({
					host: "127.0.0.1",
					port: bench.broker.port,
					clientId: "p1-closer",
					keepAliveMs: 60_000,
					connectTimeoutMs: 5000,
					will: { topic: "closer/will", payload: "dead", qos: 0, retain: false },
					onConnected: () => {
						if (moment === "onConnected") return close();
						connection?.subscribe("closer/echo", 0);
						connection?.publish("closer/echo", encoder.encode("x"), 0, 1, 0, false);
						if (moment === "onWritable") {
							const bytes = new Uint8Array(4000);
							for (let i = 0; i < 100 && connection?.publish("closer/x", bytes, 0, 4000, 0, false); i++);
						}
					},
					onDisconnected: () => calls++,
					onMessage: moment === "onMessage" ? close : () => {},
					onWritable: moment === "onWritable" ? close : () => {},
				});
				await expect.poll(() => calls).toBe(1);
				await bench.settle();
				expect(calls).toBe(1);
			}
		});

		test("the broker is killed: onDisconnected once", async () => {
			const other = await bench.startOther({});
			const { events } = await bench.openConnected({ port: other.port });
			await other.kill();
			await expect.poll(() => events).toEqual(["connected", "disconnected closed"]);
			await bench.settle();
			expect(events).toEqual(["connected", "disconnected closed"]);
		});

		test("a broker that no longer answers pings: timeout", { timeout: 10_000 }, async () => {
			let isAccepted = false;
			const port = await bench.listen((answer) => {
				if (!isAccepted) answer(Uint8Array.of(0x20, 2, 0, 0));
				isAccepted = true;
			});
			const recorded = await bench.openConnected({ port, keepAliveMs: 1000 });
			await recorded.waitForEvent("disconnected timeout");
			expect(recorded.events).toEqual(["connected", "disconnected timeout"]);
		});
	});
}
