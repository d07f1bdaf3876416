import { Command } from "commander";
import { loadHeap, sumOf } from "./support/heap-load.js";
import { positive } from "./support/positive.js";

// P1_PROGRAM=build/linux-instrumented/p1-dongle node --import tsx host-tests/e2e/heap.ts, after npm run build:linux -- --instrument.

/** 60 % of what the SDK gives XS on an ESP32-C3. */
const BUDGET_BYTES = 0.6 * 94_208;

const command = new Command("heap")
	.description("loads the instrumented program on XS and says what its heap took; exit status 1 above the budget")
	.option("--seconds <duration>", "for how long", positive, 60)
	.parse();

const { seconds } = command.opts<{ seconds: number }>();
const report = await loadHeap(seconds);
const peakBytes = sumOf(report.peak);
const reservedBytes = sumOf(report.reserved);
process.stdout.write(
	`${JSON.stringify({ ...report, peakBytes, reservedBytes, budgetBytes: BUDGET_BYTES }, undefined, 2)}\n`,
);
const isWell = reservedBytes <= BUDGET_BYTES && Object.keys(report.answers).join() === "200" && report.events > 0;
process.exitCode = isWell ? 0 : 1;
