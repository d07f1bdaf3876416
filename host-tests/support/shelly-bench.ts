import { createSocket, type Socket } from "node:dgram";
import { JsonWriter } from "../../src/core/json-writer.js";
import { Router } from "../../src/http/router.js";
import { HttpServer } from "../../src/http/server.js";
import { NodeClock, NodeTimers } from "../../src/platform/node/clock.js";
import { openTcpListener } from "../../src/platform/node/tcp.js";
import { openUdpSocket } from "../../src/platform/node/udp.js";
import { ANSWER_BYTES } from "../../src/publishers/shelly/frame.js";
import { ShellyHttp } from "../../src/publishers/shelly/http.js";
import { ShellyRpc } from "../../src/publishers/shelly/rpc.js";
import { ShellyUdp } from "../../src/publishers/shelly/udp.js";
import { FakeMeter } from "./modbus-bench.js";

const INFO = { name: "Källaren", serial: "3c39e7aabbcc" };

/** What HTTP answered. */
export type ShellyAnswer = { readonly status: number; readonly body: Record<string, unknown>; readonly text: string };

/** The emulation of a Shelly on real sockets of 127.0.0.1, on a meter in a test's hand. */
export class ShellyBench {
	readonly meter = new FakeMeter();
	readonly rpc = new ShellyRpc(this.meter, INFO);
	readonly faults: string[] = [];
	/** UDP ports in use, in the order of those asked for. */
	readonly udpPorts: number[] = [];
	readonly udp: ShellyUdp;
	readonly server: HttpServer;
	#httpPort = 0;

	constructor() {
		const writer = new JsonWriter(new Uint8Array(ANSWER_BYTES));
		this.udp = new ShellyUdp({
			openSocket: openUdpSocket,
			ports: [0, 0],
			host: "127.0.0.1",
			rpc: this.rpc,
			clock: new NodeClock(),
			writer,
			onListening: (port) => this.udpPorts.push(port),
			onError: (port, code, detail) => this.faults.push(`${port} ${code}: ${detail}`),
		});
		this.server = new HttpServer({
			openListener: openTcpListener,
			port: 0,
			host: "127.0.0.1",
			router: new Router({ resources: [new ShellyHttp(this.rpc, writer)] }),
			clock: new NodeClock(),
			timers: new NodeTimers(),
			onListening: (port) => {
				this.#httpPort = port;
			},
			onError: (code, detail) => this.faults.push(`${code}: ${detail}`),
			onFault: (where, error) => this.faults.push(`${where}: ${String(error)}`),
		});
	}

	get isListening(): boolean {
		return this.udpPorts.length === 2 && this.#httpPort !== 0;
	}

	/** GET, or POST with a body. */
	async ask(path: string, body?: string): Promise<ShellyAnswer> {
		const init = body === undefined ? {} : { method: "POST", body };
		const response = await fetch(`http://127.0.0.1:${this.#httpPort}${path}`, init);
		const text = await response.text();
		return { status: response.status, body: JSON.parse(text) as Record<string, unknown>, text };
	}

	close(): void {
		this.server.close();
		this.udp.close();
	}
}

/** A battery: sends datagrams and keeps what comes back. */
export class Battery {
	readonly received: string[] = [];
	readonly #socket: Socket = createSocket("udp4");

	constructor() {
		this.#socket.on("message", (bytes) => this.received.push(bytes.toString("latin1")));
	}

	send(port: number, data: string | Uint8Array): Promise<void> {
		return new Promise((resolve, reject) =>
			this.#socket.send(data, port, "127.0.0.1", (error) => (error === null ? resolve() : reject(error))),
		);
	}

	close(): void {
		this.#socket.close();
	}
}
