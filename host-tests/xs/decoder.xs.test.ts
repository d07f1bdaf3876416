import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { xsHost } from "./build-xs-host.js";
import { outcomeOf } from "./outcome.js";
import { runOnXs } from "./run.js";
import {
	CORE_PARTS,
	corpusNames,
	decoderDriver,
	type HeapUse,
	heapDriver,
	MEASURED_TELEGRAMS,
	outcomeDriver,
	PUSH_SIZES,
	steadyStateDriver,
	telegramPath,
	type WorkloadRow,
} from "./workloads.js";

const corpus = corpusNames();
const swedish = corpus.filter((name) => name.startsWith("se/"));

/** What may be spent on a byte of a Swedish telegram, pushed whole; its CRC alone takes 28. */
const BYTECODES_PER_BYTE = 70;

beforeAll(async () => {
	await xsHost();
}, 300_000);

describe("decoder and serializer on XS", () => {
	test.each(PUSH_SIZES)(
		"give what they give on Node for the whole corpus, %i bytes per push (0: all)",
		async (size) => {
			const { json } = await runOnXs(outcomeDriver(corpus.map(telegramPath), size));
			const onNode = corpus.map((name) => outcomeOf(readFileSync(telegramPath(name)), size));
			expect(json).toEqual(onNode);
			// The comparison means something only if there are readings to compare.
			expect(onNode.filter((outcome) => outcome.startsWith('{"stale"')).length).toBeGreaterThan(30);
		},
	);

	test("10,000 telegrams take no slot and no chunk byte", async () => {
		const [row] = await steadyState([MEASURED_TELEGRAMS.SE], 10_000, 0);
		expect(row).toMatchObject({ turns: 10_000, slots: 0, chunkBytes: 0 });
	}, 200_000);

	test.each(PUSH_SIZES)("no file of the corpus makes garbage, %i bytes per push (0: all)", async (size) => {
		const rows = await steadyState(corpus, 10, size);
		const wasteful = rows.filter(({ slots, chunkBytes }) => slots !== 0 || chunkBytes !== 0);
		expect(wasteful.map(({ workload, slots, chunkBytes }) => ({ workload, slots, chunkBytes }))).toEqual([]);
	});
});

describe("decoder on XS", () => {
	// Exact and the same on every machine, so a change of the decoder's cost shows in the diff that makes it. After a change
	// that is meant: npx vitest run host-tests/xs -u
	test("takes as many bytecodes per telegram as ever", async () => {
		const bytecodes: Record<string, Record<string, number>> = {};
		for (const [name, path] of Object.entries(MEASURED_TELEGRAMS)) {
			const { json } = await runOnXs(decoderDriver(telegramPath(path), 10));
			const rows = json as WorkloadRow[];
			bytecodes[name] = Object.fromEntries(rows.map((row) => [row.workload, Math.round(row.bytecodes / row.turns)]));
		}
		expect(bytecodes).toMatchInlineSnapshot(`
			{
			  "LT": {
			    "CRC only": 65721,
			    "decoder, 1-byte pushes": 883941,
			    "decoder, 16-byte pushes": 186752,
			    "decoder, whole telegrams": 140271,
			    "reading as JSON": 97577,
			  },
			  "NL": {
			    "CRC only": 25709,
			    "decoder, 1-byte pushes": 350960,
			    "decoder, 16-byte pushes": 75784,
			    "decoder, whole telegrams": 57483,
			    "reading as JSON": 65461,
			  },
			  "SE": {
			    "CRC only": 19801,
			    "decoder, 1-byte pushes": 266427,
			    "decoder, 16-byte pushes": 57473,
			    "decoder, whole telegrams": 43592,
			    "reading as JSON": 36491,
			  },
			}
		`);
	});

	test.each(swedish)(
		`takes at most ${BYTECODES_PER_BYTE} bytecodes per byte and makes no garbage: %s`,
		async (name) => {
			const { json } = await runOnXs(decoderDriver(telegramPath(name), 10, [0]));
			const [row] = json as [WorkloadRow];
			expect(row).toMatchObject({ slots: 0, chunkBytes: 0 });
			expect(row.bytecodes / row.turns / row.bytes).toBeLessThanOrEqual(BYTECODES_PER_BYTE);
		},
	);
});

describe("heap on XS", () => {
	// On a 64-bit machine, where slots are 32 bytes and pointers in chunks 8: about twice what a device needs. What the device
	// needs is in bench/riscv. Pinned exactly, as above.
	test("the core takes as much as ever", async () => {
		const { json } = await runOnXs(heapDriver(CORE_PARTS));
		const uses = json as HeapUse[];
		const growth: Record<string, string> = {};
		for (const [index, { part }] of CORE_PARTS.entries()) {
			const before = uses[index] as HeapUse;
			const after = uses[index + 1] as HeapUse;
			growth[part] = `${after.slots - before.slots} slots, ${after.chunkBytes - before.chunkBytes} chunk bytes`;
		}
		expect(growth).toMatchInlineSnapshot(`
			{
			  "JSON writer with 4 KiB": "18 slots, 4192 chunk bytes",
			  "decoder": "159 slots, 104 chunk bytes",
			}
		`);
	});

	// What can be spared is what loading takes for a moment (tables are built, source is parsed): on a device that happens at
	// build time. Decoding itself needs nothing beyond what is alive, as the tests above show.
	test("1,000 telegrams are decoded and written in a heap that cannot grow", async () => {
		const names = [MEASURED_TELEGRAMS.LT, MEASURED_TELEGRAMS.NL, MEASURED_TELEGRAMS.SE];
		const driver = `${steadyStateDriver(names, 334, 16)}
			gc(); print(JSON.stringify({ slots: slots(), chunkBytes: chunks() }));`;
		const live = (await runOnXs(driver)).json as HeapUse;
		const fixed = { fixedSlots: live.slots + 4096, fixedChunkBytes: live.chunkBytes + 32_768 };
		await expect(runOnXs(driver, fixed)).resolves.toMatchObject({ json: live });
		// And it is a limit: with less than what is alive the machine gives up.
		await expect(runOnXs(driver, { ...fixed, fixedSlots: live.slots - 64 })).rejects.toThrow(/memory full/);
		await expect(runOnXs(driver, { ...fixed, fixedChunkBytes: live.chunkBytes - 1024 })).rejects.toThrow(/memory full/);
	});
});

async function steadyState(names: readonly string[], turns: number, pushSize: number): Promise<WorkloadRow[]> {
	const { json } = await runOnXs(steadyStateDriver(names, turns, pushSize), { timeoutMs: 180_000 });
	return json as WorkloadRow[];
}
