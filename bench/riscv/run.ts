/**
 * What an ESP32-C3 would have to execute, without the chip: `npm run bench:riscv`. The core on the XS engine, compiled for
 * rv32imc and run by QEMU, which counts instructions. No cache and no flash are modelled, so this is not time: at 160 MHz
 * and one instruction per cycle a million instructions are 6.25 ms, a floor. Built with -O1 and metering, like the host of the
 * tests; as the SDK builds the engine (-Os, no metering) a telegram took 1.08 times as many instructions when it was tried.
 * Exit code 1 when a budget is exceeded.
 */
import {
	CORE_PARTS,
	decoderDriver,
	formatTable,
	type HeapUse,
	heapDriver,
	MEASURED_TELEGRAMS,
	telegramPath,
	type WorkloadRow,
} from "../../host-tests/xs/workloads.js";
import { runOnRiscv } from "./machine.js";

/** QEMU with exact counting runs about 15 million instructions a second; ten turns keep a run at a few seconds. */
const TURNS = 10;

/** What one Swedish telegram may cost, pushed whole (a CRC-16 alone takes 1.1 million instructions). */
const SWEDISH_INSTRUCTIONS = 2_200_000;

/** What the parts of the core may keep in RAM: two telegrams of 4 KiB, two readings, one document of 4 KiB. */
const CORE_HEAP_BYTES = 20_480;

/** Of a slot on a 32-bit machine. */
const SLOT_BYTES = 16;

const failures: string[] = [];
const table: (string | number)[][] = [];
for (const [name, path] of Object.entries(MEASURED_TELEGRAMS)) {
	const { json } = await runOnRiscv(decoderDriver(telegramPath(path), TURNS), { timeoutMs: 300_000 });
	for (const row of json as WorkloadRow[]) {
		const instructions = Math.round(row.time / row.turns);
		const perByte = (instructions / row.bytes).toFixed(0);
		table.push([name, row.workload, row.bytes, instructions, perByte, row.slots, row.chunkBytes]);
		if (row.slots > 0 || row.chunkBytes > 0) {
			failures.push(`${name}, ${row.workload}: ${row.slots} slots and ${row.chunkBytes} chunk bytes allocated, not 0`);
		}
		if (name === "SE" && row.workload === "decoder, whole telegrams" && instructions > SWEDISH_INSTRUCTIONS) {
			failures.push(`${name}, ${row.workload}: ${instructions} instructions, over ${SWEDISH_INSTRUCTIONS}`);
		}
	}
}
const header = ["telegram", "workload", "bytes", "instructions", "per byte", "slots", "chunk bytes"];
process.stdout.write(`${formatTable(header, table, 2)}\n\n`);

const [machine] = (await runOnRiscv(heapDriver([]))).json as [HeapUse];
const uses = (await runOnRiscv(heapDriver(CORE_PARTS))).json as HeapUse[];
const labels = ["code and tables (in flash on a device)", ...CORE_PARTS.map(({ part }) => part)];
const heap = labels.map((label, index) => {
	const before = uses[index - 1] ?? machine;
	const slots = (uses[index]?.slots ?? 0) - before.slots;
	const chunkBytes = (uses[index]?.chunkBytes ?? 0) - before.chunkBytes;
	return [label, slots, chunkBytes, slots * SLOT_BYTES + chunkBytes];
});
process.stdout.write(`${formatTable(["live heap", "slots", "chunk bytes", "bytes"], heap, 1)}\n`);
const coreBytes = heap.slice(1).reduce((sum, [, , , bytes]) => sum + Number(bytes), 0);
if (coreBytes > CORE_HEAP_BYTES) failures.push(`live heap of the core: ${coreBytes} bytes, over ${CORE_HEAP_BYTES}`);

for (const failure of failures) process.stderr.write(`over budget: ${failure}\n`);
process.exitCode = failures.length > 0 ? 1 : 0;
