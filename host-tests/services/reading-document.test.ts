import { describe, expect, test } from "vitest";
import { ReadingDocument } from "../../src/services/reading-document.js";
import { MeterBench } from "../support/meter-bench.js";
import { corpusTelegram, powerTelegram } from "../support/telegram.js";

const decoder = new TextDecoder();

function benchWith(document: ReadingDocument): MeterBench {
	return new MeterBench({ listeners: [document] });
}

function parse(document: ReadingDocument): Record<string, unknown> {
	return JSON.parse(decoder.decode(document.bytes.subarray(0, document.length)));
}

describe("ReadingDocument", () => {
	test("is empty before the first reading", () => {
		const document = new ReadingDocument();
		expect([document.length, document.revision]).toEqual([0, 0]);
		document.onStale();
		expect([document.length, document.revision]).toEqual([0, 0]);
	});

	test("is the reading, for as long as it stands", () => {
		const document = new ReadingDocument();
		const bench = benchWith(document);
		bench.port.receive(powerTelegram(1234));
		expect(parse(document)).toEqual({
			stale: false,
			profile: "se",
			identification: "TST5 meter",
			time: "2024-01-08T15:49:40Z",
			meterTime: "240108164940W",
			powerImportW: 1234,
		});
		const before = document.bytes.slice(0, document.length);
		bench.clock.advance(30_000);
		bench.port.receive(powerTelegram(1).replace("!", "!0"));
		bench.port.receive("/half");
		expect(document.bytes.slice(0, document.length)).toEqual(before);
		expect(document.revision).toBe(1);
	});

	test("counts every change: a reading with the same content, staleness, recovery", () => {
		const document = new ReadingDocument();
		const bench = benchWith(document);
		const states: unknown[] = [];
		const note = () => states.push([document.revision, parse(document).stale]);
		bench.read();
		note();
		bench.read();
		note();
		bench.clock.advance(60_000);
		note();
		bench.clock.advance(60_000);
		note();
		bench.read();
		note();
		expect(states).toEqual([
			[1, false],
			[2, false],
			[3, true],
			[3, true],
			[4, false],
		]);
	});

	test("staleness changes that one member, also when half a telegram came meanwhile", () => {
		const document = new ReadingDocument();
		const bench = benchWith(document);
		bench.port.receive(powerTelegram(1234));
		const fresh = parse(document);
		bench.port.receive(powerTelegram(9999).slice(0, -4));
		bench.clock.advance(60_000);
		expect(parse(document)).toEqual({ ...fresh, stale: true });
	});

	test("is whole when the listeners after it are told", () => {
		const document = new ReadingDocument();
		const seen: unknown[] = [];
		const follower = {
			onReading: () => seen.push(parse(document).powerImportW),
			onStale: () => seen.push(parse(document).stale),
		};
		const bench = new MeterBench({ listeners: [document, follower] });
		bench.read(2);
		bench.clock.advance(60_000);
		expect(seen).toEqual([100, 101, true]);
	});

	test.each(["nl-v5/test-v5.txt", "be/fluvius-a.txt", "lu/smarty-spec-example.txt"])("has room for %s", (name) => {
		const document = new ReadingDocument();
		const bench = benchWith(document);
		bench.port.receive(corpusTelegram(name));
		expect(bench.meter.counters.telegrams).toBe(1);
		expect(Object.keys(parse(document)).length).toBeGreaterThan(10);
	});

	test("a reading that does not fit is none, never cut off; it is counted and told of once; the next that fits is there again", () => {
		const length = lengthOf(powerTelegram(1));
		const told: string[] = [];
		const document = new ReadingDocument(length, (message) => told.push(message));
		const bench = benchWith(document);
		bench.port.receive(powerTelegram(1));
		expect([document.length, document.revision]).toEqual([length, 1]);
		bench.port.receive(powerTelegram(12));
		expect(document.revision).toBe(2);
		expect(parse(document)).toEqual({ stale: true });
		expect([document.isTooLarge, document.tooLarge]).toEqual([true, 1]);
		bench.port.receive(powerTelegram(12));
		expect([document.isTooLarge, document.tooLarge]).toEqual([true, 2]);
		expect(told).toEqual([expect.stringContaining(`${length} bytes`)]);
		bench.port.receive(powerTelegram(2));
		expect([document.isTooLarge, document.tooLarge]).toEqual([false, 2]);
		expect([document.length, document.revision]).toEqual([length, 4]);
		expect(parse(document).powerImportW).toBe(2);
		// `"stale":true` is one byte shorter than `"stale":false`.
		bench.clock.advance(60_000);
		expect([document.length, document.revision]).toEqual([length - 1, 5]);
	});

	test("writes into the same bytes for ever", () => {
		const document = new ReadingDocument();
		const { bytes } = document;
		const bench = benchWith(document);
		bench.read(20);
		expect(document.bytes).toBe(bytes);
	});
});

function lengthOf(telegram: string): number {
	const document = new ReadingDocument();
	benchWith(document).port.receive(telegram);
	return document.length;
}
