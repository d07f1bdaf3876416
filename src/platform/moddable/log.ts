import type { Log } from "../../ports/log.js";

/** Lines on the SDK's trace: standard output on Linux, the serial console of a debug build on a device. */
export const traceLog: Log = Object.freeze({
	info(line: string): void {
		trace(line, "\n");
	},
	warn(line: string): void {
		trace("warning: ", line, "\n");
	},
});
