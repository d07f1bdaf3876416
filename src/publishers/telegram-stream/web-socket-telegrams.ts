import type { HttpRequest, HttpResponse } from "../../http/message.js";
import { RETRY_SOON } from "../../http/response-head.js";
import type { Resource, Route } from "../../http/router.js";
import { acceptHandshake } from "../../http/websocket/handshake.js";
import type { TcpConnection, TcpConnectionHandler } from "../../ports/tcp.js";
import { type ClientCounters, ClientPlaces, type TelegramFeed } from "./telegram-feed.js";
import { WebSocketClient } from "./web-socket-client.js";

/** Each takes one of the HTTP server's connections for as long as it is there. */
export const DEFAULT_WEB_SOCKET_CLIENTS = 2;
const INPUT_BYTES = 128;

const ROUTES: readonly Route[] = Object.freeze([
	Object.freeze({ name: "telegramStream", method: "GET", path: "/api/v1/telegram/stream", noStore: true }),
]);

/** What is served, and to how many. */
export interface WebSocketTelegramsOptions {
	readonly feed: TelegramFeed;
	/** One more gets 503; default {@link DEFAULT_WEB_SOCKET_CLIENTS}. */
	readonly maxClients?: number;
}

/** Raw telegrams over WebSocket, a text message each, as evcc's `dsmr` meter reads them. */
export class WebSocketTelegrams implements Resource {
	readonly #feed: TelegramFeed;
	readonly #places: ClientPlaces;
	readonly #clients = new Set<WebSocketClient>();
	readonly #input = new Uint8Array(INPUT_BYTES);

	constructor({ feed, maxClients = DEFAULT_WEB_SOCKET_CLIENTS }: WebSocketTelegramsOptions) {
		this.#feed = feed;
		this.#places = new ClientPlaces(maxClients);
	}

	get routes(): readonly Route[] {
		return ROUTES;
	}

	get counters(): ClientCounters {
		return this.#places;
	}

	/** Ends every stream; for before the HTTP server closes. */
	close(): void {
		for (const client of this.#clients) client.close();
	}

	handle(request: HttpRequest, response: HttpResponse): void {
		const headers = acceptHandshake(request, response);
		if (headers === undefined) return;
		if (this.#places.take()) response.takeOver(101, headers, (connection) => this.#open(connection));
		else response.respondError(503, "too-many-streams", "All streams are in use. Close one, or try again.", RETRY_SOON);
	}

	#open(connection: TcpConnection): TcpConnectionHandler {
		const client: WebSocketClient = new WebSocketClient(connection, this.#feed, this.#input, (isDropped) => {
			this.#places.give(isDropped);
			this.#clients.delete(client);
			this.#feed.remove(client);
		});
		this.#clients.add(client);
		this.#feed.add(client);
		return client;
	}
}
