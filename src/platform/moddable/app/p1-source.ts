import type { Log } from "../../../ports/log.js";
import type { OpenP1Port, P1PortFault, P1PortHandler } from "../../../ports/p1-port.js";
import type { Source } from "../../../services/settings/source.js";
import { createOpenP1SerialPort } from "../p1-serial-port.js";
import { createOpenP1TcpPort } from "../p1-tcp-port.js";
import type { TcpContext } from "../tcp-stream.js";

function openerOf(context: TcpContext, source: Source): OpenP1Port {
	switch (source.kind) {
		case "serial":
			return createOpenP1SerialPort(context, source.path);
		case "tcp":
			return createOpenP1TcpPort(context, source.host, source.port);
		default:
			throw new Error(`source: this program reads serial:PATH or tcp:HOST:PORT; npm start also has ${source.kind}`);
	}
}

/**
 * Makes the P1 port that a source stands for; what becomes of its link is logged.
 * @throws Error - for people - for a source that this program does not have. */
export function createP1Source(context: TcpContext, source: Source, log: Log): OpenP1Port {
	const open = openerOf(context, source);
	return (handler) => open(new LinkLog(handler, log));
}

/** Passes everything on, and logs what becomes of the link. */
class LinkLog implements P1PortHandler {
	readonly #handler: P1PortHandler;
	readonly #log: Log;

	constructor(handler: P1PortHandler, log: Log) {
		this.#handler = handler;
		this.#log = log;
	}

	onBytes(bytes: Uint8Array, offset: number, end: number): void {
		this.#handler.onBytes(bytes, offset, end);
	}

	onFault(fault: P1PortFault): void {
		this.#handler.onFault(fault);
	}

	onLinkChanged(connected: boolean, detail: string): void {
		if (connected) this.#log.info(`P1: ${detail}`);
		else this.#log.warn(`P1: ${detail}`);
		this.#handler.onLinkChanged(connected, detail);
	}

	onEnd(): void {
		this.#handler.onEnd();
	}
}
