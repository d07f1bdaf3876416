import host from "platform/moddable/chip/host";
import { type Route, Router } from "../../../http/router.js";
import { HttpServer } from "../../../http/server.js";
import { HttpStatus } from "../../../publishers/api/http-status.js";
import { powerHistoryRoute } from "../../../publishers/api/power-history.js";
import { apiRoutes } from "../../../publishers/api.js";
import type { AccessGuard } from "../../../services/access/guard.js";
import { VERSION } from "../../../version.js";
import { openPage } from "../page.js";
import { createOpenTcpListener } from "../tcp.js";
import { httpLimitsFor } from "./limits.js";
import type { MeterParts } from "./meter.js";
import { listenHost, type Output } from "./outputs.js";
import type { Parts } from "./parts.js";

export type ServerParts = Parts &
	MeterParts & {
		readonly outputs: readonly Output[];
		/** Stands before each route. */
		readonly access: AccessGuard;
		/** At least STATUS_BYTES; used while an answer is written only. */
		readonly scratch: Uint8Array;
	};

/**
 * The HTTP server with everything that it answers, which listens from the next turn on. Without its port the program is of
 * no use, and ends. */
export function createServer(parts: ServerParts): HttpServer {
	const { guard, context, clock, timers, log, settings, outputs, access } = parts;
	const statusSources = [new HttpStatus(() => server), ...outputs.flatMap(({ statusSources = [] }) => statusSources)];
	const others: Record<string, Route> = { history: powerHistoryRoute(parts.history, parts.scratch) };
	for (const { indexed } of outputs) Object.assign(others, indexed);
	const routes = [
		...apiRoutes({ ...parts, statusSources, others, page: openPage() }),
		...outputs.flatMap(({ routes = [] }) => routes),
	];
	const server: HttpServer = new HttpServer({
		openListener: createOpenTcpListener(context),
		port: settings.httpPort,
		...listenHost(parts),
		router: new Router({ routes, before: access.admit, otherwise: access.sendToPortal }),
		clock,
		timers,
		limits: httpLimitsFor(host.httpConnections),
		onListening: (port) => log.info(`p1-dongle ${VERSION} answers HTTP on port ${port}`),
		onError(code, detail) {
			log.warn(`HTTP (${code}): ${detail}`);
			host.exit(1);
		},
		onFault: (where, error) => guard.report(where, error),
	});
	return server;
}
