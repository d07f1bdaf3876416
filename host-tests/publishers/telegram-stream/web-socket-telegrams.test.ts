import { describe, expect, test } from "vitest";
import { clientFrame, closePayload, serverFrames } from "../../support/client-frames.js";
import { parseResponses } from "../../support/http-harness.js";
import { HANDSHAKE, StreamBench } from "../../support/stream-bench.js";
import { powerTelegram, telegramOf } from "../../support/telegram.js";

const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** A telegram as a server's frame. */
function message(telegram: string): { opcode: number; payload: string } {
	return { opcode: TEXT, payload: telegram };
}

function closing(code: number): { opcode: number; payload: string } {
	return { opcode: CLOSE, payload: closePayload(code).toString("latin1") };
}

describe("raw telegrams over WebSocket", () => {
	test("every telegram is a text message, from the next one on", () => {
		const bench = new StreamBench();
		bench.bench.port.receive(powerTelegram(1));
		const peer = bench.connectWebSocket();
		bench.bench.port.receive(powerTelegram(2));
		bench.bench.port.receive(powerTelegram(3));
		expect(serverFrames(peer.received)).toEqual([message(powerTelegram(2)), message(powerTelegram(3))]);
	});

	test.each([50, 125, 126, 500, 2000])("a telegram of about %i bytes has a length in its shortest form", (length) => {
		const bench = new StreamBench();
		const peer = bench.connectWebSocket();
		const row = `0-0:96.13.0(${"30".repeat(Math.max(0, Math.floor((length - 45) / 2)))})`;
		const telegram = telegramOf([row]);
		bench.bench.port.receive(telegram);
		expect(serverFrames(peer.received)).toEqual([message(telegram)]);
	});

	test("one that is not ASCII is a binary message: text would have to be UTF-8", () => {
		const bench = new StreamBench();
		const peer = bench.connectWebSocket();
		const ascii = telegramOf(["1-0:0.2.0(Vasteras)"]);
		const telegram = telegramOf(["1-0:0.2.0(V\xe4ster\xe5s)"]);
		bench.bench.port.receive(Uint8Array.from(telegram, (character) => character.charCodeAt(0)));
		bench.bench.port.receive(ascii);
		expect(serverFrames(peer.received)).toEqual([{ opcode: BINARY, payload: telegram }, message(ascii)]);
	});

	test("a ping is answered with its payload, between telegrams", () => {
		const bench = new StreamBench();
		const peer = bench.connectWebSocket();
		peer.send(clientFrame({ opcode: PING, payload: "one" }), 1);
		bench.bench.port.receive(powerTelegram(1));
		peer.send(Buffer.concat(["two", "three"].map((payload) => clientFrame({ opcode: PING, payload }))));
		expect(serverFrames(peer.received)).toEqual([
			{ opcode: PONG, payload: "one" },
			message(powerTelegram(1)),
			{ opcode: PONG, payload: "two" },
			{ opcode: PONG, payload: "three" },
		]);
	});

	test("a pong never stands in the middle of a telegram, nor a telegram in a pong", () => {
		const bench = new StreamBench();
		const peer = bench.connectWebSocket(20);
		bench.bench.port.receive(powerTelegram(1));
		for (const payload of ["a".repeat(125), "b".repeat(125)]) peer.send(clientFrame({ opcode: PING, payload }));
		const wholeBytes = powerTelegram(1).length + 2;
		peer.take(wholeBytes - 20 + 10);
		bench.bench.port.receive(powerTelegram(2));
		expect(peer.state).toBe("open");
		peer.take(10_000);
		expect(serverFrames(peer.received)).toEqual([
			message(powerTelegram(1)),
			{ opcode: PONG, payload: "a".repeat(125) },
			message(powerTelegram(2)),
			{ opcode: PONG, payload: "b".repeat(125) },
		]);
	});

	test("a client that pings and takes no answer is not read any further", () => {
		const bench = new StreamBench();
		const peer = bench.connectWebSocket(0);
		const ping = clientFrame({ opcode: PING, payload: "x".repeat(100) });
		for (let i = 0; i < 50; i++) peer.send(ping);
		expect(peer.unreadBytes).toBe(49 * ping.length);
		bench.bench.port.receive(powerTelegram(1));
		bench.bench.port.receive(powerTelegram(2));
		expect([peer.state, peer.received]).toEqual(["reset", ""]);
		expect(bench.webSocket.counters).toMatchObject({ clients: 0, dropped: 1 });
	});

	test("messages of clients and pongs are read over", () => {
		const bench = new StreamBench();
		const peer = bench.connectWebSocket();
		peer.send(clientFrame({ opcode: TEXT, payload: '{"subscribe":"telegram"}' }));
		peer.send(clientFrame({ opcode: PONG, payload: "?" }));
		for (let i = 0; i < 100; i++) peer.send(clientFrame({ opcode: BINARY, payload: "x".repeat(1000) }));
		for (let i = 0; i < 5; i++) bench.bench.port.receive(powerTelegram(i));
		expect(serverFrames(peer.received)).toEqual([0, 1, 2, 3, 4].map((watts) => message(powerTelegram(watts))));
		expect(peer.unreadBytes).toBe(0);
	});

	test.each([
		["a code", closePayload(1001, "bye"), 1001],
		["no code", "", 1000],
	])("a close with %s is answered with %s's, and the connection ends", (_what, payload, code) => {
		const bench = new StreamBench();
		const peer = bench.connectWebSocket();
		peer.send(Buffer.concat([clientFrame({ opcode: CLOSE, payload }), clientFrame({ opcode: PING })]));
		bench.bench.port.receive(powerTelegram(1));
		expect(serverFrames(peer.received)).toEqual([closing(code)]);
		expect(peer.state).toBe("closed");
		expect(bench.webSocket.counters).toMatchObject({ clients: 0, dropped: 0 });
		expect(bench.server.openConnections).toBe(0);
	});

	test("a close waits for the telegram under way", () => {
		const bench = new StreamBench();
		const peer = bench.connectWebSocket(20);
		bench.bench.port.receive(powerTelegram(1));
		peer.send(clientFrame({ opcode: CLOSE, payload: closePayload(1000) }));
		expect(peer.state).toBe("open");
		peer.take(1000);
		expect(serverFrames(peer.received)).toEqual([message(powerTelegram(1)), closing(1000)]);
		expect(peer.state).toBe("closed");
	});

	test("a client that closes and takes no answer is gone with the next telegram", () => {
		const bench = new StreamBench();
		const peer = bench.connectWebSocket(1);
		peer.send(clientFrame({ opcode: CLOSE, payload: closePayload(1000) }));
		expect(peer.state).toBe("open");
		bench.bench.port.receive(powerTelegram(1));
		expect(peer.state).toBe("reset");
	});

	test.each([
		["a frame without mask", Uint8Array.of(0x89, 0), 1002],
		["a message that is too long", clientFrame({ opcode: TEXT, payload: "x".repeat(4097) }), 1009],
	])("%s ends it with the right code", (_what, bytes, code) => {
		const bench = new StreamBench();
		const peer = bench.connectWebSocket();
		bench.bench.port.receive(powerTelegram(1));
		peer.send(bytes);
		expect(serverFrames(peer.received)).toEqual([message(powerTelegram(1)), closing(code)]);
		expect(peer.state).toBe("closed");
	});

	test("frames that came with the handshake are read", () => {
		const bench = new StreamBench();
		const peer = bench.connectHttp(HANDSHAKE + clientFrame({ opcode: PING, payload: "early" }).toString("latin1"));
		const frames = peer.received.slice(peer.received.indexOf("\r\n\r\n") + 4);
		expect(serverFrames(frames)).toEqual([{ opcode: PONG, payload: "early" }]);
	});

	test("a client that takes not even the head is dropped with the second telegram", () => {
		const bench = new StreamBench();
		const peer = bench.connectHttp(HANDSHAKE, 10);
		bench.bench.port.receive(powerTelegram(1));
		bench.bench.port.receive(powerTelegram(2));
		expect([peer.state, peer.received]).toEqual(["reset", "HTTP/1.1 1"]);
		expect(bench.server.openConnections).toBe(0);
	});

	test("one that has not taken a telegram when the next is good is dropped; the others notice nothing", () => {
		const bench = new StreamBench();
		const [slow, quick] = [bench.connectWebSocket(50), bench.connectWebSocket()];
		for (const watts of [1, 2, 3]) bench.bench.port.receive(powerTelegram(watts));
		expect([slow.state, slow.received.length]).toEqual(["reset", 50]);
		expect(serverFrames(quick.received)).toEqual([1, 2, 3].map((watts) => message(powerTelegram(watts))));
		expect(bench.webSocket.counters).toMatchObject({ clients: 1, accepted: 2, dropped: 1 });
		expect(bench.server.openConnections).toBe(1);
	});

	test("a telegram that was overwritten before the feed heard of the next is never continued", () => {
		const bench = new StreamBench();
		const peer = bench.connectWebSocket(20);
		bench.bench.port.receive(powerTelegram(1));
		const onReading = bench.feed.onReading;
		bench.feed.onReading = () => {};
		for (const watts of [2, 3]) bench.bench.port.receive(powerTelegram(watts));
		bench.feed.onReading = onReading;
		peer.take(1000);
		expect([peer.state, peer.received.length]).toEqual(["reset", 20]);
	});

	test("one client more than there are places gets 503", () => {
		const bench = new StreamBench({ maxClients: 1 });
		bench.connectWebSocket();
		const peer = bench.connectHttp(HANDSHAKE);
		const [response] = parseResponses(peer.received);
		expect(response?.status).toBe(503);
		expect(JSON.parse(response?.body ?? "")).toMatchObject({ error: { code: "too-many-streams" } });
		expect(bench.webSocket.counters).toMatchObject({ clients: 1, accepted: 1, refused: 1 });
	});

	test("a request that is no handshake takes no place", () => {
		const bench = new StreamBench({ maxClients: 1 });
		const peer = bench.connectHttp("GET /api/v1/telegram/stream HTTP/1.1\r\nHost: a\r\n\r\n");
		expect(parseResponses(peer.received)[0]?.status).toBe(426);
		expect(bench.webSocket.counters).toMatchObject({ clients: 0, accepted: 0, refused: 0 });
	});

	test("a peer that goes away gives its place back", () => {
		const bench = new StreamBench({ maxClients: 1 });
		bench.connectWebSocket().end();
		expect(bench.webSocket.counters.clients).toBe(0);
		bench.connectWebSocket();
		expect(bench.webSocket.counters).toMatchObject({ clients: 1, refused: 0 });
	});

	test("close says that the server goes away; a client in the middle of a telegram is reset", () => {
		const bench = new StreamBench();
		const [quick, slow] = [bench.connectWebSocket(), bench.connectWebSocket(5)];
		bench.bench.port.receive(powerTelegram(1));
		bench.webSocket.close();
		expect(serverFrames(quick.received)).toEqual([message(powerTelegram(1)), closing(1001)]);
		expect([quick.state, slow.state]).toEqual(["closed", "reset"]);
		bench.server.close();
		expect(bench.faults).toEqual([]);
	});

	test("the HTTP server's close is the end of it too", () => {
		const bench = new StreamBench();
		const peer = bench.connectWebSocket();
		bench.server.close();
		bench.bench.port.receive(powerTelegram(1));
		expect([peer.state, peer.received]).toEqual(["closed", ""]);
		expect(bench.webSocket.counters.clients).toBe(0);
	});
});
