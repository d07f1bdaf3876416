import type { JsonWriter } from "../../core/json-writer.js";
import type { Clock, TimerHandle, Timers } from "../../ports/clock.js";
import type { StatusSource } from "../../ports/status-source.js";
import type {
	OpenTcpListener,
	TcpConnection,
	TcpConnectionHandler,
	TcpListener,
	TcpListenerOptions,
} from "../../ports/tcp.js";
import { ModbusConnection, type ModbusCounters } from "./connection.js";
import { type ModbusLimits, modbusLimits } from "./limits.js";
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
 * Modbus TCP as an Eastron SDM630 would speak it behind a gateway: read-only, every unit, a fixed number of connections
 * with one buffer each, and one timer for every time limit. It is the section `modbus` of the status, too.
 * @see docs/modbus.md; Modbus Application Protocol 1.1b3, Modbus Messaging on TCP/IP Implementation Guide 1.0b
 */
export class ModbusServer implements StatusSource {
	readonly statusName = "modbus";
	readonly #options: ModbusServerOptions;
	readonly #limits: ModbusLimits;
	readonly #counters: ModbusCounters = {
		accepted: 0,
		refused: 0,
		evicted: 0,
		requests: 0,
		exceptions: 0,
		malformed: 0,
		timeouts: 0,
	};
	readonly #connections: ModbusConnection[] = [];
	readonly #waiting = new Set<ModbusConnection>();
	readonly #ticker: TimerHandle;
	readonly #listener: TcpListener;
	#turn: TimerHandle | undefined;
	#isClosed = false;

	/** @throws RangeError for limits that cannot be. */
	constructor(options: ModbusServerOptions) {
		const { clock, timers, host: address, onListening, meter, serial } = options;
		this.#options = options;
		this.#limits = modbusLimits(options.limits);
		const host = {
			limits: this.#limits,
			clock,
			registers: new MeterRegisters(meter, serial),
			counters: this.#counters,
			runLater: (connection: ModbusConnection) => this.#runLater(connection),
		};
		for (let i = 0; i < this.#limits.maxConnections; i++) this.#connections.push(new ModbusConnection(host));
		this.#ticker = timers.every(this.#limits.tickMs, () => this.#tick());
		this.#listener = options.openListener({
			port: options.port,
			...(address === undefined ? {} : { host: address }),
			...(onListening === undefined ? {} : { onListening }),
			onConnection: (tcp) => this.#accept(tcp),
			onError: (code, detail) => {
				this.close();
				options.onError(code, detail);
			},
		});
	}

	get counters(): Readonly<ModbusCounters> {
		return this.#counters;
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
			writer.number(this.#counters[name]);
		}
		writer.closeObject();
	}

	/** Stops listening and closes every connection. Idempotent. */
	close(): void {
		if (this.#isClosed) return;
		this.#isClosed = true;
		this.#listener.close();
		this.#ticker.cancel();
		this.#turn?.cancel();
		for (let i = 0; i < this.#connections.length; i++) this.#connections[i]?.close(false);
	}

	#accept(tcp: TcpConnection): TcpConnectionHandler | undefined {
		const connection = this.#isClosed ? undefined : this.#findPlace();
		if (connection === undefined) {
			this.#counters.refused++;
			return undefined;
		}
		this.#counters.accepted++;
		connection.open(tcp);
		return connection;
	}

	/** A free place, or that of the connection that has been idle for longest, if it has been long enough. */
	#findPlace(): ModbusConnection | undefined {
		let idlest: ModbusConnection | undefined;
		let idleSinceMs = this.#options.clock.monotonicMs() - this.#limits.evictIdleAfterMs;
		for (let i = 0; i < this.#connections.length; i++) {
			const connection = this.#connections[i] as ModbusConnection;
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

	#runLater(connection: ModbusConnection): void {
		this.#waiting.add(connection);
		this.#turn ??= this.#options.timers.after(0, () => this.#takeTurns());
	}

	#takeTurns(): void {
		this.#turn = undefined;
		const connections = [...this.#waiting];
		this.#waiting.clear();
		for (const connection of connections) connection.run();
	}

	#tick(): void {
		const nowMs = this.#options.clock.monotonicMs();
		for (let i = 0; i < this.#connections.length; i++) this.#connections[i]?.tick(nowMs);
	}
}
