import host from "platform/moddable/chip/host";
import { fixedBytes } from "../../core/fixed-memory.js";
import type { LineFormat, OpenP1Port, P1Port, P1PortFault, P1PortHandler } from "../../ports/p1-port.js";
import { describeError } from "./guard.js";
import type { SerialLine } from "./host.js";
import { Retry } from "./retry.js";
import type { TcpContext } from "./tcp-stream.js";

const READ_BYTES = 512;

/** The meter on a serial line: a UART of the device, or a USB cable, which may be pulled and come back. */
class P1SerialPort implements P1Port {
	readonly hasLineFormat = true;
	readonly #context: TcpContext;
	readonly #path: string;
	readonly #bytes = fixedBytes(READ_BYTES);
	readonly #retry: Retry;
	#handler: P1PortHandler | undefined;
	#lastLink = "";
	#line: SerialLine | undefined;
	#format: LineFormat = "115200-8n1";

	constructor(context: TcpContext, path: string, handler: P1PortHandler) {
		this.#context = context;
		this.#path = path;
		this.#handler = handler;
		this.#retry = new Retry(context.timers, () => this.#open());
		this.#retry.now();
	}

	setLineFormat(format: LineFormat): void {
		if (format === this.#format) return;
		this.#format = format;
		if (this.#line === undefined) return;
		this.#line.close();
		this.#line = undefined;
		this.#retry.now();
	}

	close(): void {
		this.#handler = undefined;
		this.#retry.cancel();
		this.#line?.close();
		this.#line = undefined;
	}

	#open(): void {
		try {
			this.#line = host.openSerialLine({
				path: this.#path,
				format: this.#format,
				guard: this.#context.guard,
				onReadable: () => this.#read(),
				onFault: (fault) => this.#fault(fault),
			});
		} catch (error) {
			this.#retry.later();
			this.#tell(false, `${this.#path}: ${describeError(error)}`);
			return;
		}
		this.#tell(true, `${this.#path} at ${this.#format}`);
	}

	#read(): void {
		for (;;) {
			const count = this.#line?.read(this.#bytes) ?? 0;
			if (count === 0 || this.#handler === undefined) return;
			this.#handler.onBytes(this.#bytes, 0, count);
			this.#retry.succeeded();
		}
	}

	#fault(fault: P1PortFault): void {
		if (fault === "disconnected") {
			this.#line?.close();
			this.#line = undefined;
			this.#retry.later();
		}
		this.#handler?.onFault(fault);
		if (fault === "disconnected") this.#tell(false, `${this.#path} has gone`);
	}

	/** Only what is new: an attempt that fails as the one before did is no event. */
	#tell(connected: boolean, detail: string): void {
		if (detail === this.#lastLink) return;
		this.#lastLink = detail;
		this.#handler?.onLinkChanged(connected, detail);
	}
}

/**
 * A P1 port on a serial line that opens it again (1 s, doubling to 60 s) for as long as it is open.
 * @param path - Linux: the device file; ESP32: for messages only. */
export function createOpenP1SerialPort(context: TcpContext, path: string): OpenP1Port {
	return (handler) => new P1SerialPort(context, path, handler);
}
