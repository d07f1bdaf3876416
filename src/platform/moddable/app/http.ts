import host from "platform/moddable/chip/host";
import type { JsonWriter } from "../../../core/json-writer.js";
import { type Resource, Router } from "../../../http/router.js";
import { HttpServer } from "../../../http/server.js";
import { HttpStatus } from "../../../publishers/api/http-status.js";
import { PowerHistoryApi } from "../../../publishers/api/power-history.js";
import { Api } from "../../../publishers/api.js";
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
		/** Has room for STATUS_BYTES; used while an answer is written only. */
		readonly writer: JsonWriter;
	};

/**
 * The HTTP server with everything that it answers, which listens from the next turn on. Without its port the program is of
 * no use, and ends. */
export function createServer(parts: ServerParts): HttpServer {
	const { guard, context, clock, timers, random, log, settings, device, meter, document, outputs, access, writer } =
		parts;
	const statusSources = [new HttpStatus(() => server), ...outputs.flatMap(({ statusSources = [] }) => statusSources)];
	const resources: Resource[] = [];
	resources.push(
		new Api({ meter, document, device, clock, random, statusSources, resources, page: openPage(), writer }),
		new PowerHistoryApi(parts.history, writer),
		...outputs.flatMap(({ resources: some = [] }) => some),
	);
	const server: HttpServer = new HttpServer({
		openListener: createOpenTcpListener(context),
		port: settings.httpPort,
		...listenHost(parts),
		router: new Router({ resources, gate: access }),
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
