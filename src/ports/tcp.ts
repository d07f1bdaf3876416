/** What the owner of a connection is told; callbacks may call any method of the connection, `close` included. */
export interface TcpConnectionHandler {
	/** At least one byte can be read. Called again when more arrives, not for what was left unread. */
	onReadable(): void;
	/** The send window has room again after a write was cut short. */
	onWritable(): void;
	/** The peer closed or the link broke; called once, never after `close()`. */
	onClosed(): void;
}

/** One TCP connection with back-pressure both ways: what is not read stays in the peer's window. */
export interface TcpConnection {
	readonly remoteAddress: string;
	/** Copies up to `end - offset` received bytes into `bytes`; returns how many, 0 when none wait. */
	read(bytes: Uint8Array, offset: number, end: number): number;
	/** Takes as many of the bytes `[offset, end)` as the send window has room for and returns how many (0 is no error). */
	write(bytes: Uint8Array, offset: number, end: number): number;
	/**
	 * Sends what was written, then closes. Idempotent; no callback comes after it.
	 * With `abort` the connection is reset at once and unsent bytes are dropped.
	 */
	close(abort?: boolean): void;
}

export interface TcpListenerOptions {
	readonly port: number;
	/** Address to listen on; absent: every address of the device. */
	readonly host?: string;
	/** Returns the connection's handler, or undefined to refuse it (it is then closed at once). */
	onConnection(connection: TcpConnection): TcpConnectionHandler | undefined;
	/** Called once it listens, with the port in use (useful with port 0). */
	onListening?(port: number): void;
	/** The listener failed for good, for example because the port is taken (`code` is then "port-taken"). */
	onError(code: "port-taken" | "not-permitted" | "failed", detail: string): void;
}

export interface TcpListener {
	/** Idempotent; open connections stay open, their owners close them. */
	close(): void;
}

export type OpenTcpListener = (options: TcpListenerOptions) => TcpListener;
