import { describe, expect, test } from "vitest";
import { MqttStream, PIECE_BYTES } from "../../../src/platform/moddable/mqtt-stream.js";
import type { MqttPayload } from "../../../src/ports/mqtt-client.js";

/** A payload of digits, at most `most` bytes a call. */
function digits(length: number, most = Number.POSITIVE_INFINITY): MqttPayload {
	let at = 0;
	return {
		length,
		read(bytes, offset, end) {
			const count = Math.min(end - offset, most, length - at);
			for (let i = 0; i < count; i++) bytes[offset + i] = 48 + ((at + i) % 10);
			at += count;
			return count;
		},
	};
}

/** The SDK's client, as far as a stream uses it. */
class FakeClient {
	text = "";
	readonly options: object[] = [];
	readonly sizes: number[] = [];

	write(bytes: Uint8Array, options?: object): number {
		if (options !== undefined) this.options.push(options);
		this.sizes.push(bytes.length);
		this.text += new TextDecoder().decode(bytes);
		return 0;
	}
}

describe("streamed MQTT message of the SDK's client", () => {
	test.each([
		{ length: 1, most: 10 },
		{ length: PIECE_BYTES, most: 1000 },
		{ length: PIECE_BYTES + 1, most: 1000 },
		{ length: 5000, most: 7 },
		{ length: 5000, most: 1000 },
	])("$length bytes, $most at a time: all of them, in order, the length with the first", ({ length, most }) => {
		const client = new FakeClient();
		const stream = new MqttStream();
		expect(stream.isUnderWay).toBe(false);
		stream.begin(client, digits(length, most), { topic: "t", QoS: 1, id: 3 });
		expect(stream.isUnderWay).toBe(true);
		for (let turns = 0; !stream.proceed(client, 1000); turns++) expect(turns).toBeLessThan(1000);
		expect(stream.isUnderWay).toBe(false);
		expect(client.text).toBe(Array.from({ length }, (_, i) => i % 10).join(""));
		expect(client.options).toEqual([{ topic: "t", QoS: 1, id: 3, byteLength: length }]);
		expect(Math.max(...client.sizes)).toBeLessThanOrEqual(PIECE_BYTES);
	});

	test("never writes more than there is room for", () => {
		const client = new FakeClient();
		const stream = new MqttStream();
		stream.begin(client, digits(2000), {});
		for (const room of [0, 10, PIECE_BYTES - 1, PIECE_BYTES, 2 * PIECE_BYTES + 5]) {
			const before = client.text.length;
			expect(stream.proceed(client, room)).toBe(false);
			expect(client.text.length - before).toBeLessThanOrEqual(room);
		}
		expect(stream.bytesLeft).toBe(2000 - client.text.length);
		expect(stream.proceed(client, 2000)).toBe(true);
		expect(stream.bytesLeft).toBe(0);
	});

	test("the next message follows", () => {
		const client = new FakeClient();
		const stream = new MqttStream();
		for (const length of [300, 3]) {
			stream.begin(client, digits(length), {});
			expect(stream.proceed(client, 1000)).toBe(true);
		}
		expect(client.text).toHaveLength(303);
	});
});
