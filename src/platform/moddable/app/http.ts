import host from "platform/moddable/chip/host";
import { type Route, Router } from "../../../http/router.js";
import { HttpServer } from "../../../http/server.js";
import type { AccessGuard } from "../../../services/access/guard.js";
import { VERSION } from "../../../version.js";
import { createOpenTcpListener } from "../tcp.js";
import { listenHost } from "./outputs.js";
import type { Parts } from "./parts.js";

export type ServerParts = Parts & {
	readonly routes: readonly Route[];
	/** Stands before each of them. */
	readonly access: AccessGuard;
};

/** The HTTP server, which listens from the next turn on. Without its port the program is of no use, and ends. */
export function createServer(parts: ServerParts): HttpServer {
	const { guard, context, clock, timers, log, settings, routes, access } = parts;
	return new HttpServer({
		openListener: createOpenTcpListener(context),
		port: settings.httpPort,
		...listenHost(parts),
		router: new Router({ routes, before: access.admit, otherwise: access.sendToPortal }),
		clock,
		timers,
		limits: { maxConnections: host.httpConnections },
		onListening: (port) => log.info(`p1-dongle ${VERSION} answers HTTP on port ${port}`),
		onError(code, detail) {
			log.warn(`HTTP (${code}): ${detail}`);
			host.exit(1);
		},
		onFault: (where, error) => guard.report(where, error),
	});
}
