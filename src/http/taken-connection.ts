import type { TcpConnection, TcpConnectionHandler } from "../ports/tcp.js";
import type { OutputBuffer } from "./output-buffer.js";
import type { RequestReceiver } from "./request-receiver.js";

/**
 * A connection that HTTP has given away. Its owner first reads what HTTP had received behind the request, and writes
 * behind the response's head.
 */
export class TakenConnection implements TcpConnection {
	readonly remoteAddress: string;
	readonly #tcp: TcpConnection;
	readonly #output: OutputBuffer;
	readonly #received: Uint8Array;
	#at: number;
	readonly #end: number;
	readonly #onClose: () => void;
	#owner: TcpConnectionHandler | undefined;
	#isStarted = false;

	/** `onClose` is called when the owner has closed the connection. */
	constructor(tcp: TcpConnection, input: RequestReceiver, output: OutputBuffer, onClose: () => void) {
		this.remoteAddress = tcp.remoteAddress;
		this.#tcp = tcp;
		this.#output = output;
		this.#received = input.bytes;
		this.#at = input.restStart;
		this.#end = input.restEnd;
		this.#onClose = onClose;
	}

	/** Nothing of what HTTP had received is needed any more. */
	get isRestRead(): boolean {
		return this.#at === this.#end;
	}

	setOwner(owner: TcpConnectionHandler): void {
		this.#owner = owner;
	}

	/** Tells the owner once that it may read. */
	start(): void {
		if (this.#isStarted) return;
		this.#isStarted = true;
		this.#owner?.onReadable();
	}

	onReadable(): void {
		this.#owner?.onReadable();
	}

	onWritable(): void {
		if (!this.#sendHead()) return;
		this.start();
		this.#owner?.onWritable();
	}

	onClosed(): void {
		const owner = this.#owner;
		this.#owner = undefined;
		owner?.onClosed();
	}

	read(bytes: Uint8Array, offset: number, end: number): number {
		const count = Math.min(this.#end - this.#at, end - offset);
		if (count <= 0) return this.#tcp.read(bytes, offset, end);
		bytes.set(this.#received.subarray(this.#at, this.#at + count), offset);
		this.#at += count;
		return count;
	}

	write(bytes: Uint8Array, offset: number, end: number): number {
		return this.#sendHead() ? this.#tcp.write(bytes, offset, end) : 0;
	}

	close(abort = false): void {
		this.#owner = undefined;
		this.#tcp.close(abort || this.#output.pendingBytes > 0);
		this.#onClose();
	}

	/** @returns whether HTTP has nothing left to send. */
	#sendHead(): boolean {
		if (!this.#output.flush(this.#tcp)) return false;
		this.#output.release();
		return true;
	}
}
