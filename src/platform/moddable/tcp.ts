import Listener from "embedded:io/socket/listener";
import type { OpenTcpListener, TcpListener, TcpListenerOptions } from "../../ports/tcp.js";
import type { DriverTcp } from "./driver-tcp.js";
import { describeError } from "./guard.js";
import { listenErrorCode } from "./listen-error.js";
import { type TcpContext, TcpStream } from "./tcp-stream.js";

/** The SDK's listener as it is in 8.2.3. */
interface DriverListener {
	readonly port: number;
	read(): DriverTcp | undefined;
	close(): void;
}
type DriverListenerOptions = {
	readonly port: number;
	readonly address?: string;
	readonly target: ModdableTcpListener;
	onReadable(this: DriverListener & { readonly target: ModdableTcpListener }, count: number): void;
};
const DriverListener = Listener as unknown as new (options: DriverListenerOptions) => DriverListener;

/** Shared, so that a listener costs no function. */
function onReadable(this: { readonly target: ModdableTcpListener }, count: number): void {
	this.target.onConnections(count);
}

class ModdableTcpListener implements TcpListener {
	readonly #context: TcpContext;
	readonly #options: TcpListenerOptions;
	#driver: DriverListener | undefined;
	#isClosed = false;

	constructor(context: TcpContext, options: TcpListenerOptions) {
		this.#context = context;
		this.#options = options;
		context.timers.after(0, this.#open());
	}

	close(): void {
		this.#isClosed = true;
		const driver = this.#driver;
		this.#driver = undefined;
		driver?.close();
	}

	onConnections(count: number): void {
		for (let left = count; left > 0; left--) {
			const accepted = this.#driver?.read();
			if (accepted === undefined) return;
			this.#accept(accepted);
		}
	}

	/** @returns what to tell the owner when the constructor has returned. */
	#open(): () => void {
		const { host, port } = this.#options;
		let detail = "";
		try {
			this.#driver = new DriverListener({
				port,
				// Linux only: lwIP listens on every address, and a device has one.
				...(host === undefined ? {} : { address: host === "localhost" ? "127.0.0.1" : host }),
				target: this,
				onReadable,
			});
		} catch (error) {
			detail = describeError(error);
		}
		return () => {
			if (this.#isClosed) return;
			if (this.#driver !== undefined) this.#options.onListening?.(this.#driver.port);
			else this.#options.onError(listenErrorCode(detail), `cannot listen on port ${port}: ${detail}`);
		};
	}

	#accept(accepted: DriverTcp): void {
		const stream = new TcpStream(this.#context);
		try {
			stream.adopt(accepted);
		} catch {
			// Reset by the peer before we came to it.
			accepted.close();
			return;
		}
		const isHandled = this.#context.guard.run("tcp onConnection", () => {
			const handler = this.#options.onConnection(stream);
			if (handler === undefined) stream.close(true);
			else stream.attach(handler);
		});
		if (!isHandled) stream.close(true);
	}
}

/** Makes the device's {@link OpenTcpListener}, over the SDK's Listener and TCP. */
export function createOpenTcpListener(context: TcpContext): OpenTcpListener {
	return (options) => new ModdableTcpListener(context, options);
}
