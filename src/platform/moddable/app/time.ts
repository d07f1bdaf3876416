import host from "platform/moddable/chip/host";
import { createAskTimeServer } from "../../../services/time/sntp-client.js";
import { TimeKeeper } from "../../../services/time/time-keeper.js";
import { TimeStatus } from "../../../services/time/time-status.js";
import { FIRMWARE_DATE_MS } from "../../../version.js";
import { createOpenUdpSocket } from "../udp.js";
import type { Output } from "./outputs.js";
import type { Parts } from "./parts.js";

/** Sets the device's clock, by the meter and by a time server; a computer has its own. */
export function createTime(parts: Parts): Output {
	if (host.setSystemTime === undefined) return {};
	const { guard, context, clock, timers, random, log, device, settings } = parts;
	const { ntpServer: name } = settings;
	const ask = createAskTimeServer({
		openSocket: createOpenUdpSocket(context),
		resolve: (server, onResolved) => host.resolve(server, guard, onResolved),
		timers,
		random,
	});
	const isOnline = (): boolean => device.link().connected;
	const keeper = new TimeKeeper({
		clock,
		wallClock: clock,
		timers,
		random,
		log,
		notBeforeMs: FIRMWARE_DATE_MS,
		...(name === "" ? {} : { server: { ask, name, isOnline } }),
	});
	return { listeners: [keeper], statusSources: [new TimeStatus(keeper, clock)], close: () => keeper.close() };
}
