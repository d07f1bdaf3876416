/** What the owner of a connection is told; callbacks may call any method of the connection, `close` included. */
export interface TcpConnectionHandler {
	/** At least one byte can be read. Called again when more arrives, not for what was left unread. */
	onReadable(): void;
	/** The send window has room again after a write was cut short. */
	onWritable(): void;
	/**
	 * The peer closed (its sending side is enough) or the link broke; called once, never after `close()`. While bytes that
	 * had arrived before wait to be read, the peer's close is not told. After it `read` and `write` return 0.
	 */
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
	 * Sends what was written, then closes; what the peer still sends is dropped. Idempotent; no callback comes after it.
	 * With `abort` the connection is reset at once and unsent bytes are dropped.
	 */
	close(abort?: boolean): void;
}

/** Why a listener failed. */
export type ListenErrorCode = "port-taken" | "not-permitted" | "failed";

/** Kept for as long as the listener is open, and may be an object of a class. */
export interface TcpListenerOptions {
	/** 0 to 65535; 0 takes any that is free. */
	readonly port: number;
	/** Address to listen on; absent: every address of the device. */
	readonly host?: string | undefined;
	/** Returns the connection's handler, or undefined to refuse it (it is then reset). The handler is called later only. */
	onConnection(connection: TcpConnection): TcpConnectionHandler | undefined;
	/** Called once it listens, with the port in use (useful with port 0). */
	onListening?(port: number): void;
	/** The listener failed for good: it does not listen, and need not be closed. `detail` is for people. */
	onError(code: ListenErrorCode, detail: string): void;
}

export interface TcpListener {
	/** Idempotent; open connections stay open, their owners close them. */
	close(): void;
}

/** Starts to listen; nothing is called back before it has returned. */
export type OpenTcpListener = (options: TcpListenerOptions) => TcpListener;
