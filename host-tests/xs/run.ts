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
	/** Empty, but for builds that trace. */
	readonly stderr: string;
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
		const why = stderr.trim() || stdout.slice(-400).trim(); // an emulated chip has one console for both
		super(`XS ended with ${exitCode === null ? "the time limit" : `code ${exitCode}`}: ${why}`);
		this.name = "XsRunError";
		this.exitCode = exitCode;
		this.stdout = stdout;
		this.stderr = stderr;
	}
}

/**
 * The counters that host/xs-host.c gives to a script, declared for drivers, and `measure(turns, run)`: runs `run` once to warm
 * up, collects garbage, runs it `turns` times and gives what that took in all: slots and chunk bytes allocated, bytecodes, and
 * time in the unit of the host's now() (microseconds, or instructions on an emulated chip). What measuring takes is subtracted;
 * the loop and the call of `run` stay in (about 20 bytecodes a turn, no allocation).
 */
const PRELUDE = `
declare function slots(): number;
declare function chunks(): number;
declare function meter(): number;
declare function now(): number;
declare function gc(): void;
declare function print(line: string | ArrayBuffer): void;
declare function readFile(path: string): ArrayBuffer;
type Measured = { turns: number; slots: number; chunkBytes: number; bytecodes: number; time: number };
function measureRaw(turns: number, run: () => void): Measured {
	const slotsBefore = slots();
	const chunksBefore = chunks();
	const timeBefore = now();
	const meterBefore = meter();
	for (let turn = 0; turn < turns; turn++) run();
	const bytecodes = meter() - meterBefore;
	const time = now() - timeBefore;
	const chunkBytes = chunks() - chunksBefore;
	const slotsTaken = slots() - slotsBefore;
	return { turns, slots: slotsTaken, chunkBytes, bytecodes, time };
}
function measure(turns: number, run: () => void): Measured {
	run();
	gc();
	const nothing = measureRaw(0, run);
	const measured = measureRaw(turns, run);
	measured.bytecodes -= nothing.bytecodes;
	measured.time -= nothing.time;
	return measured;
}
`;

/** What `measure` gives in a driver, for all turns together. */
export type Measured = {
	readonly turns: number;
	readonly slots: number;
	readonly chunkBytes: number;
	readonly bytecodes: number;
	/** Microseconds, or instructions on an emulated chip. */
	readonly time: number;
};

/** A program and its arguments. */
export type Command = { readonly program: string; readonly args: readonly string[] };

/**
 * Bundles a driver (see {@link bundleForXs}; it may use the host's globals and `measure`) and runs it on XS, building the host
 * first when needed ({@link xsHost}).
 * @throws XsRunError when the driver threw or the engine gave up; other errors when the bundle or the host could not be built.
 */
export async function runOnXs(driverSource: string, options: XsRunOptions = {}): Promise<XsRunResult> {
	const program = await xsHost();
	return runDriver(driverSource, options, (args) => ({ program, args }));
}

/**
 * Bundles a driver and runs it on whatever `launch` starts, an XS host for another machine in an emulator for instance.
 * @param launch - Gets the host's arguments, options and script path, and gives the command that runs it with them.
 * Errors as {@link runOnXs}.
 */
export async function runDriver(
	driverSource: string,
	options: XsRunOptions,
	launch: (args: readonly string[]) => Command,
): Promise<XsRunResult> {
	const script = await driverScript(driverSource);
	const directory = await mkdtemp(join(tmpdir(), "p1-xs-"));
	try {
		const path = join(directory, "script.js");
		await writeFile(path, script);
		const args = [path];
		if (options.fixedSlots !== undefined) args.unshift("-s", String(options.fixedSlots));
		if (options.fixedChunkBytes !== undefined) args.unshift("-c", String(options.fixedChunkBytes));
		const output = await run(launch(args), options.timeoutMs ?? 60_000);
		return { ...output, json: parseLastLine(output.stdout) };
	} finally {
		await rm(directory, { recursive: true, force: true });
	}
}

/** The script that {@link runDriver} makes of a driver. */
export function driverScript(driverSource: string): Promise<string> {
	return bundleForXs(PRELUDE + driverSource);
}

function parseLastLine(stdout: string): unknown {
	try {
		return JSON.parse(stdout.slice(stdout.lastIndexOf("\n", stdout.length - 2) + 1));
	} catch {
		return undefined;
	}
}

function run({ program, args }: Command, timeoutMs: number): Promise<{ stdout: string; stderr: string }> {
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
			if (code === 0) resolve({ stdout, stderr });
			else reject(new XsRunError(code, stdout, stderr));
		});
	});
}
