import type { Readable } from "node:stream";
import type { Clock, TimerHandle, Timers } from "../../../ports/clock.js";
import type { KeyValueStore } from "../../../ports/key-value-store.js";
import { NodeDevice } from "../device.js";
import { FileKeyValueStore, MemoryKeyValueStore } from "../key-value-store.js";
import { type LineOutput, Terminal } from "../log.js";
import { type App, startApp } from "./app.js";
import { AppError } from "./app-error.js";
import { parseCommandLine } from "./command-line.js";
import { describeSource } from "./p1-source.js";
import { startLines, startWarnings, statusLine } from "./report.js";

/** What the program has of its process; tests give their own. */
export interface ProcessIo {
	readonly stdin: Readable;
	readonly stdout: LineOutput;
	writeError(text: string): void;
	readonly clock: Clock;
	readonly timers: Timers;
	/** Calls back for each request to end. */
	onStop(callback: () => void): void;
	/** Ends at once. */
	exit(status: number): void;
}

const STATUS_INTERVAL_MS = 1000;
/** Without a terminal: a line a minute is for a journal. */
const PLAIN_STATUS_INTERVAL_MS = 60_000;
const EXIT_FAILED = 1;
/** What shells report of a program that Ctrl-C ended. */
const EXIT_FORCED = 130;
/** Ctrl-C reaches the program from the terminal, and again from whatever started it (npm, tsx). */
const SAME_REQUEST_MS = 500;

function openState(path: string, terminal: Terminal): KeyValueStore {
	try {
		return new FileKeyValueStore(path);
	} catch (error) {
		terminal.warn(`${error instanceof Error ? error.message : String(error)}; nothing is kept in it`);
		return new MemoryKeyValueStore();
	}
}

/** The device, and the store that its serial number is kept in. */
function createDevice(path: string, terminal: Terminal): { device: NodeDevice; store: KeyValueStore } {
	let store = openState(path, terminal);
	try {
		return { device: new NodeDevice(store), store };
	} catch (error) {
		terminal.warn(`${error instanceof Error ? error.message : String(error)}; the serial number is for this run only`);
		store = new MemoryKeyValueStore();
		return { device: new NodeDevice(store), store };
	}
}

/** Shows how the app does: a line that changes on a terminal, else a plain line now and then. */
function showStatus(app: App, terminal: Terminal, { timers }: ProcessIo): TimerHandle {
	if (!terminal.isInteractive) return timers.every(PLAIN_STATUS_INTERVAL_MS, () => terminal.info(statusLine(app)));
	terminal.status(statusLine(app));
	return timers.every(STATUS_INTERVAL_MS, () => terminal.status(statusLine(app)));
}

/**
 * Runs `npm start` until it is asked to end.
 * @param args - without the program's name.
 * @returns the exit status: 0, 1 when the app cannot run, 2 for a wrong option or setting. */
export async function runMain(args: readonly string[], io: ProcessIo): Promise<number> {
	const commandLine = parseCommandLine(args);
	if (commandLine.kind === "exit") {
		io.stdout.write(commandLine.output);
		io.writeError(commandLine.errors);
		return commandLine.status;
	}
	const { app: appSettings, statePath, warnings } = commandLine;
	const terminal = new Terminal(io.stdout);
	for (const warning of [...warnings, ...startWarnings(appSettings)]) terminal.warn(warning);
	const stopRequested = new Promise<void>((resolve) => {
		let firstMs: number | undefined;
		io.onStop(() => {
			const nowMs = io.clock.monotonicMs();
			firstMs ??= nowMs;
			if (nowMs - firstMs > SAME_REQUEST_MS) io.exit(EXIT_FORCED);
			resolve();
		});
	});
	const { clock, timers, stdin } = io;
	const platform = {
		...createDevice(statePath, terminal),
		clock,
		timers,
		random: Math.random,
		log: terminal,
		stdin,
	};
	let app: App;
	try {
		app = await startApp(appSettings, platform);
	} catch (error) {
		if (!(error instanceof AppError)) throw error;
		io.writeError(`error: ${error.message}\n`);
		return EXIT_FAILED;
	}
	const source = describeSource({ ...appSettings, ...platform, profile: appSettings.settings.profile });
	for (const line of startLines(app, appSettings, source)) terminal.info(line);
	const status = showStatus(app, terminal, io);
	await stopRequested;
	status.cancel();
	terminal.end();
	terminal.info("stopping");
	await app.stop();
	return 0;
}
