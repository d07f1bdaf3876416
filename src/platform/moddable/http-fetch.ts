import TCP from "embedded:io/socket/tcp";
import HTTPClient from "embedded:network/http/client";
import host from "platform/moddable/chip/host";
import type {
	HttpFetch,
	HttpFetchFailure,
	HttpFetchHandler,
	HttpFetchJob,
	HttpFetchTarget,
} from "../../ports/http-fetch.js";
import type { DriverTcp } from "./driver-tcp.js";
import { describeError } from "./guard.js";
import type { TcpContext } from "./tcp-stream.js";

/** A longer head is none: the SDK's client keeps the line that it reads, however long it becomes. */
const MAX_HEAD_BYTES = 8192;
const READ_BYTES = 1024;
const HTTP_PORT = 80;

/** The SDK's client as it is in 8.2.3, as far as it is used. */
interface DriverRequest {
	read(bytes: Uint8Array): void;
}
interface DriverClient {
	request(options: object): DriverRequest;
	close(): void;
}
const DriverClient = HTTPClient as unknown as new (options: object) => DriverClient;

/** The client wants a resolver: the name was looked up already. */
class KnownAddress {
	readonly #address: string;

	constructor(options: { readonly address: string }) {
		this.#address = options.address;
	}

	resolve(options: { readonly host: string; onResolved(host: string, address: string): void }): void {
		options.onResolved(options.host, this.#address);
	}
}

type SocketOptions = {
	readonly owner: ModdableFetch;
	onReadable(count: number): void;
	onWritable(count: number): void;
	onError(): void;
};
const BaseTcp = TCP as unknown as new (options: object) => DriverTcp;

/** The SDK's TCP under its client: no exception comes out, and a head has an end. */
class FetchSocket extends BaseTcp {
	constructor(options: SocketOptions) {
		const { owner } = options;
		super({
			...options,
			nodelay: true,
			onReadable(count: number) {
				owner.run(() => {
					const first = owner.allowed(count);
					options.onReadable(first);
					owner.onTaken(first);
					if (first < count && owner.isOpen) options.onReadable(count - first);
				});
			},
			onWritable(count: number) {
				owner.run(() => options.onWritable(count));
			},
			onError() {
				owner.run(() => options.onError());
			},
		});
	}
}

class ModdableFetch implements HttpFetchJob {
	readonly #context: TcpContext;
	readonly #target: HttpFetchTarget;
	readonly #bytes = new Uint8Array(READ_BYTES);
	#handler: HttpFetchHandler | undefined;
	#client: DriverClient | undefined;
	#request: DriverRequest | undefined;
	#hasHead = false;
	#headBytes = 0;

	constructor(context: TcpContext, target: HttpFetchTarget, handler: HttpFetchHandler) {
		this.#context = context;
		this.#target = target;
		this.#handler = handler;
		host.resolve(target.host, context.guard, (address) => {
			if (!this.isOpen) return;
			if (address === undefined) this.#fail("unknown-host", "the name is not known");
			else this.run(() => this.#open(address));
		});
	}

	close(): void {
		this.#handler = undefined;
		const client = this.#client;
		this.#client = undefined;
		this.#request = undefined;
		// Later: the client may be in the middle of a call of ours, and goes on after it.
		if (client !== undefined) this.#context.timers.after(0, () => client.close());
	}

	/** False once it is closed: the socket, which closes later, has nothing more to say. */
	get isOpen(): boolean {
		return this.#handler !== undefined;
	}

	/** Calls into the client, or back from it: what it throws ends the fetch. */
	run(call: () => void): void {
		if (!this.isOpen) return;
		try {
			call();
		} catch (error) {
			this.#fail(this.#hasHead ? "broken-off" : "unreachable", describeError(error));
		}
	}

	/** How many of `count` bytes the client may look at: one by one, as long as it has no head. */
	allowed(count: number): number {
		return this.#hasHead ? count : Math.min(count, MAX_HEAD_BYTES + 1 - this.#headBytes);
	}

	/** The client has looked at `count` bytes; as long as it has no head, all of them are of the head. */
	onTaken(count: number): void {
		if (this.#hasHead) return;
		this.#headBytes += count;
		if (this.#headBytes > MAX_HEAD_BYTES) throw new Error("the head of the answer does not end");
	}

	#open(address: string): void {
		const { host: name, port, path } = this.#target;
		this.#client = new DriverClient({
			// It is the header of this name, and nothing else.
			host: port === HTTP_PORT ? name : `${name}:${port}`,
			port,
			dns: { io: KnownAddress, address },
			socket: { io: FetchSocket, owner: this },
			onError: () => this.#fail(this.#hasHead ? "broken-off" : "unreachable", "no connection"),
		});
		this.#request = this.#client.request({
			path,
			headers: new Map([["connection", "close"]]),
			// No headersMask: with one, a head whose pieces end in a header that is skipped makes the client throw.
			onHeaders: (status: number, headers: Map<string, string>) => this.#onHead(status, headers),
			onReadable: (count: number) => this.#onReadable(count),
			onDone: (error: unknown) => this.#onDone(error),
		});
	}

	#onHead(status: number, headers: Map<string, string>): void {
		this.#hasHead = true;
		const isChunked = headers.has("transfer-encoding");
		this.#handler?.onHead({
			status,
			contentLength: isChunked ? undefined : headers.get("content-length"),
			location: headers.get("location"),
		});
	}

	#onReadable(count: number): void {
		const bytes = this.#bytes;
		for (let left = count; left > 0 && this.#handler !== undefined; ) {
			const length = left < bytes.length ? left : bytes.length;
			this.#request?.read(length === bytes.length ? bytes : bytes.subarray(0, length));
			left -= length;
			this.#handler.onBytes(bytes, 0, length);
		}
	}

	#onDone(error: unknown): void {
		if (error !== null) {
			this.#fail(this.#hasHead ? "broken-off" : "unreachable", "the connection ended too early");
			return;
		}
		const handler = this.#handler;
		this.close();
		this.#context.guard.run("fetch onEnd", () => handler?.onEnd());
	}

	#fail(failure: HttpFetchFailure, detail: string): void {
		const handler = this.#handler;
		this.close();
		this.#context.guard.run("fetch onFailed", () => handler?.onFailed(failure, detail));
	}
}

/**
 * Makes the device's {@link HttpFetch}, over the SDK's HTTP client. Plain HTTP: its TLS is JavaScript that holds whole records
 * of 16 KiB beside a chain of certificates, more than a dongle's heap has left. */
export function createHttpFetch(context: TcpContext): HttpFetch {
	return (target, handler) => new ModdableFetch(context, target, handler);
}
