import host from "platform/moddable/chip/host";
import { fixedBytes } from "../../core/fixed-memory.js";
import type { TimerHandle } from "../../ports/clock.js";
import type { OpenP1Port, P1Port, P1PortHandler } from "../../ports/p1-port.js";
import type { TcpConnectionHandler } from "../../ports/tcp.js";
import { describeError } from "./guard.js";
import { Retry } from "./retry.js";
import { type TcpContext, TcpStream } from "./tcp-stream.js";

/** A connection that brings nothing for so long has died unnoticed; Swedish meters may be silent for 90 s after power-up. */
const SILENCE_MS = 90_000;
const CONNECT_TIMEOUT_MS = 10_000;
const READ_BYTES = 512;

/** A meter behind a TCP bridge such as ser2net, or another dongle's telegram stream. */
class P1TcpPort implements P1Port, TcpConnectionHandler {
	readonly hasLineFormat = false;
	readonly #context: TcpContext;
	readonly #hostName: string;
	readonly #port: number;
	readonly #bytes = fixedBytes(READ_BYTES);
	readonly #retry: Retry;
	#handler: P1PortHandler | undefined;
	#lastLink = "";
	#stream: TcpStream | undefined;
	#isConnected = false;
	#deadline: TimerHandle | undefined;

	constructor(context: TcpContext, hostName: string, port: number, handler: P1PortHandler) {
		this.#context = context;
		this.#hostName = hostName;
		this.#port = port;
		this.#handler = handler;
		this.#retry = new Retry(context.timers, () => this.#open());
		this.#retry.now();
	}

	setLineFormat(): void {}

	close(): void {
		this.#handler = undefined;
		this.#retry.cancel();
		this.#deadline?.cancel();
		this.#stream?.close();
		this.#stream = undefined;
	}

	onReadable(): void {
		for (;;) {
			const count = this.#stream?.read(this.#bytes, 0, READ_BYTES) ?? 0;
			if (count === 0 || this.#handler === undefined) break;
			this.#handler.onBytes(this.#bytes, 0, count);
			this.#retry.succeeded();
		}
		this.#expectWithin(SILENCE_MS, "silent for 90 s");
	}

	/** Connected: there is nothing to send. */
	onWritable(): void {
		if (this.#isConnected) return;
		this.#isConnected = true;
		this.#expectWithin(SILENCE_MS, "silent for 90 s");
		this.#tell(true, `connected to ${this.#hostName}:${this.#port}`);
	}

	onClosed(): void {
		this.#fail(this.#isConnected ? "closed by the other side" : "no connection");
	}

	#open(): void {
		host.resolve(this.#hostName, this.#context.guard, (address) => {
			if (this.#handler === undefined) return;
			if (address === undefined) this.#fail("the name is not known");
			else this.#connect(address);
		});
	}

	#connect(address: string): void {
		const stream = new TcpStream(this.#context);
		try {
			stream.connect(address, this.#port);
		} catch (error) {
			this.#fail(describeError(error));
			return;
		}
		stream.attach(this);
		this.#stream = stream;
		this.#expectWithin(CONNECT_TIMEOUT_MS, "no answer");
	}

	#expectWithin(delayMs: number, reason: string): void {
		this.#deadline?.cancel();
		this.#deadline = this.#handler && this.#context.timers.after(delayMs, () => this.#fail(reason));
	}

	#fail(reason: string): void {
		const handler = this.#handler;
		const wasConnected = this.#isConnected;
		this.#deadline?.cancel();
		this.#stream?.close(true);
		this.#stream = undefined;
		this.#isConnected = false;
		if (handler === undefined) return;
		this.#retry.later();
		if (wasConnected) handler.onFault("disconnected");
		this.#tell(false, `${this.#hostName}:${this.#port}: ${reason}`);
	}

	/** Only what is new: an attempt that fails as the one before did is no event. */
	#tell(connected: boolean, detail: string): void {
		if (detail === this.#lastLink) return;
		this.#lastLink = detail;
		this.#handler?.onLinkChanged(connected, detail);
	}
}

/**
 * A P1 port that connects to `hostName:port` and connects again (1 s, doubling to 60 s) for as long as it is open.
 * @returns an {@link OpenP1Port} that throws RangeError for a port outside 1..65535. */
export function createOpenP1TcpPort(context: TcpContext, hostName: string, port: number): OpenP1Port {
	return (handler) => {
		if (!(port >= 1 && port <= 65_535) || hostName === "") throw new RangeError("not a host and port");
		return new P1TcpPort(context, hostName, port, handler);
	};
}
