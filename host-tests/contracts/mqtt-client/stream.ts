import { describe, expect, test } from "vitest";
import type { MqttPayload } from "../../../src/ports/mqtt-client.js";
import { openTcpLink } from "../../support/tcp-link.js";
import { MAX_BYTES, type MqttContractBench, publishText } from "./bench.js";

/** Far more than the whole budget. */
const LENGTH = 5 * MAX_BYTES + 123;

/** A text of digits that is never held as a whole, given out at most `pieceBytes` at a time. */
class CountingPayload implements MqttPayload {
	readonly length: number;
	readonly #pieceBytes: number;
	asked = 0;

	constructor(length: number, pieceBytes: number) {
		this.length = length;
		this.#pieceBytes = pieceBytes;
	}

	static digit(index: number): number {
		return 48 + ((index * 7 + Math.floor(index / 10)) % 10);
	}

	read(bytes: Uint8Array, offset: number, end: number): number {
		if (!(end > offset) || this.asked >= this.length) throw new RangeError(`asked for [${offset}, ${end})`);
		const count = Math.min(end - offset, this.#pieceBytes, this.length - this.asked);
		for (let i = 0; i < count; i++) bytes[offset + i] = CountingPayload.digit(this.asked + i);
		this.asked += count;
		return count;
	}
}

function expectedText(length: number): string {
	return Array.from({ length }, (_, index) => String.fromCharCode(CountingPayload.digit(index))).join("");
}

/** Messages that are larger than any buffer, on the way out. */
export function describeStream(bench: MqttContractBench): void {
	describe("a streamed message", () => {
		test.each([
			{ qos: 0, pieceBytes: 100_000 },
			{ qos: 0, pieceBytes: 7 },
			{ qos: 1, pieceBytes: 500 },
		] as const)(
			"of five budgets arrives whole at QoS $qos, $pieceBytes bytes at a time, then onWritable",
			async (row) => {
				const observer = await bench.observe("stream/#");
				const { connection, waitForEvent } = await bench.openConnected();
				const payload = new CountingPayload(LENGTH, row.pieceBytes);
				expect(connection.publishStream("stream/a", payload, row.qos, false)).toBe(true);
				await waitForEvent("writable");
				expect(payload.asked).toBe(LENGTH);
				expect(publishText(connection, "stream/b", "after", row.qos)).toBe(true);
				await observer.waitFor("stream/b", "after");
				expect(observer.messages.map(({ topic }) => topic)).toEqual(["stream/a", "stream/b"]);
				expect(observer.messages[0]?.payload === expectedText(LENGTH)).toBe(true);
			},
		);

		test("is kept by the broker when it is to be retained", async () => {
			const witness = await bench.observe("stream-kept");
			const { connection } = await bench.openConnected();
			connection.publishStream("stream-kept", new CountingPayload(20_000, 333), 1, true);
			await witness.waitFor("stream-kept", expectedText(20_000));
			const later = await bench.observe("stream-kept");
			expect(await later.waitFor("stream-kept", expectedText(20_000))).toMatchObject({ retain: true });
		});

		test("may be one byte", async () => {
			const observer = await bench.observe("stream-one");
			const { connection, waitForEvent } = await bench.openConnected();
			connection.publishStream("stream-one", new CountingPayload(1, 1), 0, false);
			await waitForEvent("writable");
			await observer.waitFor("stream-one", "0");
		});

		test("is not asked for anything before connected", async () => {
			const recorded = bench.open();
			const payload = new CountingPayload(10, 10);
			expect(recorded.connection.publishStream("stream-early", payload, 0, false)).toBe(false);
			await recorded.waitForEvent("connected");
			await bench.settle();
			expect(payload.asked).toBe(0);
			expect(recorded.events).toEqual(["connected"]);
		});

		test("keeps every other message waiting, and nothing gets between its pieces", async () => {
			const observer = await bench.observe("stream-alone/#");
			const { connection, events, waitForEvent } = await bench.openConnected();
			expect(connection.publishStream("stream-alone/a", new CountingPayload(LENGTH, 500), 0, false)).toBe(true);
			expect(publishText(connection, "stream-alone/b", "too soon", 0)).toBe(false);
			expect(connection.publishStream("stream-alone/c", new CountingPayload(5, 5), 0, false)).toBe(false);
			connection.subscribe("stream-echo", 0);
			await waitForEvent("writable");
			expect(events).toEqual(["connected", "writable"]);
			expect(connection.publishStream("stream-alone/d", new CountingPayload(5, 5), 0, false)).toBe(true);
			await observer.waitFor("stream-alone/d", expectedText(5));
			expect(observer.messages.map(({ topic }) => topic)).toEqual(["stream-alone/a", "stream-alone/d"]);
		});

		test("a subscription that was made meanwhile counts", async () => {
			const { connection, messages, waitForEvent } = await bench.openConnected();
			connection.publishStream("stream-meanwhile", new CountingPayload(LENGTH, 500), 0, false);
			connection.subscribe("stream-answer", 0);
			await waitForEvent("writable");
			const observer = await bench.observe("none");
			await expect
				.poll(async () => {
					await observer.publish("stream-answer", "heard");
					return messages[0]?.payload;
				})
				.toBe("heard");
		});

		test("close() in the middle of it: the broker never sees it, or all of it; no callback", async () => {
			const observer = await bench.observe("stream-cut/#");
			const link = await openTcpLink(bench.broker.port);
			bench.cleanUps.push(() => link.close());
			const will = { topic: "stream-cut/will", payload: "dead", qos: 0, retain: false } as const;
			const { connection, events } = await bench.openConnected({ port: link.port, will });
			link.stall();
			connection.publishStream("stream-cut/a", new CountingPayload(LENGTH, 500), 0, false);
			connection.close();
			await bench.settle();
			link.resume();
			await bench.settle();
			expect(events).toEqual(["connected"]);
			const whole = observer.messages.filter(({ topic }) => topic === "stream-cut/a");
			expect(whole.every(({ payload }) => payload === expectedText(LENGTH))).toBe(true);
		});

		test("the link breaks in the middle of it: onDisconnected once, and no more is asked for", async () => {
			const link = await openTcpLink(bench.broker.port);
			bench.cleanUps.push(() => link.close());
			const { connection, events, waitForEvent } = await bench.openConnected({ port: link.port });
			const payload = new CountingPayload(LENGTH, 500);
			connection.publishStream("stream-broken", payload, 1, false);
			link.cut();
			await waitForEvent("disconnected closed");
			const { asked } = payload;
			await bench.settle();
			expect(payload.asked).toBe(asked);
			expect(events.filter((event) => event.startsWith("disconnected"))).toHaveLength(1);
		});
	});
}
