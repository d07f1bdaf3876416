import type {
	OpenTcpListener,
	TcpConnection,
	TcpConnectionHandler,
	TcpListener,
	TcpListenerOptions,
} from "../../src/ports/tcp.js";

/**
 * A listener in memory: the test is the network. Everything happens at once, inside the test's calls. Needs nothing of Node,
 * so that it runs on XS too.
 */
export class FakeTcp {
	readonly #listeners: TcpListenerOptions[] = [];

	/** Give this to whatever is tested. */
	readonly open: OpenTcpListener = (options): TcpListener => {
		this.#listeners.push(options);
		return {
			close: () => {
				const index = this.#listeners.indexOf(options);
				if (index >= 0) this.#listeners.splice(index, 1);
			},
		};
	};

	get isListening(): boolean {
		return this.#listeners.length > 0;
	}

	/** What the listener that was opened last asked for. */
	get options(): TcpListenerOptions {
		const options = this.#listeners.at(-1);
		if (options === undefined) throw new Error("nobody listens");
		return options;
	}

	/** A new connection; `roomBytes` is how much the peer takes before {@link FakePeer.take} gives more. */
	connect(roomBytes = Number.POSITIVE_INFINITY, remoteAddress = "192.0.2.7"): FakePeer {
		return new FakePeer(this.options, roomBytes, remoteAddress);
	}
}

/** The far end of a connection to whatever is tested. */
export class FakePeer {
	/** "reset": the near end aborted it. */
	state: "open" | "closed" | "reset" = "open";
	/** Bytes that one `read` of the near end gives at most. */
	readLimitBytes = Number.POSITIVE_INFINITY;
	#received: number[] = [];
	#inbox: number[] = [];
	#roomBytes: number;
	#isCutShort = false;
	#hasEnded = false;
	#handler: TcpConnectionHandler | undefined;

	constructor(options: TcpListenerOptions, roomBytes: number, remoteAddress: string) {
		this.#roomBytes = roomBytes;
		const near: TcpConnection = {
			remoteAddress,
			read: (bytes, offset, end) => this.#read(bytes, offset, end),
			write: (bytes, offset, end) => this.#write(bytes, offset, end),
			close: (abort = false) => {
				if (this.state === "open") this.state = abort ? "reset" : "closed";
				this.#handler = undefined;
			},
		};
		const handler = options.onConnection(near);
		if (handler === undefined) this.state = "reset";
		else if (this.state === "open") this.#handler = handler;
	}

	/** Everything the near end has sent, as Latin-1 text. */
	get received(): string {
		return latin1(this.#received);
	}

	/** As {@link received}, and forgets it. */
	takeReceived(): string {
		const text = this.received;
		this.#received = [];
		return text;
	}

	/** Bytes sent that the near end has not read. */
	get unreadBytes(): number {
		return this.#inbox.length;
	}

	/** Sends Latin-1 text or bytes, in pieces of `pieceBytes`. */
	send(data: string | Uint8Array, pieceBytes = Number.POSITIVE_INFINITY): void {
		const bytes = typeof data === "string" ? bytesOf(data) : data;
		for (let at = 0; at < bytes.length; at += pieceBytes) {
			for (const byte of bytes.subarray(at, at + pieceBytes)) this.#inbox.push(byte);
			this.#handler?.onReadable();
		}
		this.#tellEnd();
	}

	/** Takes `count` more bytes from the near end. */
	take(count: number): void {
		this.#roomBytes += count;
		if (this.#isCutShort) {
			this.#isCutShort = false;
			this.#handler?.onWritable();
		}
		this.#tellEnd();
	}

	/** Has room for `count` more bytes, of which the near end has not been told yet. */
	allow(count: number): void {
		this.#roomBytes += count;
	}

	/** Closes the peer's side; told once everything has been read. */
	end(): void {
		this.#hasEnded = true;
		this.#tellEnd();
	}

	#tellEnd(): void {
		if (!this.#hasEnded || this.#inbox.length > 0) return;
		const handler = this.#handler;
		this.#handler = undefined;
		if (this.state === "open") this.state = "closed";
		handler?.onClosed();
	}

	#read(bytes: Uint8Array, offset: number, end: number): number {
		if (!(offset < end && end <= bytes.length))
			throw new RangeError(`read into ${offset} to ${end} of ${bytes.length}`);
		if (this.state !== "open") return 0;
		const taken = this.#inbox.splice(0, Math.min(end - offset, this.readLimitBytes));
		bytes.set(taken, offset);
		return taken.length;
	}

	#write(bytes: Uint8Array, offset: number, end: number): number {
		if (!(offset <= end && end <= bytes.length)) throw new RangeError(`write ${offset} to ${end} of ${bytes.length}`);
		if (this.state !== "open") return 0;
		const count = Math.min(end - offset, this.#roomBytes);
		for (const byte of bytes.subarray(offset, offset + count)) this.#received.push(byte);
		this.#roomBytes -= count;
		if (count < end - offset) this.#isCutShort = true;
		return count;
	}
}

/** Text with one character for each of the bytes. */
export function latin1(bytes: ArrayLike<number>): string {
	let text = "";
	for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i] as number);
	return text;
}

/** The bytes of text below U+0100. */
export function bytesOf(text: string): Uint8Array {
	const bytes = new Uint8Array(text.length);
	for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
	return bytes;
}
