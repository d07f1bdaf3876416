import { createServer, type Server, type Socket } from "node:net";
import type {
	OpenTcpListener,
	TcpConnection,
	TcpConnectionHandler,
	TcpListener,
	TcpListenerOptions,
} from "../../ports/tcp.js";

/** Bytes that one connection keeps in memory beyond what the operating system has taken: the send window of the port. */
export const SEND_WINDOW_BYTES = 16_384;
/** Received bytes beyond which reading stops until some are taken; then the peer's window fills up. */
const RECEIVE_WINDOW_BYTES = 16_384;
/** After `close`, for the peer to take the rest and to close its side; then the socket is destroyed. */
const CLOSE_GRACE_MS = 5_000;

/** A TCP connection over a socket of Node, with the back-pressure of the port. */
export class NodeTcpConnection implements TcpConnection {
	readonly remoteAddress: string;
	readonly #socket: Socket;
	#handler: TcpConnectionHandler | undefined;
	/** Closed by its owner, or the peer's close was told: nothing more is called back. */
	#isOver = false;
	#isCutShort = false;

	constructor(socket: Socket) {
		// A dual-stack listener shows IPv4 peers in an IPv6 coat.
		this.remoteAddress = (socket.remoteAddress ?? "").replace(/^::ffff:(?=\d+\.)/, "");
		this.#socket = socket;
		socket.setNoDelay(true);
		// The "close" that follows an error tells it.
		socket.on("error", () => {});
	}

	/** Begins to call `handler` back. */
	start(handler: TcpConnectionHandler): void {
		if (this.#isOver) return;
		this.#handler = handler;
		this.#socket.on("readable", () => this.#onReadable());
		this.#socket.on("end", () => this.#onClosed());
		this.#socket.on("close", () => this.#onClosed());
	}

	read(bytes: Uint8Array, offset: number, end: number): number {
		const socket = this.#socket;
		const count = this.#isOver ? 0 : Math.min(socket.readableLength, end - offset);
		const chunk: Uint8Array | null = count > 0 ? socket.read(count) : null;
		if (chunk === null) return 0;
		bytes.set(chunk, offset);
		// Without a read of the empty stream its "end" would never come.
		if (socket.readableLength === 0) socket.read(0);
		return chunk.length;
	}

	write(bytes: Uint8Array, offset: number, end: number): number {
		if (this.#isOver) return 0;
		const count = Math.min(SEND_WINDOW_BYTES - this.#socket.writableLength, end - offset);
		if (count < end - offset) this.#isCutShort = true;
		// Node keeps what it is given, and the caller reuses its buffer: so a copy.
		if (count > 0) this.#socket.write(bytes.slice(offset, offset + count), (error) => this.#onWritten(error));
		return Math.max(0, count);
	}

	close(abort = false): void {
		this.#isOver = true;
		this.#handler = undefined;
		if (abort) this.#socket.resetAndDestroy();
		else this.#end();
	}

	/** Lets what was written go out. Unread bytes would make the close a reset, which can cost the peer its last bytes. */
	#end(): void {
		const socket = this.#socket;
		if (socket.destroyed || socket.writableEnded) return;
		socket.removeAllListeners("readable");
		socket.end();
		socket.resume();
		const grace = setTimeout(() => socket.destroy(), CLOSE_GRACE_MS).unref();
		socket.on("close", () => clearTimeout(grace));
	}

	#onReadable(): void {
		if (this.#socket.readableLength > 0) this.#handler?.onReadable();
		else this.#socket.read(0);
	}

	#onWritten(error: Error | null | undefined): void {
		if (!this.#isCutShort || error) return;
		this.#isCutShort = false;
		this.#handler?.onWritable();
	}

	#onClosed(): void {
		const handler = this.#handler;
		this.close();
		handler?.onClosed();
	}
}

/** {@link OpenTcpListener} over node:net. */
export const openTcpListener: OpenTcpListener = (options) => new NodeTcpListener(options);

class NodeTcpListener implements TcpListener {
	readonly #server: Server;
	#isOpen = true;

	constructor(options: TcpListenerOptions) {
		this.#server = createServer({ highWaterMark: RECEIVE_WINDOW_BYTES }, (socket) => {
			const connection = new NodeTcpConnection(socket);
			const handler = this.#isOpen ? options.onConnection(connection) : undefined;
			if (handler === undefined) connection.close(true);
			else connection.start(handler);
		});
		this.#server.on("error", (error: NodeJS.ErrnoException) => {
			if (!this.#isOpen) return;
			this.#isOpen = false;
			options.onError(errorCode(error), error.message);
		});
		this.#server.on("listening", () => {
			const address = this.#server.address();
			if (this.#isOpen && typeof address === "object" && address !== null) options.onListening?.(address.port);
		});
		const { port, host } = options;
		this.#server.listen(host === undefined ? { port } : { port, host });
	}

	close(): void {
		if (!this.#isOpen) return;
		this.#isOpen = false;
		this.#server.close();
	}
}

function errorCode(error: NodeJS.ErrnoException): "port-taken" | "not-permitted" | "failed" {
	if (error.code === "EADDRINUSE") return "port-taken";
	return error.code === "EACCES" || error.code === "EPERM" ? "not-permitted" : "failed";
}
