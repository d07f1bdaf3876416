import host from "platform/moddable/chip/host";
import type { HttpServer } from "./http/server.js";
import { createAccess } from "./platform/moddable/app/access.js";
import { createServer } from "./platform/moddable/app/http.js";
import { createPublisher } from "./platform/moddable/app/mqtt.js";
import { createOutputs } from "./platform/moddable/app/outputs.js";
import { createP1Source } from "./platform/moddable/app/p1-source.js";
import { openParts } from "./platform/moddable/app/parts.js";
import { createStreams } from "./platform/moddable/app/streams.js";
import { describeError, Guard } from "./platform/moddable/guard.js";
import { traceLog } from "./platform/moddable/log.js";
import { openPage } from "./platform/moddable/page.js";
import { HttpStatus } from "./publishers/api/http-status.js";
import { STATUS_BYTES } from "./publishers/api/status.js";
import { apiRoutes } from "./publishers/api.js";
import { MqttStatus } from "./publishers/mqtt/status.js";
import { Meter, type MeterListener } from "./services/meter.js";
import { ReadingDocument } from "./services/reading-document.js";

/** Room for the last packets to leave before the program ends. */
const FAREWELL_MS = 200;

/** The program: settings in, parts wired. XS calls it once; an exception of a later callback ends in the guard. */
export default function main(): void {
	const guard = new Guard((where, error) => traceLog.warn(`fault in ${where}: ${describeError(error)}`));
	guard.watchAborts();
	try {
		start(guard);
	} catch (error) {
		traceLog.warn(`p1-dongle cannot start: ${describeError(error)}`);
		host.exit(1);
	}
}

function start(guard: Guard): void {
	const parts = openParts(guard);
	const { context, clock, timers, random, log, device, settings, source } = parts;
	const indicator = { identify: () => log.info("identify: somebody asks which dongle this is") };

	const document = new ReadingDocument();
	const listeners: MeterListener[] = [document];
	const meter = new Meter({
		openP1Port: createP1Source(context, source, log),
		clock,
		timers,
		profile: settings.profile,
		listeners,
		onListenerFault: (error) => guard.report("meter listener", error),
	});

	const scratch = new Uint8Array(STATUS_BYTES);
	const publisher = createPublisher({ ...parts, meter, document });
	const streams = createStreams({ ...parts, meter, document, publisher, server: () => server, scratch });
	const outputs = createOutputs({ ...parts, meter, indicator, scratch });
	listeners.push(...(publisher === undefined ? [] : [publisher]), ...streams.listeners);

	const access = createAccess({ ...parts, scratch, restart: () => end(() => host.restart()) });
	const statusSources = [
		new HttpStatus(() => server),
		...streams.statusSources,
		...(publisher === undefined ? [] : [new MqttStatus(publisher)]),
		...outputs.flatMap(({ statusSource }) => (statusSource === undefined ? [] : [statusSource])),
	];
	const api = {
		meter,
		document,
		device,
		clock,
		random,
		statusSources,
		others: streams.routes,
		page: openPage(),
		scratch,
	};
	const routes = [...apiRoutes(api), ...outputs.flatMap(({ routes = [] }) => routes), ...access.routes];
	const server: HttpServer = createServer({ ...parts, routes, access: access.guard });
	publisher?.start();

	const end = (leave: () => void): void => {
		log.info("stopping");
		meter.close();
		streams.close();
		for (const output of outputs) output.close?.();
		server.close();
		const leaveSoon = (): void => void timers.after(FAREWELL_MS, leave);
		if (publisher === undefined) leaveSoon();
		else publisher.stop(leaveSoon);
	};
	host.onStop(guard, () => end(() => host.exit(0)));
}
