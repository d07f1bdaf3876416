import { JsonWriter } from "../../src/core/json-writer.js";
import { type Resource, Router } from "../../src/http/router.js";
import { HttpServer } from "../../src/http/server.js";
import type { P1PortHandler } from "../../src/ports/p1-port.js";
import type { TcpConnection, TcpConnectionHandler, TcpListenerOptions } from "../../src/ports/tcp.js";
import { HttpStatus } from "../../src/publishers/api/http-status.js";
import { STATUS_BYTES } from "../../src/publishers/api/status.js";
import { Api } from "../../src/publishers/api.js";
import { Meter } from "../../src/services/meter.js";
import { ReadingDocument } from "../../src/services/reading-document.js";
import { FakeClock, seededRandom } from "../support/fake-clock.js";

/** The HTTP API with one connection on a network in memory; nothing here needs Node, or makes garbage of its own. */
export class ApiSession {
	readonly clock = new FakeClock();
	/** The server's buffer, at `[start, end)` of which the answer is until the next request. */
	#received: Uint8Array | undefined;
	#receivedStart = 0;
	#receivedEnd = 0;
	#sent: Uint8Array = new Uint8Array(0);
	#sentAt = 0;
	#p1Port: P1PortHandler | undefined;
	#listener: TcpListenerOptions | undefined;
	#peer: TcpConnectionHandler | undefined;

	constructor() {
		const { clock } = this;
		const document = new ReadingDocument();
		const meter = new Meter({
			openP1Port: (handler) => {
				this.#p1Port = handler;
				return { hasLineFormat: false, setLineFormat: () => {}, close: () => {} };
			},
			clock,
			timers: clock,
			listeners: [document],
		});
		const memory = { heapUsedBytes: 1 };
		const link = { kind: "wifi", connected: true, rssiDbm: -61 } as const;
		const resources: Resource[] = [];
		const api = new Api({
			meter,
			document,
			device: { model: "bench", serial: "3c39e7aabbcc", memory: () => memory, link: () => link },
			clock,
			random: seededRandom(1),
			statusSources: [new HttpStatus(() => server)],
			resources,
			writer: new JsonWriter(new Uint8Array(STATUS_BYTES)),
		});
		resources.push(api);
		const router = new Router({ resources });
		const server: HttpServer = new HttpServer({
			openListener: (options) => {
				this.#listener = options;
				return { close: () => {} };
			},
			port: 80,
			router,
			clock,
			timers: clock,
			onError: () => {},
			onFault: (where, error) => {
				throw new Error(`${where}: ${String(error)}`);
			},
		});
		this.connect();
	}

	/** Makes a new connection; the server closes one that is idle for long. */
	connect(): void {
		const connection: TcpConnection = {
			remoteAddress: "192.0.2.7",
			read: (bytes, offset, end) => {
				const count = Math.min(end - offset, this.#sent.length - this.#sentAt);
				for (let i = 0; i < count; i++) bytes[offset + i] = this.#sent[this.#sentAt + i] as number;
				this.#sentAt += count;
				return count;
			},
			write: (bytes, offset, end) => {
				// Looked at later, so that what is measured is the program and not this; the server sends an answer in one go.
				if (this.#received !== undefined) throw new Error("an answer in pieces");
				this.#received = bytes;
				this.#receivedStart = offset;
				this.#receivedEnd = end;
				return end - offset;
			},
			close: () => {},
		};
		this.#peer = this.#listener?.onConnection(connection);
	}

	/** A telegram arrives in one piece. */
	receive(telegram: Uint8Array): void {
		this.#p1Port?.onBytes(telegram, 0, telegram.length);
	}

	/** Sends a request. @returns how many bytes the answer has. */
	send(request: Uint8Array): number {
		this.#sent = request;
		this.#sentAt = 0;
		this.#received = undefined;
		this.#peer?.onReadable();
		return this.#received === undefined ? 0 : this.#receivedEnd - this.#receivedStart;
	}

	/** The answer to the last request. */
	get answer(): string {
		let text = "";
		if (this.#received === undefined) return text;
		for (let i = this.#receivedStart; i < this.#receivedEnd; i++)
			text += String.fromCharCode(this.#received[i] as number);
		return text;
	}
}

/** A request without body. */
export function requestBytes(path: string, header = "Accept: */*"): Uint8Array {
	const text = `GET ${path} HTTP/1.1\r\nHost: p1\r\n${header}\r\n\r\n`;
	const bytes = new Uint8Array(text.length);
	for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
	return bytes;
}

/** Every path of the API, and one that is none. */
export const API_PATHS = ["/", "/api/v1/reading", "/api/v1/telegram", "/api/v1/status", "/health", "/nothing"];

/** What the API answers to each of its paths: before the first telegram, with it, and when it is stale. */
export function apiAnswers(telegram: Uint8Array): string[] {
	const session = new ApiSession();
	const answers: string[] = [];
	const askAll = () => {
		for (const path of API_PATHS) {
			session.send(requestBytes(path));
			answers.push(session.answer);
		}
	};
	askAll();
	session.receive(telegram);
	askAll();
	session.clock.advance(31_000);
	session.connect();
	askAll();
	return answers;
}
