import type {
	OpenTcpListener,
	TcpConnection,
	TcpConnectionHandler,
	TcpListener,
	TcpListenerOptions,
} from "../../ports/tcp.js";
import { type ClientCounters, ClientPlaces, type TelegramClient, type TelegramFeed } from "./telegram-feed.js";

/** Home Assistant, evcc, DSMR-reader and one to look. */
export const DEFAULT_TELEGRAM_CLIENTS = 4;
const DISCARD_BYTES = 128;
/** In one go; what is left waits in the client's own window until more comes or the next telegram. */
const MAX_DISCARDS = 8;

/** What the server listens on, and what it serves. */
export interface TcpTelegramsOptions {
	readonly openListener: OpenTcpListener;
	readonly port: number;
	/** Address to listen on; absent: every address of the device. */
	readonly host?: string;
	readonly feed: TelegramFeed;
	/** One more is reset; default {@link DEFAULT_TELEGRAM_CLIENTS}. */
	readonly maxClients?: number;
	readonly onListening?: TcpListenerOptions["onListening"];
	/** As of the listener: it is over. */
	readonly onError: TcpListenerOptions["onError"];
}

/**
 * Raw telegrams over TCP, as Home Assistant's `dsmr`, evcc and DSMR-reader read them: a client connects and listens.
 * What it sends is thrown away.
 */
export class TcpTelegrams {
	readonly #feed: TelegramFeed;
	readonly #places: ClientPlaces;
	readonly #clients = new Set<TcpTelegramClient>();
	readonly #discarded = new Uint8Array(DISCARD_BYTES);
	readonly #listener: TcpListener;
	#isClosed = false;

	constructor(options: TcpTelegramsOptions) {
		const { openListener, port, host, feed, maxClients = DEFAULT_TELEGRAM_CLIENTS, onListening, onError } = options;
		this.#feed = feed;
		this.#places = new ClientPlaces(maxClients);
		this.#listener = openListener({
			port,
			...(host === undefined ? {} : { host }),
			...(onListening === undefined ? {} : { onListening }),
			onConnection: (connection) => this.#accept(connection),
			onError,
		});
	}

	get counters(): ClientCounters {
		return this.#places;
	}

	/** Stops listening and closes every connection. Idempotent. */
	close(): void {
		if (this.#isClosed) return;
		this.#isClosed = true;
		this.#listener.close();
		for (const client of this.#clients) client.close();
	}

	#accept(connection: TcpConnection): TcpConnectionHandler | undefined {
		if (this.#isClosed || !this.#places.take()) return undefined;
		const client: TcpTelegramClient = new TcpTelegramClient(connection, this.#feed, this.#discarded, (isDropped) => {
			this.#places.give(isDropped);
			this.#clients.delete(client);
			this.#feed.remove(client);
		});
		this.#clients.add(client);
		this.#feed.add(client);
		return client;
	}
}

class TcpTelegramClient implements TcpConnectionHandler, TelegramClient {
	readonly #connection: TcpConnection;
	readonly #feed: TelegramFeed;
	readonly #discarded: Uint8Array;
	readonly #onGone: (isDropped: boolean) => void;
	/** Of the next byte of the telegram; -1 when nothing is left to send. */
	#position = -1;

	constructor(
		connection: TcpConnection,
		feed: TelegramFeed,
		discarded: Uint8Array,
		onGone: (isDropped: boolean) => void,
	) {
		this.#connection = connection;
		this.#feed = feed;
		this.#discarded = discarded;
		this.#onGone = onGone;
	}

	get isBehind(): boolean {
		return this.#position >= 0;
	}

	onTelegram(): void {
		this.#discard();
		this.#position = 0;
		this.#send();
	}

	drop(): void {
		this.#connection.close(true);
		this.#onGone(true);
	}

	/** Lets what was sent arrive, unless a telegram is under way: no part of one may be the last that a client gets. */
	close(): void {
		this.#connection.close(this.isBehind);
		this.#onGone(false);
	}

	onReadable(): void {
		this.#discard();
	}

	onWritable(): void {
		if (!this.isBehind) return;
		if (this.#feed.isIntact) this.#send();
		else this.drop();
	}

	onClosed(): void {
		this.#onGone(false);
	}

	#send(): void {
		const { telegram } = this.#feed;
		this.#position = telegram.send(this.#connection, this.#position, false);
		if (this.#position === telegram.lengthBytes(false)) this.#position = -1;
	}

	#discard(): void {
		const discarded = this.#discarded;
		for (let i = 0; i < MAX_DISCARDS; i++) {
			if (this.#connection.read(discarded, 0, discarded.length) === 0) return;
		}
	}
}
