import host from "platform/moddable/chip/host";
import { Router } from "./http/router.js";
import { HttpServer } from "./http/server.js";
import { DeviceClock } from "./platform/moddable/clock.js";
import { ModdableDevice } from "./platform/moddable/device.js";
import { describeError, Guard } from "./platform/moddable/guard.js";
import { traceLog as log } from "./platform/moddable/log.js";
import { createConnectMqtt } from "./platform/moddable/mqtt-client.js";
import { createOpenP1Port } from "./platform/moddable/p1-source.js";
import { readSettings } from "./platform/moddable/settings.js";
import { createOpenTcpListener } from "./platform/moddable/tcp.js";
import { DeviceTimers } from "./platform/moddable/timers.js";
import type { StatusSource } from "./ports/status-source.js";
import { HttpStatus } from "./publishers/api/http-status.js";
import { STATUS_BYTES } from "./publishers/api/status.js";
import { apiRoutes } from "./publishers/api.js";
import { MqttPublisher } from "./publishers/mqtt/publisher.js";
import { ReadingSource } from "./publishers/mqtt/reading-source.js";
import { MqttStatus } from "./publishers/mqtt/status.js";
import { Meter, type MeterListener } from "./services/meter.js";
import { DEFAULT_DOCUMENT_BYTES, ReadingDocument } from "./services/reading-document.js";
import { VERSION } from "./version.js";

/** The state and its topic in one message, and a status beside it. */
const MQTT_BYTES = DEFAULT_DOCUMENT_BYTES + 512;

/** The program: settings in, parts wired. XS calls it once; what goes wrong later ends in the guard. */
export default function main(): void {
	const guard = new Guard((where, error) => log.warn(`fault in ${where}: ${describeError(error)}`));
	if (!guard.run("start", () => start(guard))) host.exit(1);
}

function start(guard: Guard): void {
	const store = host.openStore();
	const settings = readSettings(store);
	const clock = new DeviceClock();
	const timers = new DeviceTimers(clock, guard);
	const context = { guard, timers };
	const random = Math.random;
	const device = new ModdableDevice(store);

	const document = new ReadingDocument();
	const listeners: MeterListener[] = [document];
	const { profile } = settings;
	const onListenerFault = (error: unknown): void => guard.report("meter listener", error);
	const openP1Port = createOpenP1Port(context, settings.source, log);
	const meter = new Meter({ openP1Port, clock, timers, profile, listeners, onListenerFault });

	const statusSources: StatusSource[] = [new HttpStatus(() => server)];
	const scratch = new Uint8Array(STATUS_BYTES);
	let publisher: MqttPublisher | undefined;
	if (settings.mqtt !== undefined) {
		publisher = new MqttPublisher({
			connectMqtt: createConnectMqtt(context, { maxBytesInFlight: MQTT_BYTES }),
			clock,
			timers,
			random,
			log,
			broker: { ...settings.mqtt, clientId: `p1${device.serial}` },
			baseTopic: settings.topic,
			source: new ReadingSource(meter, document),
		});
		listeners.push(publisher);
		statusSources.push(new MqttStatus(publisher));
		publisher.start();
	}
	const routes = apiRoutes({ meter, document, device, clock, random, statusSources, scratch });
	const server = new HttpServer({
		openListener: createOpenTcpListener(context),
		port: settings.httpPort,
		...(settings.httpHost === undefined ? {} : { host: settings.httpHost }),
		router: new Router({ routes }),
		clock,
		timers,
		onListening: (port) => log.info(`p1-dongle ${VERSION} answers HTTP on port ${port}`),
		onError: (code, detail) => {
			log.warn(`HTTP (${code}): ${detail}`);
			host.exit(1);
		},
		onFault: (where, error) => guard.report(where, error),
	});

	host.onStop(guard, () => {
		server.close();
		meter.close();
		if (publisher === undefined) host.exit(0);
		else publisher.stop(() => timers.after(100, () => host.exit(0)));
	});
}
