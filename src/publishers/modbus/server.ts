import type { JsonWriter } from "../../core/json-writer.js";
import type { Clock, TimerHandle, Timers } from "../../ports/clock.js";
import type { StatusSource } from "../../ports/status-source.js";
import type {
	ListenErrorCode,
	OpenTcpListener,
	TcpConnection,
	TcpConnectionHandler,
	TcpListener,
	TcpListenerOptions,
} from "../../ports/tcp.js";
import { ModbusConnection, type ModbusCounters, type ModbusHost } from "./connection.js";
import { DEFAULT_MODBUS_LIMITS, type ModbusLimits, modbusLimits } from "./limits.js";
import { MeterRegisters, type MeterView } from "./meter-registers.js";

/** What the server listens on, and what it reads from. */
export interface ModbusServerOptions {
	readonly openListener: OpenTcpListener;
	/** 502 is Modbus TCP's own. */
	readonly port: number;
	/** Address to listen on; absent: every address of the device. */
	readonly host?: string;
	readonly meter: MeterView;
	/** The device's serial number: hexadecimal digits. */
	readonly serial: string;
	readonly clock: Clock;
	readonly timers: Timers;
	/** Changes to the default limits. */
	readonly limits?: Partial<ModbusLimits>;
	readonly onListening?: TcpListenerOptions["onListening"];
	/** As of the listener: it is over. */
	readonly onError: TcpListenerOptions["onError"];
}

const COUNTERS = Object.freeze([
	"accepted",
	"refused",
	"evicted",
	"requests",
	"exceptions",
	"malformed",
	"timeouts",
] as const satisfies readonly (keyof ModbusCounters)[]);

/**
 * Modbus TCP as an Eastron SDM630 would speak it behind a gateway: read-only, every unit, a bounded number of places for
 * connections with one buffer each, made when they are needed first and then kept, and one timer for every time limit while
 * anybody is connected. It is the section `modbus` of the status, too.
 * @see docs/modbus.md; Modbus Application Protocol 1.1b3, Modbus Messaging on TCP/IP Implementation Guide 1.0b
 */
export class ModbusServer implements ModbusHost, StatusSource, TcpListenerOptions {
	readonly statusName = "modbus";
	readonly port: number;
	readonly host: string | undefined;
	readonly limits: ModbusLimits;
	readonly clock: Clock;
	readonly registers: MeterRegisters;
	readonly counters: ModbusCounters = {
		accepted: 0,
		refused: 0,
		evicted: 0,
		requests: 0,
		exceptions: 0,
		malformed: 0,
		timeouts: 0,
	};
	readonly #timers: Timers;
	readonly #onListening: ModbusServerOptions["onListening"];
	readonly #onError: ModbusServerOptions["onError"];
	readonly #connections: ModbusConnection[] = [];
	/** Those whose turn comes. */
	#waiting: ModbusConnection[] = [];
	readonly #listener: TcpListener;
	#ticker: TimerHandle | undefined;
	#turn: TimerHandle | undefined;
	#isClosed = false;

	/** @throws RangeError for limits that cannot be. */
	constructor(options: ModbusServerOptions) {
		this.port = options.port;
		this.host = options.host;
		this.limits = options.limits === undefined ? DEFAULT_MODBUS_LIMITS : modbusLimits(options.limits);
		this.clock = options.clock;
		this.registers = new MeterRegisters(options.meter, options.serial);
		this.#timers = options.timers;
		this.#onListening = options.onListening;
		this.#onError = options.onError;
		this.#listener = options.openListener(this);
	}

	/** Connections that are open now. */
	get openConnections(): number {
		let count = 0;
		for (let i = 0; i < this.#connections.length; i++) if (this.#connections[i]?.isFree === false) count++;
		return count;
	}

	writeStatus(writer: JsonWriter): void {
		writer.openObject();
		writer.name("openConnections");
		writer.number(this.openConnections);
		for (let i = 0; i < COUNTERS.length; i++) {
			const name = COUNTERS[i] as (typeof COUNTERS)[number];
			writer.name(name);
			writer.number(this.counters[name]);
		}
		writer.closeObject();
	}

	/** Stops listening and closes every connection. Idempotent. */
	close(): void {
		if (this.#isClosed) return;
		this.#isClosed = true;
		this.#listener.close();
		this.#ticker?.cancel();
		this.#turn?.cancel();
		for (let i = 0; i < this.#connections.length; i++) this.#connections[i]?.close(false);
	}

	onListening(port: number): void {
		this.#onListening?.(port);
	}

	onError(code: ListenErrorCode, detail: string): void {
		this.close();
		this.#onError(code, detail);
	}

	onConnection(tcp: TcpConnection): TcpConnectionHandler | undefined {
		const connection = this.#isClosed ? undefined : this.#findPlace();
		if (connection === undefined) {
			this.counters.refused++;
			return undefined;
		}
		this.counters.accepted++;
		this.#ticker ??= this.#timers.every(this.limits.tickMs, () => this.#tick());
		connection.open(tcp);
		return connection;
	}

	runLater(connection: ModbusConnection): void {
		if (!this.#waiting.includes(connection)) this.#waiting.push(connection);
		this.#turn ??= this.#timers.after(0, () => this.#takeTurns());
	}

	/** A free place, a new one, or that of the connection that has been idle for longest, if it has been long enough. */
	#findPlace(): ModbusConnection | undefined {
		const connections = this.#connections;
		let idlest: ModbusConnection | undefined;
		let idleSinceMs = this.clock.monotonicMs() - this.limits.evictIdleAfterMs;
		for (let i = 0; i < connections.length; i++) {
			const connection = connections[i] as ModbusConnection;
			if (connection.isFree) return connection;
			const sinceMs = connection.idleSinceMs;
			if (sinceMs === undefined || sinceMs > idleSinceMs) continue;
			idlest = connection;
			idleSinceMs = sinceMs;
		}
		if (connections.length < this.limits.maxConnections) {
			const connection = new ModbusConnection(this);
			connections.push(connection);
			return connection;
		}
		if (idlest === undefined) return undefined;
		this.counters.evicted++;
		idlest.close(false);
		return idlest;
	}

	#takeTurns(): void {
		this.#turn = undefined;
		const connections = this.#waiting;
		this.#waiting = [];
		for (const connection of connections) connection.run();
	}

	#tick(): void {
		const nowMs = this.clock.monotonicMs();
		for (let i = 0; i < this.#connections.length; i++) this.#connections[i]?.tick(nowMs);
		if (this.openConnections > 0) return;
		this.#ticker?.cancel();
		this.#ticker = undefined;
	}
}
