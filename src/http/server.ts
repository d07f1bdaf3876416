import type { Clock, TimerHandle, Timers } from "../ports/clock.js";
import type {
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
import { OutputPool } from "./output-pool.js";
import { Refusals } from "./refusals.js";
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
 * whatever peers send or fail to send costs no more than their connection.
 * Throws RangeError for limits that cannot be.
 */
export class HttpServer {
	readonly #options: HttpServerOptions;
	readonly #limits: HttpLimits;
	readonly #counters = new HttpCounters();
	readonly #connections: HttpConnection[] = [];
	readonly #refusals: Refusals;
	readonly #waiting = new Set<HttpConnection>();
	readonly #starved = new Set<HttpConnection>();
	readonly #ticker: TimerHandle;
	readonly #listener: TcpListener;
	#turn: TimerHandle | undefined;
	#isClosed = false;

	constructor(options: HttpServerOptions) {
		this.#options = options;
		const limits = httpLimits(options.limits);
		this.#limits = limits;
		const host: ConnectionHost = {
			limits,
			router: options.router,
			clock: options.clock,
			counters: this.#counters,
			names: new AsciiCache(),
			headWriter: new HeadWriter(new AsciiCache(), limits.idleMs),
			outputPool: new OutputPool(
				limits.outputBuffers,
				limits.outputBytes + CONTINUE.length,
				options.clock,
				limits.outputGraceMs,
				() => this.#feed(),
			),
			onFault: options.onFault,
			awaitOutput: (connection) => this.#starved.add(connection),
			runLater: (connection) => this.#runLater(connection),
		};
		for (let i = 0; i < limits.maxConnections; i++) this.#connections.push(new HttpConnection(host));
		this.#refusals = new Refusals(limits.lingerMs);
		this.#ticker = options.timers.every(limits.tickMs, () => this.#tick());
		const { host: address, onListening } = options;
		this.#listener = options.openListener({
			port: options.port,
			...(address === undefined ? {} : { host: address }),
			...(onListening === undefined ? {} : { onListening }),
			onConnection: (tcp) => this.#accept(tcp),
			onError: options.onError,
		});
	}

	get statistics(): HttpStatistics {
		return this.#counters;
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

	#accept(tcp: TcpConnection): TcpConnectionHandler | undefined {
		if (this.#isClosed) return undefined;
		const connection = this.#findPlace();
		if (connection === undefined) {
			this.#counters.refused++;
			this.#counters.countStatus(TOO_MANY_CONNECTIONS.status);
			return this.#refusals.refuse(tcp, this.#options.clock.monotonicMs());
		}
		this.#counters.accepted++;
		connection.open(tcp);
		return connection;
	}

	/** A free place, or that of the connection that has been idle for longest, if it has been long enough. */
	#findPlace(): HttpConnection | undefined {
		let idlest: HttpConnection | undefined;
		let idleSinceMs = this.#options.clock.monotonicMs() - this.#limits.evictIdleAfterMs;
		for (let i = 0; i < this.#connections.length; i++) {
			const connection = this.#connections[i] as HttpConnection;
			if (connection.isFree) return connection;
			const sinceMs = connection.idleSinceMs;
			if (sinceMs === undefined || sinceMs > idleSinceMs) continue;
			idlest = connection;
			idleSinceMs = sinceMs;
		}
		if (idlest === undefined) return undefined;
		this.#counters.evicted++;
		idlest.close(false);
		return idlest;
	}

	#runLater(connection: HttpConnection): void {
		if (this.#isClosed) return;
		this.#waiting.add(connection);
		this.#turn ??= this.#options.timers.after(0, () => this.#takeTurns());
	}

	#takeTurns(): void {
		this.#turn = undefined;
		const connections = [...this.#waiting];
		this.#waiting.clear();
		for (const connection of connections) connection.run();
	}

	/** Those that wait for a buffer try again, in the order in which they came. */
	#feed(): void {
		for (const connection of this.#starved) this.#runLater(connection);
		this.#starved.clear();
	}

	#tick(): void {
		const nowMs = this.#options.clock.monotonicMs();
		for (let i = 0; i < this.#connections.length; i++) this.#connections[i]?.tick(nowMs);
		this.#refusals.tick(nowMs);
		this.#feed();
	}
}
