import type { Log } from "../../../ports/log.js";
import type { OpenP1Port } from "../../../ports/p1-port.js";
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
	return (handler) =>
		open({
			onBytes: (bytes, offset, end) => handler.onBytes(bytes, offset, end),
			onFault: (fault) => handler.onFault(fault),
			onLinkChanged(connected, detail) {
				if (connected) log.info(`P1: ${detail}`);
				else log.warn(`P1: ${detail}`);
				handler.onLinkChanged(connected, detail);
			},
			onEnd: () => handler.onEnd(),
		});
}
