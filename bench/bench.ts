/**
 * `npm run bench`: the decoder beside a loop that does nothing but the CRC, and beside the P1 parsers on npm, in one run.
 * Each round times every candidate once, in turn; the figures are medians over rounds, the ratios medians of the ratios
 * within a round, so that a noisy machine disturbs them little. `npm run bench -- TELEGRAM.txt …` takes other telegrams.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { crc16 } from "../src/core/crc16.js";
import { Decoder } from "../src/core/decoder.js";

const require = createRequire(import.meta.url);
const dsmrParser: { parse(telegram: string): { objects: object } } = require("dsmr-parser");
const p1ParsePacket: (packet: string) => { timestamp: string | null } = require("p1-reader/lib/parsePacket.js");
const D0Protocol: new (
	options: object,
	store: (error: unknown, result: object) => void,
) => {
	checkMessage(message: Buffer): boolean;
	handleMessage(message: Buffer): Buffer | null;
} = require("smartmeter-obis/lib/protocols/D0Protocol.js");

const ROUNDS = 31;
const ROUND_MS = 20;

interface Candidate {
	readonly name: string;
	/** What is checked and kept, for the table. */
	readonly does: string;
	/** From the bytes of one telegram to its values; returns a number so that nothing is optimised away. */
	readonly once: () => number;
}

function candidates(path: string): Candidate[] {
	const bytes = new Uint8Array(readFileSync(path));
	const buffer = Buffer.from(bytes);
	let readings = 0;
	const decoder = new Decoder({
		onReading: () => {
			readings++;
		},
	});
	return [
		{
			name: "decoder",
			does: "CRC, every row, text kept",
			once: () => {
				decoder.push(bytes);
				return readings;
			},
		},
		{ name: "CRC only", does: "CRC", once: () => crc16(bytes, 0, bytes.length) },
		{
			name: "dsmr-parser 2.1.1",
			does: "CRC, its own rows",
			once: () => Object.keys(dsmrParser.parse(buffer.toString("latin1")).objects).length,
		},
		{
			name: "p1-reader 2.0.6",
			does: "no CRC, its own rows",
			once: () => (p1ParsePacket(buffer.toString("latin1")).timestamp === null ? 0 : 1),
		},
		{
			name: "smartmeter-obis 4.0.0",
			does: "no CRC, every row",
			once: () => {
				let found = 0;
				const protocol = new D0Protocol({ logger: () => undefined }, (_error, result) => {
					found = Object.keys(result).length;
				});
				let rest: Buffer | null = buffer;
				while (rest !== null && rest.length > 0 && found === 0 && protocol.checkMessage(rest)) {
					rest = protocol.handleMessage(rest);
				}
				return found;
			},
		},
	];
}

function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** Microseconds per call over about {@link ROUND_MS}. */
function time(candidate: Candidate, calls: number): number {
	let kept = 0;
	// Processor time, not wall time: what else runs on the machine counts for less.
	const start = process.cpuUsage();
	for (let i = 0; i < calls; i++) kept += candidate.once();
	const { user, system } = process.cpuUsage(start);
	const microseconds = user + system;
	if (!(kept > 0)) throw new Error(`${candidate.name} found nothing in the telegram`);
	return microseconds / calls;
}

function measure(path: string): Record<string, Record<string, string>> {
	const table: Record<string, Record<string, string>> = {};
	const { log, error } = console;
	// p1-reader prints every row that it does not know; printing is not what is measured.
	console.log = () => undefined;
	console.error = console.log;
	const all = candidates(path).filter(({ name, once }) => {
		try {
			once();
			return true;
		} catch (error) {
			table[name] = { does: `rejects this telegram: ${String(error)}` };
			return false;
		}
	});
	// A first pass warms the engine up and finds how many calls fill a round.
	const calls = all.map((candidate) => {
		time(candidate, 2000);
		return Math.max(10, Math.round((ROUND_MS * 1000) / time(candidate, 500)));
	});
	const rounds = Array.from({ length: ROUNDS }, () => all.map((candidate, i) => time(candidate, calls[i] ?? 1)));
	console.log = log;
	console.error = error;
	for (const [i, { name, does }] of all.entries()) {
		const ratio = median(rounds.map((round) => (round[i] ?? Number.NaN) / (round[0] ?? Number.NaN)));
		table[name] = {
			"us per telegram": median(rounds.map((round) => round[i] ?? Number.NaN)).toFixed(2),
			"times the decoder": ratio.toFixed(2),
			does,
		};
	}
	return table;
}

const corpus = fileURLToPath(new URL("../host-tests/telegrams/", import.meta.url));
const paths =
	process.argv.length > 2
		? process.argv.slice(2)
		: ["se/lgf-e360-a.txt", "se/sagemcom-s211-a.txt", "nl-v5/iskra-m550t-1011-a.txt"].map((name) => corpus + name);

for (const path of paths) {
	console.log(`${basename(path)}, ${readFileSync(path).length} bytes, Node ${process.versions.node}, ${ROUNDS} rounds`);
	console.table(measure(path));
}
