import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { availableParallelism } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PACKAGE = join(ROOT, "node_modules/@agoric/xsnap");

/** Folder with the engine's C sources as the npm package carries them; nothing of it is ever written to. */
export const XS_DIRECTORY = join(PACKAGE, "moddable/xs");

/** Folder with the platform-independent part of the host, `xs-host.c`, shared by every build. */
export const HOST_DIRECTORY = fileURLToPath(new URL("host/", import.meta.url));

/**
 * What the engine is built with on every platform, so that counts from different builds can be compared: metering on, bounds
 * checks on, no debugger (a debugger build adds line bytecodes), strict and sloppy code, minus zero kept apart from zero.
 */
const ENGINE_FLAGS = [
	"-w",
	"-fno-common",
	"-DINCLUDE_XSPLATFORM",
	'-DXSPLATFORM="xs-platform.h"',
	"-DmxMetering=1",
	"-DmxParse=1",
	"-DmxRun=1",
	"-DmxSloppy=1",
	"-DmxBoundsCheck=1",
	"-DmxMinusZero=1",
	"-DmxNoConsole=1",
	"-DmxRegExpUnicodePropertyEscapes=1",
	"-DmxStringNormalize=1",
];

/** One way to build the engine with our host. */
export type XsTarget = {
	/** First part of the cache folder's name. */
	readonly name: string;
	/** The compiler's program name, found on PATH; it links too. */
	readonly compiler: string;
	/** What a person must do when the compiler is not there; ends the error message. */
	readonly installHint: string;
	/** Folder that holds the target's `xs-platform.h`; its .c files are compiled as well. */
	readonly platformDirectory: string;
	readonly compileFlags: readonly string[];
	readonly linkFlags: readonly string[];
};

/** The build for the machine that runs the tests. -O1: the cold build takes half as long as with -O2, and counts are equal. */
export const NATIVE_TARGET: XsTarget = {
	name: "xs-host",
	compiler: "cc",
	installHint: "install a C compiler (Debian, Ubuntu: apt-get install gcc libc6-dev; macOS: xcode-select --install)",
	platformDirectory: HOST_DIRECTORY,
	compileFlags: ["-O1"],
	linkFlags: ["-lm", "-lpthread"],
};

/**
 * Gives the path of the XS host for this machine, building it first when it is not in `.cache/` (about 30 s on two cores).
 * Safe to call from several processes at once: one builds, the others wait.
 * @returns absolute path of the executable; see host/xs-host.c for its command line.
 * Throws with a message that says what to install when there is no C compiler, and with the compiler's own text when it fails.
 */
export function xsHost(): Promise<string> {
	return buildXs(NATIVE_TARGET);
}

/**
 * Builds the engine and our host for a target, once: the cache folder is named by a hash of every input (host and platform
 * sources, flags, the npm package's version, the compiler's version).
 * @returns absolute path of the linked program. Errors as {@link xsHost}.
 */
export async function buildXs(target: XsTarget): Promise<string> {
	const directory = join(ROOT, ".cache", `${target.name}-${inputHash(target)}`);
	const program = join(directory, target.name);
	while (!existsSync(program)) {
		mkdirSync(directory, { recursive: true });
		const lock = join(directory, "lock");
		if (!takeLock(lock)) {
			await delay(200);
			continue;
		}
		try {
			if (!existsSync(program)) await compileAndLink(target, directory, program);
		} finally {
			rmSync(lock, { force: true });
		}
	}
	return program;
}

function inputHash(target: XsTarget): string {
	const version = spawnSync(target.compiler, ["--version"], { encoding: "utf8" });
	if (version.error !== undefined || version.status !== 0) {
		throw new Error(`XS cannot be built: no "${target.compiler}" on this machine. To run this, ${target.installHint}.`);
	}
	const hash = createHash("sha256");
	hash.update(version.stdout).update(readFileSync(join(PACKAGE, "package.json")));
	hash.update(JSON.stringify([ENGINE_FLAGS, target.compileFlags, target.linkFlags]));
	for (const file of hostFiles(target)) hash.update(basename(file)).update(readFileSync(file));
	return hash.digest("hex").slice(0, 16);
}

/** Our own inputs: the shared host and everything in the platform folder. */
function hostFiles(target: XsTarget): string[] {
	const own = readdirSync(target.platformDirectory)
		.filter((name) => /\.[chS]$/.test(name))
		.map((name) => join(target.platformDirectory, name));
	return [...new Set([join(HOST_DIRECTORY, "xs-host.c"), ...own])].sort();
}

/** Creates the lock file; false when a living process holds it. The lock of a process that has died is removed; should
 * two processes do that at once, both build, and the later rename wins: wasteful and rare, but right. */
function takeLock(lock: string): boolean {
	try {
		writeFileSync(lock, String(process.pid), { flag: "wx" });
		return true;
	} catch {
		const owner = existsSync(lock) ? Number(readFileSync(lock, "utf8")) : 0;
		if (owner > 0 && !isAlive(owner)) rmSync(lock, { force: true });
		return false;
	}
}

function isAlive(processId: number): boolean {
	try {
		process.kill(processId, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}

async function compileAndLink(target: XsTarget, directory: string, program: string): Promise<void> {
	const objects = mkdtempSync(join(directory, "objects-"));
	const engine = join(XS_DIRECTORY, "sources");
	const sources = [...readdirSync(engine).map((name) => join(engine, name)), ...hostFiles(target)];
	const includes = [target.platformDirectory, engine, join(XS_DIRECTORY, "platforms"), join(XS_DIRECTORY, "includes")];
	const flags = [...ENGINE_FLAGS, ...target.compileFlags, ...includes.map((path) => `-I${path}`)];
	const pending = sources.filter((path) => path.endsWith(".c"));
	const built: string[] = [];
	const worker = async (): Promise<void> => {
		for (let source = pending.pop(); source !== undefined; source = pending.pop()) {
			const object = join(objects, `${basename(source)}.o`);
			await run(target.compiler, [...flags, "-c", source, "-o", object]);
			built.push(object);
		}
	};
	try {
		await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, worker));
		const linked = join(objects, target.name);
		await run(target.compiler, [...target.compileFlags, ...built.sort(), ...target.linkFlags, "-o", linked]);
		renameSync(linked, program); // whole or not at all: a reader never sees half a program
	} finally {
		rmSync(objects, { recursive: true, force: true });
	}
}

function run(command: string, args: readonly string[]): Promise<void> {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"], cwd: dirname(HOST_DIRECTORY) });
		let errorText = "";
		child.stderr.setEncoding("utf8").on("data", (text: string) => {
			errorText += text;
		});
		child.on("error", reject);
		child.on("close", (code) => {
			if (code === 0) resolve();
			else reject(new Error(`${command} failed (${code}) on ${args.at(-3)}:\n${errorText.slice(0, 4000)}`));
		});
	});
}
