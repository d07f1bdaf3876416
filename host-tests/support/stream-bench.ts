import type { HttpLimits } from "../../src/http/limits.js";
import { Router } from "../../src/http/router.js";
import { HttpServer } from "../../src/http/server.js";
import { ReadingEvents } from "../../src/publishers/api/events.js";
import { TcpTelegrams } from "../../src/publishers/telegram-stream/tcp-telegrams.js";
import { TelegramFeed } from "../../src/publishers/telegram-stream/telegram-feed.js";
import { WebSocketTelegrams } from "../../src/publishers/telegram-stream/web-socket-telegrams.js";
import { ReadingDocument } from "../../src/services/reading-document.js";
import { type FakePeer, FakeTcp } from "./fake-tcp.js";
import { MeterBench, type MeterBenchOptions } from "./meter-bench.js";

export type StreamBenchOptions = {
	readonly meter?: MeterBenchOptions;
	readonly maxClients?: number;
	readonly limits?: Partial<HttpLimits>;
	readonly documentBytes?: number;
};

/** The streams on a meter, a network and a clock in a test's hand. */
export class StreamBench {
	readonly bench: MeterBench;
	readonly document: ReadingDocument;
	readonly feed: TelegramFeed;
	readonly tcp: TcpTelegrams;
	readonly webSocket: WebSocketTelegrams;
	readonly events: ReadingEvents;
	readonly server: HttpServer;
	/** What went wrong in callbacks, and what listeners said. */
	readonly faults: string[] = [];
	readonly #tcpNet = new FakeTcp();
	readonly #httpNet = new FakeTcp();

	constructor({ meter: meterOptions, maxClients = 4, limits = {}, documentBytes }: StreamBenchOptions = {}) {
		this.document = new ReadingDocument(documentBytes);
		this.feed = new TelegramFeed(() => this.bench.meter.reading);
		this.bench = new MeterBench({
			...meterOptions,
			listeners: [
				this.document,
				this.feed,
				{ onReading: () => this.events.onReading(), onStale: () => this.events.onStale() },
				...(meterOptions?.listeners ?? []),
			],
		});
		const { clock, meter } = this.bench;
		const onError = (code: string, detail: string): void => void this.faults.push(`${code}: ${detail}`);
		this.tcp = new TcpTelegrams({ openListener: this.#tcpNet.open, port: 2323, feed: this.feed, maxClients, onError });
		this.webSocket = new WebSocketTelegrams({ feed: this.feed, maxClients });
		this.events = new ReadingEvents({ meter, document: this.document, timers: clock, maxStreams: maxClients });
		this.server = new HttpServer({
			openListener: this.#httpNet.open,
			port: 80,
			router: new Router({ resources: [this.webSocket, this.events] }),
			clock,
			timers: clock,
			limits: { maxConnections: 8, ...limits },
			onError,
			onFault: (where, error) => this.faults.push(`${where}: ${String(error)}`),
		});
	}

	/** A client of the raw port. */
	connectTcp(roomBytes?: number): FakePeer {
		return this.#tcpNet.connect(roomBytes);
	}

	/** A client of the HTTP server that has sent `text`. */
	connectHttp(text: string, roomBytes?: number): FakePeer {
		const peer = this.#httpNet.connect(roomBytes);
		peer.send(text);
		return peer;
	}

	/** A WebSocket after its handshake; `roomBytes` are for what comes after. */
	connectWebSocket(roomBytes?: number): FakePeer {
		const headBytes = 500;
		const peer = this.connectHttp(HANDSHAKE, headBytes);
		const head = peer.takeReceived();
		if (!head.startsWith("HTTP/1.1 101 ")) throw new Error(head);
		peer.take((roomBytes ?? Number.POSITIVE_INFINITY) - headBytes + head.length);
		return peer;
	}
}

export const HANDSHAKE = `${[
	"GET /api/v1/telegram/stream HTTP/1.1",
	"Host: p1.local",
	"Upgrade: websocket",
	"Connection: Upgrade",
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
	"Sec-WebSocket-Version: 13",
].join("\r\n")}\r\n\r\n`;
