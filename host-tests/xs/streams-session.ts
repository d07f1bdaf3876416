import { JsonWriter } from "../../src/core/json-writer.js";
import type { HttpServer } from "../../src/http/server.js";
import type { P1PortHandler } from "../../src/ports/p1-port.js";
import { ReadingEvents } from "../../src/publishers/api/events.js";
import { DongleMetrics } from "../../src/publishers/metrics/dongle-metrics.js";
import { HttpMetrics } from "../../src/publishers/metrics/http-metrics.js";
import { MeterMetrics } from "../../src/publishers/metrics/meter-metrics.js";
import { Metrics } from "../../src/publishers/metrics/metrics.js";
import { MAX_SOURCE_BYTES } from "../../src/publishers/metrics/metrics-source.js";
import { StreamMetrics } from "../../src/publishers/metrics/stream-metrics.js";
import { TcpTelegrams } from "../../src/publishers/telegram-stream/tcp-telegrams.js";
import { TelegramFeed } from "../../src/publishers/telegram-stream/telegram-feed.js";
import { WebSocketTelegrams } from "../../src/publishers/telegram-stream/web-socket-telegrams.js";
import { Meter } from "../../src/services/meter.js";
import { ReadingDocument } from "../../src/services/reading-document.js";
import { FakeClock } from "../support/fake-clock.js";
import { FakeTcp } from "../support/fake-tcp.js";
import { httpHarness } from "../support/http-harness.js";

/** The streams and the metrics on networks in memory. Runs on Node and on XS. */
export class StreamsSession {
	readonly http: FakeTcp;
	readonly raw = new FakeTcp();
	readonly clock = new FakeClock();
	readonly faults: readonly string[];
	#p1Port: P1PortHandler | undefined;

	constructor() {
		const { clock } = this;
		const document = new ReadingDocument();
		const feed = new TelegramFeed(() => meter.reading);
		const meter: Meter = new Meter({
			openP1Port: (handler) => {
				this.#p1Port = handler;
				return { hasLineFormat: false, setLineFormat: () => {}, close: () => {} };
			},
			clock,
			timers: clock,
			listeners: [document, feed, { onReading: () => events.onReading(), onStale: () => events.onStale() }],
		});
		const events = new ReadingEvents({ meter, document, timers: clock });
		const webSocket = new WebSocketTelegrams({ feed });
		const tcp = new TcpTelegrams({ openListener: this.raw.open, port: 2323, feed, onError: () => {} });
		const memory = { heapUsedBytes: 1 };
		const link = { kind: "wifi", connected: true, rssiDbm: -61 } as const;
		const device = { model: "bench", serial: "3c39e7aabbcc", memory: () => memory, link: () => link };
		const metrics = new Metrics({
			meter,
			sources: [
				new MeterMetrics(meter),
				new DongleMetrics(device, clock),
				new HttpMetrics(() => server),
				new StreamMetrics({ tcp, websocket: webSocket, events }),
			],
			writer: new JsonWriter(new Uint8Array(MAX_SOURCE_BYTES)),
		});
		const harness = httpHarness({
			resources: [events, webSocket, metrics],
			limits: { maxConnections: 6, outputBuffers: 2 },
		});
		const server: HttpServer = harness.server;
		this.http = harness.tcp;
		this.faults = harness.faults;
	}

	/** A telegram arrives in one piece. */
	receive(telegram: Uint8Array): void {
		this.#p1Port?.onBytes(telegram, 0, telegram.length);
	}
}

export const EVENTS = "GET /api/v1/events HTTP/1.1\r\nHost: p1\r\n\r\n";
export const METRICS = "GET /metrics HTTP/1.1\r\nHost: p1\r\n\r\n";
export const WEB_SOCKET =
	"GET /api/v1/telegram/stream HTTP/1.1\r\nHost: p1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/** A ping with the payload "hi" masked with zeros, then a close with code 1000. */
const PING_AND_CLOSE = Uint8Array.of(0x89, 0x82, 0, 0, 0, 0, 0x68, 0x69, 0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8);

/** Everything that peers of every kind get, quick and slow, while telegrams come and then do not. */
export function streamsTranscript(telegram: Uint8Array): string[] {
	const session = new StreamsSession();
	const { http, raw, clock } = session;
	const peers = [raw.connect(), raw.connect(300), http.connect(), http.connect(400), http.connect(), http.connect(500)];
	for (const index of [2, 3]) peers[index]?.send(WEB_SOCKET);
	for (const index of [4, 5]) peers[index]?.send(EVENTS);
	for (let i = 0; i < 4; i++) {
		session.receive(telegram);
		clock.advance(1_000);
		for (const peer of peers) peer.take(i === 3 ? 100_000 : 200);
	}
	peers[2]?.send(PING_AND_CLOSE);
	const scraper = http.connect();
	scraper.send(METRICS);
	clock.advance(60_000);
	const late = http.connect();
	late.send(METRICS);
	return [...[...peers, scraper, late].map((peer) => `${peer.received}|${peer.state}`), session.faults.join("|")];
}
