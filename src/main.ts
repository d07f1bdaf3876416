import host from "platform/moddable/chip/host";
import { fixedBytes } from "./core/fixed-memory.js";
import { JsonWriter } from "./core/json-writer.js";
import type { HttpServer } from "./http/server.js";
import { createAccess } from "./platform/moddable/app/access.js";
import { Announcement } from "./platform/moddable/app/announcement.js";
import { createBoard } from "./platform/moddable/app/board.js";
import { Farewell } from "./platform/moddable/app/farewell.js";
import { createServer } from "./platform/moddable/app/http.js";
import { createMeter } from "./platform/moddable/app/meter.js";
import { createPublisher } from "./platform/moddable/app/mqtt.js";
import { createNetwork } from "./platform/moddable/app/network.js";
import { createOutputs, type Output } from "./platform/moddable/app/outputs.js";
import { openParts } from "./platform/moddable/app/parts.js";
import { createSetup } from "./platform/moddable/app/setup.js";
import { createStreams } from "./platform/moddable/app/streams.js";
import { createSupervisor } from "./platform/moddable/app/supervisor.js";
import { createTime } from "./platform/moddable/app/time.js";
import { createUpdate } from "./platform/moddable/app/update.js";
import { describeError, Guard } from "./platform/moddable/guard.js";
import { traceLog } from "./platform/moddable/log.js";
import { STATUS_BYTES } from "./publishers/api/status.js";
import { MqttStatus } from "./publishers/mqtt/status.js";
import type { Settings } from "./services/settings/table.js";

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
	const meter = createMeter(parts);
	// It asks for telegrams, so somebody must be listening.
	const board = createBoard(parts);
	// One writer for all answers: each is written in one go.
	const { indicator } = board;
	const shared = { ...parts, ...meter, indicator, writer: new JsonWriter(fixedBytes(STATUS_BYTES)) };
	const restart = (cause: string): void => supervisor.restart(cause);

	const announcement = new Announcement(parts);
	const network = createNetwork(parts, board, announcement);
	const publisher = createPublisher({ ...shared, network });
	const farewell = new Farewell(parts, publisher);
	const onSettings = (settings: Settings): void => {
		network.applySettings(settings);
		board.applySettings(settings);
	};
	const access = createAccess({ ...shared, restart: () => restart("owner"), onSettings });
	const setup =
		network.network && createSetup({ ...shared, network: network.network, access, restart: () => restart("setup") });
	const update = createUpdate({ ...shared, server: () => server, restart: () => restart("update") });
	const supervisor = createSupervisor({
		...shared,
		board,
		network,
		setup,
		update,
		publisher,
		restart: (hasTimers) => (hasTimers ? farewell.say(() => host.restart()) : host.restart()),
	});

	const outputs: readonly Output[] = [
		board,
		createTime(parts),
		...(publisher === undefined ? [] : [{ listeners: [publisher], statusSources: [new MqttStatus(publisher)] }]),
		createStreams({ ...shared, publisher, server: () => server }),
		...createOutputs(shared),
		network,
		access,
		...(setup === undefined ? [] : [setup]),
		update,
		supervisor,
	];
	meter.listeners.push(...outputs.flatMap(({ listeners = [] }) => listeners));
	const server: HttpServer = createServer({ ...shared, outputs, access: access.guard });
	publisher?.start();
	farewell.of([announcement, meter.meter, ...outputs, server]);
	host.onStop(guard, () => farewell.say(() => host.exit(0)));
}
