import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Child } from "../../support/child.js";
import { findFreePort } from "./mosquitto.js";

const ROOT = join(import.meta.dirname, "../../..");
/** A busy machine needs a while to start a program. */
const START_TIMEOUT_MS = 60_000;

/**
 * The program that the end-to-end tests are about: `npm start`'s, or the one that the environment variable P1_PROGRAM
 * names, such as `build/linux/p1-dongle`. Either is run with `--settings FILE`.
 */
export const PROGRAM = process.env.P1_PROGRAM;

/** A running program. */
export interface Program {
	/** `http://127.0.0.1:PORT`, or with the address of the settings. */
	readonly url: string;
	readonly output: string;
	/** Ends it with a signal; gives its exit status, -1 when the signal itself ended it. */
	end(signal?: NodeJS.Signals): Promise<number>;
}

/**
 * Starts the program with these settings (docs/settings.md) and waits until it answers.
 * @throws Error with its output when it ends instead. */
export async function startProgram(settings: Readonly<Record<string, string | number | boolean>>): Promise<Program> {
	const directory = mkdtempSync(join(tmpdir(), "p1-e2e-"));
	const path = join(directory, "settings.json");
	const httpPort = await findFreePort();
	writeFileSync(path, JSON.stringify({ httpPort, httpHost: "127.0.0.1", modbus: false, ...settings }), { mode: 0o600 });
	const args = ["--settings", path];
	const child =
		PROGRAM === undefined
			? new Child(process.execPath, ["--import", "tsx", "src/platform/node/cli.ts", ...args], { cwd: ROOT })
			: new Child(PROGRAM, args, { cwd: ROOT });
	const url = `http://${settings.httpHost ?? "127.0.0.1"}:${httpPort}`;
	const end = async (signal: NodeJS.Signals = "SIGTERM"): Promise<number> => {
		const status = await child.end(signal);
		rmSync(directory, { recursive: true, force: true });
		return status;
	};
	const untilMs = performance.now() + START_TIMEOUT_MS;
	for (;;) {
		const isUp = await fetch(`${url}/health`).then(
			() => true,
			() => false,
		);
		if (isUp) break;
		if (child.status !== undefined || performance.now() > untilMs) {
			await end("SIGKILL");
			throw new Error(`the program does not answer (exit status ${child.status}): ${child.stdout}${child.stderr}`);
		}
		await new Promise((resolve) => setTimeout(resolve, 25));
	}
	return {
		url,
		get output() {
			return child.stdout + child.stderr;
		},
		end,
	};
}
