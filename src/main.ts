import host from "platform/moddable/chip/host";
import { Router } from "./http/router.js";
import { HttpServer } from "./http/server.js";
import { createPublisher } from "./platform/moddable/app/mqtt.js";
import { createP1Source } from "./platform/moddable/app/p1-source.js";
import { loadSettings } from "./platform/moddable/app/settings.js";
import { DeviceClock } from "./platform/moddable/clock.js";
import { ModdableDevice } from "./platform/moddable/device.js";
import { describeError, Guard } from "./platform/moddable/guard.js";
import { traceLog as log } from "./platform/moddable/log.js";
import { openPage } from "./platform/moddable/page.js";
import { createOpenTcpListener } from "./platform/moddable/tcp.js";
import { DeviceTimers } from "./platform/moddable/timers.js";
import type { StatusSource } from "./ports/status-source.js";
import { HttpStatus } from "./publishers/api/http-status.js";
import { STATUS_BYTES } from "./publishers/api/status.js";
import { apiRoutes } from "./publishers/api.js";
import { ReadingSource } from "./publishers/mqtt/reading-source.js";
import { MqttStatus } from "./publishers/mqtt/status.js";
import { Meter, type MeterListener } from "./services/meter.js";
import { ReadingDocument } from "./services/reading-document.js";
import { VERSION } from "./version.js";

/** Room for the last packets to leave before the program ends. */
const FAREWELL_MS = 200;

/** The program: settings in, parts wired. XS calls it once; an exception of a later callback ends in the guard. */
export default function main(): void {
	const guard = new Guard((where, error) => log.warn(`fault in ${where}: ${describeError(error)}`));
	guard.watchAborts();
	try {
		start(guard);
	} catch (error) {
		log.warn(`p1-dongle cannot start: ${describeError(error)}`);
		host.exit(1);
	}
}

function start(guard: Guard): void {
	const clock = new DeviceClock();
	const timers = new DeviceTimers(clock, guard);
	const context = { guard, timers };
	const random = Math.random;
	const store = host.openStore();
	const { settings, source } = loadSettings(store, log);
	const device = new ModdableDevice(store);

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

	const statusSources: StatusSource[] = [new HttpStatus(() => server)];
	const state = new ReadingSource(meter, document);
	const publisher = createPublisher({ context, settings, serial: device.serial, source: state, clock, random, log });
	if (publisher !== undefined) {
		listeners.push(publisher);
		statusSources.push(new MqttStatus(publisher));
		publisher.start();
	}

	const scratch = new Uint8Array(STATUS_BYTES);
	const routes = apiRoutes({ meter, document, device, clock, random, statusSources, page: openPage(), scratch });
	const server = new HttpServer({
		openListener: createOpenTcpListener(context),
		port: settings.httpPort,
		...(host.platform === "host" ? { host: settings.httpHost } : {}),
		router: new Router({ routes }),
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

	host.onStop(guard, () => {
		log.info("stopping");
		server.close();
		meter.close();
		const exit = (): void => void timers.after(FAREWELL_MS, () => host.exit(0));
		if (publisher === undefined) exit();
		else publisher.stop(exit);
	});
}
