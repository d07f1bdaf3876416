import host from "platform/moddable/chip/host";
import { DeviceClock } from "platform/moddable/clock";
import { describeError, Guard } from "platform/moddable/guard";
import { createOpenTcpListener } from "platform/moddable/tcp";
import { DeviceTimers } from "platform/moddable/timers";
import { makeCommands } from "probe-commands";
import { ControlLine } from "probe-control";
import type { TcpConnection } from "../../../src/ports/tcp.js";

/**
 * The other half of a contract test: the ports' implementations on XS, driven over one TCP connection. It prints the port
 * that it listens on, takes one JSON request a line and answers each with one line, before it looks at the next.
 */
export default function main(): void {
	const guard = new Guard((where, error) => trace("fault in ", where, ": ", describeError(error), "\n"));
	guard.watchAborts();
	const clock = new DeviceClock();
	const context = { guard, timers: new DeviceTimers(clock, guard), traffic: { received: 0 } };
	createOpenTcpListener(context)({
		port: 0,
		host: "127.0.0.1",
		onListening: (port) => trace("probe ", String(port), "\n"),
		onError: (code, detail) => {
			trace(code, " ", detail, "\n");
			host.exit(1);
		},
		onConnection(connection: TcpConnection) {
			const line = new ControlLine(connection, () => host.exit(0));
			line.commands = makeCommands(context, clock, (event) => line.tell("e", event));
			return line;
		},
	});
}
