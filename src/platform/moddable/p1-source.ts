import type { Log } from "../../ports/log.js";
import type { OpenP1Port } from "../../ports/p1-port.js";
import { createOpenP1SerialPort } from "./p1-serial-port.js";
import { createOpenP1TcpPort } from "./p1-tcp-port.js";
import type { SourceSetting } from "./settings.js";
import type { TcpContext } from "./tcp-stream.js";

/** The P1 port that a setting names; what becomes of its link is logged. */
export function createOpenP1Port(context: TcpContext, source: SourceSetting, log: Log): OpenP1Port {
	const open =
		source.kind === "tcp"
			? createOpenP1TcpPort(context, source.host, source.port)
			: createOpenP1SerialPort(context, source.path);
	return (handler) =>
		open({
			onBytes: (bytes, offset, end) => handler.onBytes(bytes, offset, end),
			onFault: (fault) => handler.onFault(fault),
			onLinkChanged(connected, detail) {
				log.info(`meter: ${detail}`);
				handler.onLinkChanged(connected, detail);
			},
			onEnd: () => handler.onEnd(),
		});
}
