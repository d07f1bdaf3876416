/**
 * What the decoder costs on XS: `node --import tsx host-tests/xs/measure.ts [TELEGRAM.txt …]`.
 * Bytecodes are exact and the same everywhere; microseconds are this machine's, and a guide at best.
 */
import { resolve } from "node:path";
import { runOnXs } from "./run.js";
import { decoderDriver, formatTable, MEASURED_TELEGRAMS, telegramPath, type WorkloadRow } from "./workloads.js";

const TURNS = 100;

const given = process.argv.slice(2).map((path) => [path, resolve(path)] as const);
const standard = Object.entries(MEASURED_TELEGRAMS).map(([name, path]) => [name, telegramPath(path)] as const);
const table: (string | number)[][] = [];
for (const [name, path] of given.length > 0 ? given : standard) {
	const { json } = await runOnXs(decoderDriver(path, TURNS));
	for (const row of json as WorkloadRow[]) {
		const bytecodes = row.bytecodes / row.turns;
		table.push([
			name,
			row.workload,
			row.bytes,
			(bytecodes / row.bytes).toFixed(2),
			Math.round(bytecodes),
			row.slots / row.turns,
			row.chunkBytes / row.turns,
			Math.round(row.time / row.turns),
		]);
	}
}
const header = ["telegram", "workload", "bytes", "bytecodes/byte", "bytecodes", "slots", "chunk bytes", "us"];
process.stdout.write(`${formatTable(header, table, 2)}\n`);
