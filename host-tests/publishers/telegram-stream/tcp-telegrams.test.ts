import { describe, expect, test } from "vitest";
import { readCorpus } from "../../support/corpus.js";
import { latin1 } from "../../support/fake-tcp.js";
import { StreamBench } from "../../support/stream-bench.js";
import { powerTelegram, telegramOf } from "../../support/telegram.js";

/** What Home Assistant's dsmr library takes for a telegram (ndokter/dsmr_parser, clients/telegram_buffer.py, 9865241). */
const HOME_ASSISTANT = /\/[^/]+?![A-F0-9]{0,4}\0?\r\n/gs;
/** DSMR-reader 4 (dsmrreader/dsmr-reader, dsmr_datalogger_api_client.py, 0449e6f): greedy, so once per telegram. */
const DSMR_READER_4 = /(\/.+![A-Z0-9]{4})/s;
/** DSMR-reader 5.11 (the same file, 47d8f1c): takes a telegram without CRC too. */
const DSMR_READER_5 = /(\/[^/]+![A-Z0-9]{0,4})/s;

describe("raw telegrams over TCP", () => {
	test("every client gets each telegram whole and byte for byte, from the next one on", () => {
		const bench = new StreamBench();
		const early = bench.connectTcp();
		bench.bench.port.receive(powerTelegram(1));
		const late = bench.connectTcp();
		bench.bench.port.receive(powerTelegram(2));
		expect(early.received).toBe(powerTelegram(1) + powerTelegram(2));
		expect(late.received).toBe(powerTelegram(2));
	});

	test("sends nothing while a telegram is coming, and nothing of one that is not good", () => {
		const bench = new StreamBench();
		const peer = bench.connectTcp();
		const telegram = powerTelegram(1);
		bench.bench.port.receive(`noise${telegram.slice(0, -1)}`);
		expect(peer.received).toBe("");
		bench.bench.port.receive("\n");
		bench.bench.port.receive(telegram.replace("kW", "kX"));
		bench.bench.port.receive(telegram.slice(0, 40));
		expect(peer.received).toBe(telegram);
	});

	test("says nothing of its own accord when the meter falls silent", () => {
		const bench = new StreamBench();
		const peer = bench.connectTcp();
		bench.bench.read(3);
		bench.bench.clock.advance(3_600_000);
		expect(peer.received).toBe([100, 101, 102].map(powerTelegram).join(""));
		expect(peer.state).toBe("open");
	});

	test("readers of Home Assistant and DSMR-reader find every telegram of the corpus", () => {
		let accepted = 0;
		for (const { name, bytes } of readCorpus()) {
			const bench = new StreamBench({ meter: { telegramBytes: 8192 } });
			const peer = bench.connectTcp();
			bench.bench.port.receive(bytes);
			const { reading } = bench.bench.meter;
			if (reading === undefined) continue;
			accepted++;
			expect([name, peer.received.match(HOME_ASSISTANT)]).toEqual([name, [peer.received]]);
			if (reading.crc >= 0) expect([name, DSMR_READER_4.test(peer.received)]).toEqual([name, true]);
			expect([name, DSMR_READER_5.exec(peer.received)?.[1]]).toEqual([name, peer.received.trimEnd()]);
			const sent = latin1(reading.bytes.subarray(reading.telegramOffset, reading.telegramEnd));
			expect([name, peer.received.split("!")[0]]).toEqual([name, sent.split("!")[0]]);
		}
		expect(accepted).toBeGreaterThan(40);
	});

	test.each([
		["LF alone", (telegram: string) => telegram.replace(/\r\n$/, "\n")],
		["digits in small letters", (telegram: string) => telegram.replace(/![0-9A-F]{4}/, (crc) => crc.toLowerCase())],
		["a NUL before the line end", (telegram: string) => telegram.replace(/\r\n$/, "\0\r\n")],
		["the next telegram", (telegram: string) => `${telegram.trimEnd()}/`],
	])("puts right a telegram that ends with %s", (_what, change) => {
		const bench = new StreamBench();
		const peer = bench.connectTcp();
		// A CRC with letters in it.
		const telegram = [1, 2, 3, 4, 5, 6, 7].map(powerTelegram).find((text) => /![0-9A-F]*[A-F]/.test(text)) ?? "";
		bench.bench.port.receive(change(telegram));
		expect(peer.received).toBe(telegram);
	});

	test("puts right the end of a telegram without CRC", () => {
		const bench = new StreamBench({ meter: { profile: "dsmr2" } });
		const peer = bench.connectTcp();
		const telegram = telegramOf(["1-0:1.7.0(0001.23*kW)"]).replace(/![0-9A-F]{4}/, "!");
		for (let i = 0; i < 2; i++) bench.bench.port.receive(telegram.replace(/\r\n$/, "\n"));
		expect(peer.received).toBe(telegram + telegram);
	});

	test("a client that takes a telegram in pieces gets it whole", () => {
		const bench = new StreamBench();
		const peer = bench.connectTcp(10);
		bench.bench.port.receive(powerTelegram(1));
		expect(peer.received).toHaveLength(10);
		for (let i = 0; i < 100; i++) peer.take(7);
		expect(peer.received).toBe(powerTelegram(1));
		bench.bench.port.receive(powerTelegram(2));
		expect(peer.received).toBe(powerTelegram(1) + powerTelegram(2));
	});

	test("one that has not taken a telegram when the next is good is dropped; the others notice nothing", () => {
		const bench = new StreamBench();
		const [slow, quick] = [bench.connectTcp(50), bench.connectTcp()];
		bench.bench.port.receive(powerTelegram(1));
		bench.bench.port.receive(powerTelegram(2).slice(0, 60));
		expect(slow.state).toBe("open");
		bench.bench.port.receive(powerTelegram(2).slice(60));
		expect([slow.state, slow.received]).toEqual(["reset", powerTelegram(1).slice(0, 50)]);
		expect(quick.received).toBe(powerTelegram(1) + powerTelegram(2));
		expect(bench.tcp.counters).toMatchObject({ clients: 1, accepted: 2, refused: 0, dropped: 1 });
	});

	test("a client whose window is full at the beginning of a telegram is dropped with the next too", () => {
		const bench = new StreamBench();
		const slow = bench.connectTcp(0);
		bench.bench.port.receive(powerTelegram(1));
		bench.bench.port.receive(powerTelegram(2));
		expect([slow.state, slow.received]).toEqual(["reset", ""]);
	});

	test("whatever is taken and when, what a client gets is whole telegrams and at most the beginning of one", () => {
		const telegrams = Array.from({ length: 40 }, (_, i) => powerTelegram(1000 + i));
		for (let step = 1; step < 26; step++) {
			const bench = new StreamBench();
			const peer = bench.connectTcp(0);
			for (const telegram of telegrams) {
				for (let at = 0; at < telegram.length; at += 13) {
					bench.bench.port.receive(telegram.slice(at, at + 13));
					peer.take(step);
				}
			}
			const all = telegrams.join("");
			expect(all.startsWith(peer.received)).toBe(true);
			if (step < 10 || step >= 13) expect([step, peer.state]).toEqual([step, step < 10 ? "reset" : "open"]);
		}
	});

	test("a telegram that was overwritten before the feed heard of the next is never continued", () => {
		const bench = new StreamBench();
		const peer = bench.connectTcp(20);
		bench.bench.port.receive(powerTelegram(1));
		// As when a listener before the feed throws: the feed does not hear of these.
		const onReading = bench.feed.onReading;
		bench.feed.onReading = () => {};
		bench.bench.port.receive(powerTelegram(2));
		bench.bench.port.receive(powerTelegram(3));
		bench.feed.onReading = onReading;
		peer.take(1000);
		expect([peer.state, peer.received]).toEqual(["reset", powerTelegram(1).slice(0, 20)]);
		expect(bench.tcp.counters.dropped).toBe(1);
	});

	test("what clients send is thrown away, a little at a time", () => {
		const bench = new StreamBench();
		const peer = bench.connectTcp();
		peer.send("GET / HTTP/1.1\r\n\r\n");
		expect(peer.unreadBytes).toBe(0);
		peer.send("x".repeat(10_000));
		expect(peer.unreadBytes).toBeGreaterThan(8_000);
		for (let i = 0; i < 12; i++) bench.bench.port.receive(powerTelegram(i));
		expect(peer.unreadBytes).toBe(0);
		expect(peer.received).toBe(Array.from({ length: 12 }, (_, i) => powerTelegram(i)).join(""));
	});

	test("one client more than there are places is turned away, until a place is free", () => {
		const bench = new StreamBench({ maxClients: 2 });
		const [first, second, third] = [bench.connectTcp(), bench.connectTcp(), bench.connectTcp()];
		expect([first.state, second.state, third.state]).toEqual(["open", "open", "reset"]);
		first.end();
		const fourth = bench.connectTcp();
		bench.bench.port.receive(powerTelegram(1));
		expect(fourth.received).toBe(powerTelegram(1));
		expect(first.received).toBe("");
		expect(bench.tcp.counters).toMatchObject({ clients: 2, accepted: 3, refused: 1, dropped: 0 });
	});

	test("close ends the clients; one in the middle of a telegram is reset", () => {
		const bench = new StreamBench();
		const [quick, slow] = [bench.connectTcp(), bench.connectTcp(5)];
		bench.bench.port.receive(powerTelegram(1));
		bench.tcp.close();
		bench.tcp.close();
		expect([quick.state, slow.state]).toEqual(["closed", "reset"]);
		bench.bench.port.receive(powerTelegram(2));
		expect(quick.received).toBe(powerTelegram(1));
		expect(bench.tcp.counters).toMatchObject({ clients: 0, dropped: 0 });
		expect(() => bench.connectTcp()).toThrow("nobody listens");
	});

	test.each([0, -1, 1.5, Number.NaN])("%d places are none", (maxClients) => {
		expect(() => new StreamBench({ maxClients })).toThrow(RangeError);
	});
});
