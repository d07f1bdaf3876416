import { describe, expect, test } from "vitest";
import { FrameReader, type FrameState, MAX_FRAME_BYTES, setFrameEnd } from "../../../src/publishers/modbus/frame.js";
import { frameOf, readFrame } from "../../support/modbus-bench.js";

/** Bytes that come in pieces of a given size; what was not asked for stays. */
class Pieces {
	readonly #bytes: Uint8Array;
	#at = 0;
	#end: number;

	constructor(bytes: Uint8Array, available = bytes.length) {
		this.#bytes = bytes;
		this.#end = available;
	}

	get left(): number {
		return this.#bytes.length - this.#at;
	}

	add(count: number): void {
		this.#end = Math.min(this.#bytes.length, this.#end + count);
	}

	read(into: Uint8Array, offset: number, end: number): number {
		const count = Math.min(end - offset, this.#end - this.#at);
		into.set(this.#bytes.subarray(this.#at, this.#at + count), offset);
		this.#at += count;
		return count;
	}
}

describe("Modbus frame", () => {
	test.each([1, 2, 3, 5, 6, 7, 8, 11, 12])("is complete whatever the pieces: %i bytes", (pieceBytes) => {
		const frame = readFrame(0x0034, 2);
		const source = new Pieces(frame, 0);
		const reader = new FrameReader();
		const states: FrameState[] = [];
		for (let at = 0; at < frame.length; at += pieceBytes) {
			source.add(pieceBytes);
			states.push(reader.read(source));
		}
		expect(states.pop()).toBe("complete");
		expect(states.every((state) => state === "incomplete")).toBe(true);
		expect(reader.bytes.subarray(0, reader.length)).toEqual(frame);
	});

	test("the next frame stays where it is until this one is done with", () => {
		const source = new Pieces(Uint8Array.of(...readFrame(1, 2), ...readFrame(3, 4)));
		const reader = new FrameReader();
		expect(reader.read(source)).toBe("complete");
		expect(reader.read(source)).toBe("complete");
		expect(source.left).toBe(12);
		reader.reset();
		expect(reader.read(source)).toBe("complete");
		expect(reader.bytes.subarray(0, reader.length)).toEqual(readFrame(3, 4));
		reader.reset();
		expect(reader.read(source)).toBe("incomplete");
		expect(reader.length).toBe(0);
	});

	test.each([
		{ what: "the smallest: one function code", data: [7], state: "complete" },
		{ what: "the largest", data: Array.from({ length: 253 }, () => 9), state: "complete" },
		{ what: "one byte more", data: Array.from({ length: 254 }, () => 9), state: "malformed" },
		{ what: "no function code", data: [], state: "malformed" },
	])("$what: $state", ({ data, state }) => {
		const reader = new FrameReader();
		expect(reader.read(new Pieces(frameOf(data)))).toBe(state);
	});

	test.each([
		{ what: "length 0", header: [0, 1, 0, 0, 0, 0] },
		{ what: "length 65535", header: [0, 1, 0, 0, 0xff, 0xff] },
		{ what: "another protocol", header: [0, 1, 0, 1, 0, 6] },
		{ what: "another protocol's high byte", header: [0, 1, 1, 0, 0, 6] },
		{ what: "HTTP", header: [..."GET / HTTP/1.1"].map((character) => character.charCodeAt(0)) },
	])("$what: malformed as soon as its header is there, and for good", ({ header }) => {
		const source = new Pieces(Uint8Array.from(header), 5);
		const reader = new FrameReader();
		expect(reader.read(source)).toBe("incomplete");
		source.add(1);
		expect(reader.read(source)).toBe("malformed");
		source.add(1000);
		expect(reader.read(source)).toBe("malformed");
	});

	test("the length of an answer is what comes after it", () => {
		const bytes = new Uint8Array(MAX_FRAME_BYTES);
		setFrameEnd(bytes, 9);
		expect([bytes[4], bytes[5]]).toEqual([0, 3]);
		setFrameEnd(bytes, 260);
		expect([bytes[4], bytes[5]]).toEqual([0, 254]);
		setFrameEnd(bytes, 262);
		expect([bytes[4], bytes[5]]).toEqual([1, 0]);
	});
});
