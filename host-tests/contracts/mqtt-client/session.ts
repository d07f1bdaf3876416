import { describe, expect, test } from "vitest";
import { openTcpLink } from "../../support/tcp-link.js";
import { MAX_MESSAGES, type MqttContractBench, publishText } from "./bench.js";

/** Messages both ways, and the bounds of what is under way. */
export function describeSession(bench: MqttContractBench): void {
	describe("a session", () => {
		test("says nothing before connect has returned, then connected", async () => {
			const recorded = bench.open();
			expect(recorded.events).toEqual([]);
			await recorded.waitForEvent("connected");
			expect(recorded.events).toEqual(["connected"]);
		});

		test.each([0, 1] as const)("publishes exactly the bytes of the range at QoS %i, in order", async (qos) => {
			const observer = await bench.observe("range/#");
			const { connection } = await bench.openConnected();
			for (let i = 0; i < 5; i++) expect(publishText(connection, "range/a", `{"n":${i},"å":"ä"}`, qos)).toBe(true);
			await observer.waitFor("range/a", '{"n":4,"å":"ä"}');
			expect(observer.messages.map((message) => message.payload)).toEqual(
				[0, 1, 2, 3, 4].map((n) => `{"n":${n},"å":"ä"}`),
			);
		});

		test.each([
			{ retain: true, expected: ["kept"] },
			{ retain: false, expected: [] },
		])("retain $retain decides what a later reader gets", async ({ retain, expected }) => {
			const { connection } = await bench.openConnected();
			const witness = await bench.observe(`retained-${retain}`);
			publishText(connection, `retained-${retain}`, "kept", 1, retain);
			await witness.waitFor(`retained-${retain}`, "kept");
			const later = await bench.observe(`retained-${retain}`);
			await bench.settle();
			expect(later.messages.map((message) => message.payload)).toEqual(expected);
		});

		test("passes on what arrives for a subscription", async () => {
			const { connection, messages } = await bench.openConnected();
			connection.subscribe("to-us/#", 1);
			const observer = await bench.observe("none");
			await expect
				.poll(async () => {
					await observer.publish("to-us/status", "online");
					return messages[0];
				})
				.toEqual({ topic: "to-us/status", payload: "online", retain: false });
		});

		test("passes on a message that is larger than any buffer", async () => {
			const { connection, messages } = await bench.openConnected();
			connection.subscribe("large", 0);
			const observer = await bench.observe("none");
			const payload = "x".repeat(200_000);
			await expect
				.poll(async () => {
					await observer.publish("large", payload);
					return messages[0]?.payload.length;
				})
				.toBe(200_000);
		});

		test("stays alive while nobody says anything for longer than the keep-alive time", async () => {
			const { events } = await bench.openConnected({ keepAliveMs: 1000 });
			await new Promise((resolve) => setTimeout(resolve, 2500));
			expect(events).toEqual(["connected"]);
		});
	});

	describe("the budget", () => {
		test("publish returns false before connected, and nothing of it is sent later", async () => {
			const observer = await bench.observe("early");
			const recorded = bench.open();
			expect(publishText(recorded.connection, "early", "too early")).toBe(false);
			await recorded.waitForEvent("connected");
			expect(publishText(recorded.connection, "early", "in time")).toBe(true);
			await observer.waitFor("early", "in time");
			expect(observer.messages).toHaveLength(1);
		});

		test.each([0, 1] as const)("full of bytes at QoS %i: false, then onWritable once, then true", async (qos) => {
			const observer = await bench.observe("bytes");
			const { connection, events, waitForEvent } = await bench.openConnected();
			const text = "x".repeat(4000);
			let taken = 0;
			while (taken < 100 && publishText(connection, "bytes", text, qos)) taken++;
			// QoS 1 may count a message as written and as unacknowledged.
			expect(taken).toBeGreaterThanOrEqual(2);
			expect(taken).toBeLessThanOrEqual(4);
			expect(publishText(connection, "bytes", text, qos)).toBe(false);
			await waitForEvent("writable");
			expect(publishText(connection, "bytes", "after", qos)).toBe(true);
			await observer.waitFor("bytes", "after");
			expect(observer.messages).toHaveLength(taken + 1);
			expect(events).toEqual(["connected", "writable"]);
		});

		test("full of unacknowledged messages at QoS 1: false, then onWritable", async () => {
			const { connection, waitForEvent } = await bench.openConnected();
			let taken = 0;
			while (taken < 100 && publishText(connection, "count", "x", 1)) taken++;
			expect(taken).toBe(MAX_MESSAGES);
			await waitForEvent("writable");
			expect(publishText(connection, "count", "x", 1)).toBe(true);
		});

		test("onWritable is not called when publish never returned false", async () => {
			const observer = await bench.observe("calm");
			const { connection, events } = await bench.openConnected();
			for (let i = 0; i < 3; i++) publishText(connection, "calm", `${i}`, 1);
			await observer.waitFor("calm", "2");
			await bench.settle();
			expect(events).toEqual(["connected"]);
		});

		test("a broker that does not read: publish stays false until it reads again", async () => {
			const link = await openTcpLink(bench.broker.port);
			bench.cleanUps.push(() => link.close());
			const { connection, events } = await bench.openConnected({ port: link.port });
			link.stall();
			const text = "x".repeat(8000);
			let taken = 0;
			// The kernel takes some megabytes; then our budget is the bound.
			for (let turn = 0; turn < 3000; turn++) {
				const before = taken;
				while (publishText(connection, "stalled", text, 0)) taken++;
				await new Promise((resolve) => setImmediate(resolve));
				if (taken === before && turn > 50) break;
			}
			await bench.settle();
			events.length = 0;
			expect(publishText(connection, "stalled", text, 0)).toBe(false);
			await bench.settle();
			expect(events).toEqual([]);
			link.resume();
			await expect.poll(() => events).toEqual(["writable"]);
			expect(publishText(connection, "stalled", text, 0)).toBe(true);
		});
	});
}
