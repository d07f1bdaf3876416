/**
 * Where the bytecodes of one telegram go, line by line: `node --import tsx host-tests/xs/profile.ts [-n PUSH_BYTES] [TELEGRAM.txt]`.
 * Prints the lines of the bundle that cost most, with how often each ran, for the third telegram of a stream. Bytecodes that a
 * debug build adds to tell the line are left out; what the meter adds for native work is not seen, so the sum is a few per
 * cent under what measure.ts gives.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildXs, NATIVE_TARGET } from "./build-xs-host.js";
import { driverScript, runDriver } from "./run.js";
import { formatTable, MEASURED_TELEGRAMS, telegramPath, tracedDriver } from "./workloads.js";

const LINES_SHOWN = 60;

const { values, positionals } = parseArgs({
	options: { push: { type: "string", short: "n" } },
	allowPositionals: true,
});
const [given] = positionals;
const path = given === undefined ? telegramPath(MEASURED_TELEGRAMS.SE) : resolve(given);
const program = await buildXs({
	...NATIVE_TARGET,
	name: "xs-trace",
	compileFlags: ["-O1", "-DmxDebug=1", "-DmxTrace=1"],
});

const driver = tracedDriver(path, Number(values.push ?? 0));
const source = (await driverScript(driver)).split("\n");
const { stderr: trace } = await runDriver(driver, {}, (args) => ({ program, args }));

const bytecodes = new Map<number, number>();
const visits = new Map<number, number>();
const callers: number[] = [];
let line = 0;
for (const step of trace.split("\n")) {
	const [, code = "", argument = ""] = /^\d+ \d+: (\w+)(?: (-?\d+)$)?/.exec(step) ?? [];
	if (code === "" || code === "file") continue;
	if (code === "line") {
		line = Number(argument);
		visits.set(line, (visits.get(line) ?? 0) + 1);
		continue;
	}
	if (code.startsWith("begin_")) callers.push(line);
	bytecodes.set(line, (bytecodes.get(line) ?? 0) + 1);
	if (code.startsWith("end")) line = callers.pop() ?? 0;
}

const ranked = [...bytecodes].sort(([, one], [, other]) => other - one);
const total = ranked.reduce((sum, [, count]) => sum + count, 0);
const rows = ranked
	.slice(0, LINES_SHOWN)
	.map(([at, count]) => [(source[at - 1] ?? "").trim().slice(0, 96), at, visits.get(at) ?? 0, count]);
process.stdout.write(
	`${formatTable(["source", "line", "visits", "bytecodes"], [...rows, ["all", "", "", total]], 1)}\n`,
);
