import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Child } from "../../support/child.js";
import { waitUntil } from "../../support/wait-until.js";

const ROOT = join(import.meta.dirname, "../../..");
const FOLDER = join(ROOT, "build/linux-probe");
/** What it is built of, beside the SDK. */
const SOURCES = ["src", "boards/linux", "boards/tools", "manifest.json"].map((path) => join(ROOT, path));
/** Of the run that builds it: two may find it old at once. Its process is in it. */
const LOCK = join(FOLDER, "building");

/** Made by `node boards/linux/build.mjs --probe`, which needs the SDK. */
export const PROBE = join(FOLDER, "p1-dongle");
/** The first build takes some minutes. */
export const BUILD_TIMEOUT_MS = 600_000;

function hasSdk(): boolean {
	return (process.env.MODDABLE ?? "") !== "";
}

function newestMs(path: string): number {
	const stats = statSync(path);
	if (!stats.isDirectory()) return stats.mtimeMs;
	return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}

function isFresh(): boolean {
	return existsSync(PROBE) && statSync(PROBE).mtimeMs > Math.max(...SOURCES.map(newestMs));
}

/** Whether there is a probe of these sources, or will be after {@link buildProbe}: an old one does not know every command. */
export function hasProbe(): boolean {
	return hasSdk() || isFresh();
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

/** @returns false while another process that lives has it. */
function takeLock(): boolean {
	try {
		writeFileSync(LOCK, String(process.pid), { flag: "wx" });
		return true;
	} catch {
		if (existsSync(LOCK) && !isAlive(Number(readFileSync(LOCK, "utf8")))) rmSync(LOCK, { force: true });
		return false;
	}
}

/** Builds the probe if it is older than what it is made of. @throws Error with the compiler's words. */
export async function buildProbe(): Promise<void> {
	if (isFresh()) return;
	mkdirSync(FOLDER, { recursive: true });
	await waitUntil(takeLock, BUILD_TIMEOUT_MS, "another run to have built the probe");
	try {
		if (isFresh()) return;
		const build = new Child(process.execPath, ["boards/linux/build.mjs", "--probe"], { cwd: ROOT });
		const status = await build.ended();
		if (status !== 0) throw new Error(`the probe was not built: ${build.stdout}${build.stderr}`);
	} finally {
		rmSync(LOCK, { force: true });
	}
}
