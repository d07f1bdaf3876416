import { describe, expect, test } from "vitest";
import type { FakePeer } from "../support/fake-tcp.js";
import { parseResponses } from "../support/http-harness.js";
import { unchunked } from "../support/raw-http.js";
import { StreamBench, type StreamBenchOptions } from "../support/stream-bench.js";
import { corpusTelegram, powerTelegram } from "../support/telegram.js";

const REQUEST = "GET /api/v1/events HTTP/1.1\r\nHost: p1\r\nAccept: text/event-stream\r\n\r\n";
const RETRY = "retry: 3000\n\n";
const COMMENT = ":\n\n";

/** The event that tells of a reading of {@link powerTelegram}. */
function event(sequence: number, watts: number, stale = false): string {
	return `id: ${sequence}\nevent: reading\ndata: ${json(watts, stale)}\n\n`;
}

function json(watts: number, stale = false): string {
	return JSON.stringify({
		stale,
		profile: "se",
		identification: "TST5 meter",
		time: "2024-01-08T15:49:40Z",
		meterTime: "240108164940W",
		powerImportW: watts,
	});
}

/** A bench whose meter is known to be Swedish. */
function swedish(options: StreamBenchOptions = {}): StreamBench {
	return new StreamBench({ ...options, meter: { profile: "se" } });
}

/** What came since the last call, without chunks. */
function take(peer: FakePeer): string {
	return unchunked(peer.takeReceived());
}

function open(bench: StreamBench, request = REQUEST, roomBytes?: number): FakePeer {
	const headBytes = 300;
	const peer = bench.connectHttp(request, headBytes);
	const text = peer.takeReceived();
	const headEnd = text.indexOf("\r\n\r\n") + 4;
	expect(text.slice(0, headEnd)).toMatch(/^HTTP\/1\.1 200 OK\r\nContent-Type: text\/event-stream\r\n/);
	expect(text.slice(0, headEnd)).toMatch(/\r\nCache-Control: no-store\r\n/);
	peer.take((roomBytes ?? Number.POSITIVE_INFINITY) - headBytes + text.length);
	return peer;
}

describe("server-sent events", () => {
	test("each reading is an event with its number, when it comes", () => {
		const bench = swedish();
		const peer = open(bench);
		for (const watts of [10, 20]) bench.bench.port.receive(powerTelegram(watts));
		expect(take(peer)).toBe(event(1, 10) + event(2, 20));
	});

	test("a new stream says how soon to come back, and begins with the latest reading", () => {
		const bench = swedish();
		for (const watts of [10, 20]) bench.bench.port.receive(powerTelegram(watts));
		const peer = bench.connectHttp(REQUEST);
		expect(peer.received).toMatch(/\r\n\r\nd\r\nretry: 3000\n\n\r\n/);
		peer.takeReceived();
		bench.bench.port.receive(powerTelegram(30));
		expect(take(peer)).toBe(event(3, 30));
		const late = bench.connectHttp(REQUEST.replace("HTTP/1.1", "HTTP/1.0"));
		expect(late.received.split("\r\n\r\n")[1]).toBe(RETRY + event(3, 30));
	});

	test("becoming stale is an event too, and so is the end of that", () => {
		const bench = swedish();
		const peer = open(bench);
		bench.bench.port.receive(powerTelegram(10));
		bench.bench.clock.advance(60_000);
		bench.bench.port.receive(powerTelegram(20));
		const events = take(peer).replaceAll(COMMENT, "");
		expect(events).toBe(event(1, 10) + event(1, 10, true) + event(2, 20));
	});

	test("every quarter of a minute there is a comment", () => {
		const bench = swedish();
		const peer = open(bench);
		bench.bench.clock.advance(14_999);
		expect(take(peer)).toBe("");
		bench.bench.clock.advance(1);
		expect(take(peer)).toBe(COMMENT);
		bench.bench.clock.advance(30_000);
		expect(take(peer)).toBe(COMMENT + COMMENT);
		expect(peer.state).toBe("open");
	});

	test.each(["Last-Event-ID: 4711", "Last-Event-ID: \x41\x42", "Last-Event-ID: "])("%j changes nothing", (line) => {
		const bench = swedish();
		bench.bench.port.receive(powerTelegram(10));
		const plain = bench.connectHttp(REQUEST).received;
		expect(bench.connectHttp(REQUEST.replace("\r\n\r\n", `\r\n${line}\r\n\r\n`)).received).toBe(plain);
	});

	test("a slow client gets fewer readings, each of them whole, and the newest at last", () => {
		const bench = swedish();
		const [slow, quick] = [open(bench, REQUEST, 100), open(bench)];
		for (const watts of [10, 20, 30]) bench.bench.port.receive(powerTelegram(watts));
		slow.take(1_000);
		bench.bench.port.receive(powerTelegram(40));
		slow.take(10_000);
		expect(take(slow)).toBe(event(1, 10) + event(3, 30) + event(4, 40));
		expect(take(quick)).toBe([10, 20, 30, 40].map((watts, i) => event(i + 1, watts)).join(""));
		expect(bench.events.counters).toMatchObject({ clients: 2, skipped: 1 });
	});

	test("one that takes nothing is cut off by the server, the others notice nothing", () => {
		const bench = swedish();
		const [dead, quick] = [open(bench, REQUEST, 0), open(bench)];
		for (let i = 0; i < 60; i++) {
			bench.bench.port.receive(powerTelegram(i));
			bench.bench.clock.advance(1_000);
		}
		expect(dead.state).toBe("reset");
		expect(take(quick).replaceAll(COMMENT, "")).toBe(Array.from({ length: 60 }, (_, i) => event(i + 1, i)).join(""));
		expect(bench.events.counters).toMatchObject({ clients: 1, accepted: 2, dropped: 1 });
		expect(bench.server.openConnections).toBe(1);
	});

	test("with two buffers for eight streams that take a little, every one comes to the newest reading", () => {
		const bench = swedish({ maxClients: 8, limits: { outputBuffers: 2 } });
		const peers = Array.from({ length: 8 }, () => open(bench));
		for (let i = 0; i < 20; i++) {
			bench.bench.port.receive(powerTelegram(i));
			bench.bench.clock.advance(100);
		}
		for (const peer of peers) expect(take(peer)).toBe(Array.from({ length: 20 }, (_, i) => event(i + 1, i)).join(""));
	});

	test("one stream more than there may be gets 503, until one has ended", () => {
		const bench = swedish({ maxClients: 2 });
		const [first] = [open(bench), open(bench)];
		const [refused] = parseResponses(bench.connectHttp(REQUEST).received);
		expect(refused?.status).toBe(503);
		expect(refused?.headers.get("retry-after")).toBe("2");
		expect(JSON.parse(refused?.body ?? "")).toMatchObject({ error: { code: "too-many-streams" } });
		first.end();
		open(bench);
		expect(bench.events.counters).toEqual({ clients: 2, accepted: 3, refused: 1, dropped: 0, skipped: 0 });
	});

	test("HEAD opens no stream", () => {
		const bench = swedish();
		const peer = bench.connectHttp(REQUEST.replace("GET", "HEAD"));
		expect(parseResponses(peer.received, ["HEAD"])[0]?.status).toBe(200);
		expect(bench.events.counters).toMatchObject({ clients: 0, accepted: 0 });
	});

	test("a large reading goes through in one piece", () => {
		const bench = new StreamBench();
		const peer = open(bench);
		bench.bench.port.receive(corpusTelegram("be/fluvius-c.txt"));
		const data = take(peer).match(/^data: (.*)$/m)?.[1] ?? "";
		const { length } = bench.document;
		expect(data).toBe(Buffer.from(bench.document.bytes.subarray(0, length)).toString("latin1"));
		expect(() => JSON.parse(data)).not.toThrow();
	});

	test("a reading that has no room in its document: the client is told that there is none", () => {
		const bench = swedish({ documentBytes: 20 });
		const peer = open(bench);
		bench.bench.port.receive(powerTelegram(10));
		bench.bench.clock.advance(15_000);
		expect(take(peer)).toBe(`id: 1\nevent: reading\ndata: {"stale":true}\n\n${COMMENT}`);
	});

	test("close ends the streams in good order, and its timer", () => {
		const bench = swedish();
		const peer = open(bench);
		const before = bench.bench.clock.timerCount;
		bench.events.close();
		expect(peer.received).toBe("0\r\n\r\n");
		expect(bench.events.counters.clients).toBe(0);
		expect(bench.bench.clock.timerCount).toBe(before - 1);
		bench.server.close();
		expect(bench.faults).toEqual([]);
	});

	test("the HTTP server's close is the end of them too", () => {
		const bench = swedish();
		open(bench);
		bench.server.close();
		bench.bench.port.receive(powerTelegram(10));
		expect(bench.events.counters.clients).toBe(0);
		expect(bench.faults).toEqual([]);
	});
});
