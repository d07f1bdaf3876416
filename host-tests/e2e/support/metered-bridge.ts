import { createServer, type Server, type Socket } from "node:net";
import { NodeClock, NodeTimers } from "../../../src/platform/node/clock.js";
import { createSimulator } from "../../../src/platform/node/simulator/meter-simulator.js";
import type { P1Port } from "../../../src/ports/p1-port.js";

export type MeteredBridgeOptions = { readonly intervalMs: number; readonly speed: number; readonly seed: number };

/** A simulated meter behind a TCP bridge that counts the telegrams which a reader was given. */
export class MeteredBridge {
	readonly #server: Server;
	readonly #meter: P1Port;
	#reader: Socket | undefined;
	#pending: Buffer[] = [];
	#isSilent = false;
	/** Whole telegrams that went to a reader. */
	sent = 0;
	/** The last of them. */
	lastTelegram = "";

	constructor({ intervalMs, speed, seed }: MeteredBridgeOptions) {
		this.#server = createServer((socket) => {
			socket.on("error", () => {});
			this.#reader?.destroy();
			this.#reader = socket;
		});
		const open = createSimulator({
			profile: "se",
			intervalMs,
			speed,
			seed,
			startUtcMs: Date.UTC(2026, 0, 15),
			clock: new NodeClock(),
			timers: new NodeTimers(),
		});
		this.#meter = open({
			onBytes: (bytes, offset, end) => this.#onBytes(Buffer.from(bytes.subarray(offset, end))),
			onFault() {},
			onLinkChanged() {},
			onEnd() {},
		});
	}

	listen(): Promise<number> {
		return new Promise((resolve) => {
			this.#server.listen(0, "127.0.0.1", () => {
				const address = this.#server.address();
				resolve(typeof address === "object" && address !== null ? address.port : 0);
			});
		});
	}

	/** The meter says nothing while this is true; the connection stays. */
	set isSilent(value: boolean) {
		this.#isSilent = value;
	}

	/** Drops the connection, as a bridge that restarts does; between two telegrams. */
	drop(): void {
		this.#reader?.end();
		this.#reader = undefined;
	}

	close(): void {
		this.#meter.close();
		this.#reader?.destroy();
		this.#server.close();
	}

	/** Whole telegrams only, so that each that was sent must arrive. */
	#onBytes(bytes: Buffer): void {
		this.#pending.push(bytes);
		const text = Buffer.concat(this.#pending).toString("latin1");
		const end = /![0-9A-F]{4}\r\n$/.exec(text);
		if (end === null) return;
		this.#pending = [];
		if (this.#isSilent || this.#reader?.writable !== true) return;
		this.#reader.write(text, "latin1");
		this.sent++;
		this.lastTelegram = text;
	}
}
