import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import type { OpenUdpSocket, UdpSocket, UdpSocketOptions } from "../../ports/udp.js";
import { systemErrorCode } from "./file-error.js";

function listenErrorCode(error: unknown): "port-taken" | "not-permitted" | "failed" {
	const code = systemErrorCode(error);
	if (code === "EADDRINUSE") return "port-taken";
	return code === "EACCES" || code === "EPERM" ? "not-permitted" : "failed";
}

class NodeUdpSocket implements UdpSocket {
	readonly #options: UdpSocketOptions;
	readonly #socket: Socket;
	#isOpen = true;

	constructor(options: UdpSocketOptions) {
		const { port, host } = options;
		this.#options = options;
		this.#socket = createSocket(host !== undefined && isIPv6(host) ? "udp6" : "udp4");
		this.#socket.on("message", (bytes: Uint8Array, from: RemoteInfo) => {
			if (this.#isOpen) options.onDatagram(bytes, bytes.length, from.address, from.port);
		});
		this.#socket.on("listening", () => {
			if (this.#isOpen) options.onListening?.(this.#socket.address().port);
		});
		this.#socket.on("error", (error) => this.#fail(error));
		try {
			// Node takes 65536 for 0.
			if (!(port >= 0 && port <= 65_535)) throw new RangeError(`port ${port} is not between 0 and 65535`);
			this.#socket.bind(host === undefined ? { port } : { port, address: host });
		} catch (error) {
			// No callback comes from inside the constructor.
			setImmediate(() => this.#fail(error));
		}
	}

	send(bytes: Uint8Array, offset: number, end: number, toAddress: string, toPort: number): void {
		if (!this.#isOpen) return;
		try {
			// Node keeps what it is given, and the caller reuses its buffer: so a copy. The callback keeps errors from "error".
			this.#socket.send(bytes.slice(offset, end), toPort, toAddress, () => {});
		} catch {
			// A port out of range: the datagram is dropped.
		}
	}

	close(): void {
		if (!this.#isOpen) return;
		this.#isOpen = false;
		this.#socket.close();
	}

	#fail(error: unknown): void {
		if (!this.#isOpen) return;
		this.close();
		this.#options.onError(listenErrorCode(error), error instanceof Error ? error.message : String(error));
	}
}

/** {@link OpenUdpSocket} over node:dgram; IPv4, or IPv6 when `host` is such an address. */
export const openUdpSocket: OpenUdpSocket = (options) => new NodeUdpSocket(options);
