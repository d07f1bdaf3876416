import host from "platform/moddable/chip/host";
import type { HttpServer } from "./http/server.js";
import { createAccess } from "./platform/moddable/app/access.js";
import { Announcement } from "./platform/moddable/app/announcement.js";
import { createServer } from "./platform/moddable/app/http.js";
import { createMeter } from "./platform/moddable/app/meter.js";
import { createPublisher } from "./platform/moddable/app/mqtt.js";
import { createNetwork } from "./platform/moddable/app/network.js";
import { createOutputs, type Output } from "./platform/moddable/app/outputs.js";
import { openParts } from "./platform/moddable/app/parts.js";
import { createSetup } from "./platform/moddable/app/setup.js";
import { createStreams } from "./platform/moddable/app/streams.js";
import { createUpdate } from "./platform/moddable/app/update.js";
import { describeError, Guard } from "./platform/moddable/guard.js";
import { traceLog } from "./platform/moddable/log.js";
import { STATUS_BYTES } from "./publishers/api/status.js";
import { MqttStatus } from "./publishers/mqtt/status.js";

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
	const { timers, log } = parts;
	const indicator = { identify: () => log.info("identify: somebody asks which dongle this is") };

	const meter = createMeter(parts);
	// One for all answers: each is written in one go.
	const shared = { ...parts, ...meter, indicator, scratch: new Uint8Array(STATUS_BYTES) };
	const publisher = createPublisher(shared);
	const restart = (): void => end(() => host.restart());
	const announcement = new Announcement(parts);
	const network = createNetwork(parts, announcement);
	const access = createAccess({ ...shared, restart, portal: () => setup?.portal, onSettings: network.applySettings });
	const setup = network.network && createSetup({ ...shared, network: network.network, access, restart });
	const outputs: readonly Output[] = [
		...(publisher === undefined ? [] : [{ listeners: [publisher], statusSources: [new MqttStatus(publisher)] }]),
		createStreams({ ...shared, publisher, server: () => server }),
		...createOutputs(shared),
		network,
		access,
		...(setup === undefined ? [] : [setup]),
		createUpdate({ ...shared, meter: meter.meter, server: () => server, restart }),
	];
	meter.listeners.push(...outputs.flatMap(({ listeners = [] }) => listeners));
	const server: HttpServer = createServer({ ...shared, outputs, access: access.guard });
	publisher?.start();

	const end = (leave: () => void): void => {
		log.info("stopping");
		announcement.close();
		meter.meter.close();
		for (const output of outputs) output.close?.();
		server.close();
		const leaveSoon = (): void => void timers.after(FAREWELL_MS, leave);
		if (publisher === undefined) leaveSoon();
		else publisher.stop(leaveSoon);
	};
	host.onStop(guard, () => end(() => host.exit(0)));
}
