// First: what is loaded after it shows the version.
import "./program-version.js";
import { runMain } from "./app/main.js";
import { NodeClock, NodeTimers } from "./clock.js";

function fail(error: unknown): void {
	const detail = error instanceof Error ? error.message : String(error);
	if (process.stdout.isTTY) process.stdout.write("\n");
	process.stderr.write(`p1-dongle has stopped: ${detail} (a fault of the program: please report it)\n`);
	if (process.env.P1_DEBUG !== undefined && error instanceof Error) process.stderr.write(`${error.stack}\n`);
	process.exit(1);
}

process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);

const status = await runMain(process.argv.slice(2), {
	stdin: process.stdin,
	stdout: process.stdout,
	writeError: (text) => process.stderr.write(text),
	clock: new NodeClock(),
	timers: new NodeTimers(),
	onStop(callback) {
		for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, callback);
		// Whoever read the output has gone, as with `| head`.
		process.stdout.on("error", callback);
	},
	exit: (code) => process.exit(code),
});
process.exit(status);
