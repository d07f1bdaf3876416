import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { xsHost } from "./build-xs-host.js";
import { bundleForXs } from "./bundle.js";

/** How to run a driver on XS. */
export type XsRunOptions = {
	/** Size of the slot heap in slots (32 bytes each on a 64-bit machine); the heap then cannot grow. Default: large. */
	readonly fixedSlots?: number;
	/** Size of the chunk heap (strings, buffers, bytecode) in bytes; the heap then cannot grow. Default: large. */
	readonly fixedChunkBytes?: number;
	/** Ends the run with an error after this time; 60,000 ms by default. */
	readonly timeoutMs?: number;
};

/** What a driver printed. */
export type XsRunResult = {
	readonly stdout: string;
	/** The last line of stdout, parsed; undefined when that line is not JSON. */
	readonly json: unknown;
};

/** A run that did not end well: an abort of the engine, an exception, or the time limit. */
export class XsRunError extends Error {
	/** The engine's abort code (1 memory full, 2 stack overflow, 5 unhandled exception, 8 unhandled rejection); null when killed. */
	readonly exitCode: number | null;
	readonly stdout: string;
	readonly stderr: string;

	constructor(exitCode: number | null, stdout: string, stderr: string) {
		super(`XS ended with ${exitCode === null ? "the time limit" : `code ${exitCode}`}: ${stderr.trim()}`);
		this.name = "XsRunError";
		this.exitCode = exitCode;
		this.stdout = stdout;
		this.stderr = stderr;
	}
}

/**
 * The counters that host/xs-host.c gives to a script, declared for drivers, and `measure(times, run)`: runs `run` once to warm
 * up, collects garbage, runs it `times` times and gives what that took: slots and chunk bytes allocated in all, bytecodes in
 * all. The call of `run` and the loop count too (about 20 bytecodes a turn); they allocate nothing.
 */
const PRELUDE = `
declare function slots(): number;
declare function chunks(): number;
declare function meter(): number;
declare function now(): number;
declare function gc(): void;
declare function print(line: string | ArrayBuffer): void;
declare function readFile(path: string): ArrayBuffer;
function measure(times: number, run: () => void): { slots: number; chunkBytes: number; bytecodes: number } {
	run();
	gc();
	const slotsBefore = slots();
	const chunksBefore = chunks();
	const meterBefore = meter();
	for (let turn = 0; turn < times; turn++) run();
	const meterAfter = meter();
	const chunksAfter = chunks();
	const slotsAfter = slots();
	return {
		slots: slotsAfter - slotsBefore,
		chunkBytes: chunksAfter - chunksBefore,
		bytecodes: meterAfter - meterBefore,
	};
}
`;

/**
 * Bundles a driver (see {@link bundleForXs}; it may use the host's globals and `measure`) and runs it on XS, building the host
 * first when needed ({@link xsHost}).
 * @throws XsRunError when the driver threw or the engine gave up; other errors when the bundle or the host could not be built.
 */
export async function runOnXs(driverSource: string, options: XsRunOptions = {}): Promise<XsRunResult> {
	return runScriptOnXs(await bundleForXs(PRELUDE + driverSource), options);
}

/** Runs a finished script on XS; otherwise as {@link runOnXs}. */
export async function runScriptOnXs(script: string, options: XsRunOptions = {}): Promise<XsRunResult> {
	const host = await xsHost();
	const directory = await mkdtemp(join(tmpdir(), "p1-xs-"));
	try {
		const path = join(directory, "script.js");
		await writeFile(path, script);
		const args = [path];
		if (options.fixedSlots !== undefined) args.unshift("-s", String(options.fixedSlots));
		if (options.fixedChunkBytes !== undefined) args.unshift("-c", String(options.fixedChunkBytes));
		const stdout = await run(host, args, options.timeoutMs ?? 60_000);
		return { stdout, json: parseLastLine(stdout) };
	} finally {
		await rm(directory, { recursive: true, force: true });
	}
}

function parseLastLine(stdout: string): unknown {
	try {
		return JSON.parse(stdout.slice(stdout.lastIndexOf("\n", stdout.length - 2) + 1));
	} catch {
		return undefined;
	}
}

function run(program: string, args: readonly string[], timeoutMs: number): Promise<string> {
	return new Promise((resolve, reject) => {
		const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], timeout: timeoutMs });
		let stdout = "";
		let stderr = "";
		child.stdout.setEncoding("utf8").on("data", (text: string) => {
			stdout += text;
		});
		child.stderr.setEncoding("utf8").on("data", (text: string) => {
			stderr += text;
		});
		child.on("error", reject);
		child.on("close", (code) => {
			if (code === 0) resolve(stdout);
			else reject(new XsRunError(code, stdout, stderr));
		});
	});
}
