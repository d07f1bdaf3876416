import { connect, type Socket } from "node:net";
import type { Timers } from "../../ports/clock.js";
import type { OpenP1Port, P1Port, P1PortHandler } from "../../ports/p1-port.js";
import { P1Link, type RetryDelays } from "./p1-link.js";
import { explainSocketError } from "./socket-error.js";

export type P1TcpPortOptions = {
	/** Name or address; IPv6 without brackets. */
	readonly host: string;
	readonly port: number;
	readonly timers: Timers;
	/** Between attempts. */
	readonly delays: RetryDelays;
	/** For an answer to an attempt; default 10000. */
	readonly connectTimeoutMs?: number;
	/**
	 * Silence after which the connection is given up and made again; default 90000: a Swedish meter may be silent for a
	 * minute after power-up (Branschrekommendation 2.0, 3.4).
	 */
	readonly idleTimeoutMs?: number;
};

/** First TCP keep-alive probe after this silence: a bridge that lost its power says nothing. */
const KEEP_ALIVE_MS = 15_000;

class P1TcpPort implements P1Port {
	readonly hasLineFormat = false;
	readonly #options: P1TcpPortOptions;
	readonly #where: string;
	readonly #link: P1Link;
	#socket: Socket | undefined;

	constructor(options: P1TcpPortOptions, handler: P1PortHandler) {
		const { host, port } = options;
		this.#options = options;
		this.#where = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
		this.#link = new P1Link(handler, options.timers, options.delays, () => this.#open());
	}

	setLineFormat(): void {}

	close(): void {
		this.#link.close();
		this.#socket?.destroy();
		this.#socket = undefined;
	}

	#open(): void {
		const { host, port, connectTimeoutMs = 10_000, idleTimeoutMs = 90_000 } = this.#options;
		const socket = connect({ host, port, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS });
		this.#socket = socket;
		socket.setTimeout(connectTimeoutMs);
		let failure = `${this.#where}: no answer in ${connectTimeoutMs / 1000} s`;
		socket.on("connect", () => {
			socket.setTimeout(idleTimeoutMs);
			failure = `${this.#where}: closed by the other side`;
			this.#link.connected(`connected to ${this.#where}`);
		});
		socket.on("data", (bytes) => this.#link.bytes(bytes, 0, bytes.length));
		socket.on("timeout", () => {
			if (!socket.connecting) failure = `${this.#where}: silent for ${idleTimeoutMs / 1000} s`;
			socket.destroy();
		});
		socket.on("error", (error) => {
			failure = explainSocketError(this.#where, error);
		});
		socket.on("close", () => {
			if (this.#socket !== socket) return;
			this.#socket = undefined;
			this.#link.lost(failure);
		});
	}
}

/**
 * A P1 port behind a TCP bridge such as ser2net, or another dongle's telegram stream; it connects again for as long as it
 * is open.
 * @returns an opener that throws RangeError for an empty host or a port outside 1 to 65535. */
export function createOpenP1TcpPort(options: P1TcpPortOptions): OpenP1Port {
	return (handler) => {
		const { host, port } = options;
		if (host === "" || !(Number.isInteger(port) && port >= 1 && port <= 65_535)) {
			throw new RangeError(`"${host}:${port}" is not HOST:PORT`);
		}
		return new P1TcpPort(options, handler);
	};
}
