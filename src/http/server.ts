import { fixedBytes } from "../core/fixed-memory.js";
import type { Clock, TimerHandle, Timers } from "../ports/clock.js";
import type {
	ListenErrorCode,
	OpenTcpListener,
	TcpConnection,
	TcpConnectionHandler,
	TcpListener,
	TcpListenerOptions,
} from "../ports/tcp.js";
import { AsciiCache } from "./ascii.js";
import { HttpConnection } from "./connection.js";
import type { ConnectionHost } from "./connection-host.js";
import { HttpCounters, type HttpStatistics } from "./counters.js";
import { TOO_MANY_CONNECTIONS } from "./faults.js";
import { type HttpLimits, httpLimits } from "./limits.js";
import { Pool, type PoolOwner } from "./pool.js";
import { Refusals } from "./refusals.js";
import { RequestReceiver } from "./request-receiver.js";
import { CONTINUE, HeadWriter } from "./response-head.js";
import type { Router } from "./router.js";

/** What the server listens on, what it serves and what it runs on. */
export interface HttpServerOptions {
	readonly openListener: OpenTcpListener;
	readonly port: number;
	/** Address to listen on; absent: every address of the device. */
	readonly host?: string;
	readonly router: Router;
	readonly clock: Clock;
	readonly timers: Timers;
	/** Changes to the default limits. */
	readonly limits?: Partial<HttpLimits>;
	readonly onListening?: TcpListenerOptions["onListening"];
	/** As of the listener: it is over. */
	readonly onError: TcpListenerOptions["onError"];
	/** A handler threw; the client has got 500 if it had no answer yet. `where` is for people. */
	readonly onFault: (where: string, error: unknown) => void;
}

/**
 * A bounded HTTP/1.1 server: all memory for requests and answers is allocated here, one timer serves every time limit, and
 * whatever peers send or fail to send costs no more than their connection. It is what its listener, its pools and its
 * connections call, so that no objects are needed in between.
 * Throws RangeError for limits that cannot be.
 */
export class HttpServer implements ConnectionHost, TcpListenerOptions, PoolOwner {
	readonly port: number;
	readonly host: string | undefined;
	readonly limits: HttpLimits;
	readonly router: Router;
	readonly clock: Clock;
	readonly counters = new HttpCounters();
	readonly names = new AsciiCache();
	readonly headWriter: HeadWriter;
	readonly inputPool: Pool<RequestReceiver>;
	readonly outputPool: Pool<Uint8Array>;
	readonly outputBytes: number;
	readonly #timers: Timers;
	readonly #onListening: HttpServerOptions["onListening"];
	readonly #onError: HttpServerOptions["onError"];
	readonly #onFault: HttpServerOptions["onFault"];
	readonly #connections: HttpConnection[] = [];
	readonly #refusals: Refusals;
	readonly #waiting = new Set<HttpConnection>();
	readonly #starved = new Set<HttpConnection>();
	readonly #ticker: TimerHandle;
	readonly #listener: TcpListener;
	#turn: TimerHandle | undefined;
	#isClosed = false;

	constructor(options: HttpServerOptions) {
		const limits = httpLimits(options.limits);
		const outputBytes = limits.outputBytes + CONTINUE.length;
		this.port = options.port;
		this.host = options.host;
		this.limits = limits;
		this.router = options.router;
		this.clock = options.clock;
		this.#timers = options.timers;
		this.#onListening = options.onListening;
		this.#onError = options.onError;
		this.#onFault = options.onFault;
		this.headWriter = new HeadWriter(this.names, limits.idleMs);
		this.inputPool = new Pool(
			Array.from({ length: limits.inputBuffers }, () => new RequestReceiver(limits)),
			this,
		);
		this.outputPool = new Pool(
			Array.from({ length: limits.outputBuffers }, () => fixedBytes(outputBytes)),
			this,
		);
		this.outputBytes = outputBytes;
		for (let i = 0; i < limits.maxConnections; i++) this.#connections.push(new HttpConnection(this));
		this.#refusals = new Refusals(limits.lingerMs);
		this.#ticker = options.timers.every(limits.tickMs, () => this.#tick());
		this.#listener = options.openListener(this);
	}

	get statistics(): HttpStatistics {
		return this.counters;
	}

	/** Connections that are open now. */
	get openConnections(): number {
		let count = 0;
		for (let i = 0; i < this.#connections.length; i++) {
			if (this.#connections[i]?.isFree === false) count++;
		}
		return count;
	}

	/** Stops listening and closes every connection, those that were given away included. Idempotent. */
	close(): void {
		if (this.#isClosed) return;
		this.#isClosed = true;
		this.#listener.close();
		this.#ticker.cancel();
		this.#turn?.cancel();
		this.#refusals.close();
		for (const connection of this.#connections) connection.close(false);
	}

	/** For the listener. */
	onListening(port: number): void {
		this.#onListening?.(port);
	}

	/** For the listener. */
	onError(code: ListenErrorCode, detail: string): void {
		this.#onError(code, detail);
	}

	/** For the connections. */
	onFault(where: string, error: unknown): void {
		this.#onFault(where, error);
	}

	/** For the connections. */
	awaitPool(connection: HttpConnection): void {
		this.#starved.add(connection);
	}

	/** For the pools: those that wait try again, in the order in which they came. */
	onPoolFree(): void {
		// An iterator is garbage.
		if (this.#starved.size === 0) return;
		for (const connection of this.#starved) this.runLater(connection);
		this.#starved.clear();
	}

	/** For the listener. */
	onConnection(tcp: TcpConnection): TcpConnectionHandler | undefined {
		if (this.#isClosed) return undefined;
		const connection = this.#findPlace();
		if (connection === undefined) {
			this.counters.refused++;
			this.counters.countStatus(TOO_MANY_CONNECTIONS.status);
			return this.#refusals.refuse(tcp, this.clock.monotonicMs());
		}
		this.counters.accepted++;
		connection.open(tcp);
		return connection;
	}

	/** A free place, or that of the connection that has been idle for longest, if it has been long enough. */
	#findPlace(): HttpConnection | undefined {
		let idlest: HttpConnection | undefined;
		let idleSinceMs = this.clock.monotonicMs() - this.limits.evictIdleAfterMs;
		for (let i = 0; i < this.#connections.length; i++) {
			const connection = this.#connections[i] as HttpConnection;
			if (connection.isFree) return connection;
			const sinceMs = connection.idleSinceMs;
			if (sinceMs === undefined || sinceMs > idleSinceMs) continue;
			idlest = connection;
			idleSinceMs = sinceMs;
		}
		if (idlest === undefined) return undefined;
		this.counters.evicted++;
		idlest.close(false);
		return idlest;
	}

	/** For the connections. */
	runLater(connection: HttpConnection): void {
		if (this.#isClosed) return;
		this.#waiting.add(connection);
		this.#turn ??= this.#timers.after(0, () => this.#takeTurns());
	}

	#takeTurns(): void {
		this.#turn = undefined;
		const connections = [...this.#waiting];
		this.#waiting.clear();
		for (const connection of connections) connection.run();
	}

	#tick(): void {
		const nowMs = this.clock.monotonicMs();
		for (let i = 0; i < this.#connections.length; i++) this.#connections[i]?.tick(nowMs);
		this.#refusals.tick(nowMs);
		this.onPoolFree();
	}
}
