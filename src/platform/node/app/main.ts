import type { Clock, TimerHandle, Timers } from "../../../ports/clock.js";
import type { KeyValueStore } from "../../../ports/key-value-store.js";
import { PASSWORD_KEY } from "../../../services/access/password.js";
import { NodeDevice } from "../device.js";
import { FileKeyValueStore, MemoryKeyValueStore } from "../key-value-store.js";
import { type LineOutput, Terminal } from "../log.js";
import { type App, startApp } from "./app.js";
import { type AppControl, HOST_ITERATIONS } from "./app-access.js";
import { AppError } from "./app-error.js";
import { type CommandLine, parseCommandLine } from "./command-line.js";
import { describeSource } from "./p1-source.js";
import { loadPage } from "./page.js";
import { startLines, startWarnings, statusLine } from "./report.js";
import { type PasswordInput, setPassword } from "./set-password.js";
import { accessPathFor, settingsFileStorage } from "./settings-file.js";

/** What the program has of its process; tests give their own. */
export interface ProcessIo {
	readonly stdin: PasswordInput;
	readonly stdout: LineOutput;
	writeError(text: string): void;
	readonly clock: Clock;
	readonly timers: Timers;
	/** Calls back for each request to end. */
	onStop(callback: () => void): void;
	/** Ends at once. */
	exit(status: number): void;
	/** Of the password's hash; absent: as many as a computer bears. */
	readonly iterations?: number;
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

type RunCommand = Extract<CommandLine, { readonly kind: "run" }>;

/** Resolves when the program is asked to end. */
function waitForStop(io: ProcessIo): Promise<void> {
	return new Promise((resolve) => {
		let firstMs: number | undefined;
		io.onStop(() => {
			const nowMs = io.clock.monotonicMs();
			firstMs ??= nowMs;
			if (nowMs - firstMs > SAME_REQUEST_MS) io.exit(EXIT_FORCED);
			resolve();
		});
	});
}

/** Runs the app once, with everything read anew. */
async function runOnce(
	command: RunCommand,
	io: ProcessIo,
	terminal: Terminal,
	stopRequested: Promise<void>,
): Promise<"restart" | number> {
	const { app: appSettings, settingsPath, statePath, overridden, warnings } = command;
	const accessStore = openState(accessPathFor(settingsPath), terminal);
	const hasPassword = accessStore.read(PASSWORD_KEY) !== undefined;
	for (const warning of [...warnings, ...startWarnings(appSettings, hasPassword)]) terminal.warn(warning);
	const { clock, timers, stdin } = io;
	let restart: () => void = () => {};
	const restartRequested = new Promise<"restart">((resolve) => {
		restart = () => resolve("restart");
	});
	const isStdin = appSettings.source.kind === "stdin";
	const control: AppControl = {
		settingsStorage: settingsFileStorage(settingsPath),
		overridden,
		accessStore,
		restart: isStdin ? "Standard input cannot be read again. Start the program yourself." : restart,
		...(io.iterations === undefined ? {} : { iterations: io.iterations }),
	};
	const page = await loadPage(terminal);
	const platform = {
		...createDevice(statePath, terminal),
		clock,
		timers,
		random: Math.random,
		log: terminal,
		stdin,
		control,
		...(page === undefined ? {} : { page }),
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
	const why = await Promise.race([stopRequested, restartRequested]);
	status.cancel();
	terminal.end();
	terminal.info(why === "restart" ? "starting again" : "stopping");
	await app.stop();
	return why ?? 0;
}

/**
 * Runs `npm start` until it is asked to end.
 * @param args - without the program's name.
 * @returns the exit status: 0, 1 when the app cannot run, 2 for a wrong option or setting. */
export async function runMain(args: readonly string[], io: ProcessIo): Promise<number> {
	const terminal = new Terminal(io.stdout);
	let stopRequested: Promise<void> | undefined;
	for (;;) {
		const command = parseCommandLine(args);
		if (command.kind === "exit") {
			io.stdout.write(command.output);
			io.writeError(command.errors);
			return command.status;
		}
		if (command.kind === "set-password") {
			return setPassword({
				path: accessPathFor(command.settingsPath),
				iterations: io.iterations ?? HOST_ITERATIONS,
				stdin: io.stdin,
				write: (text) => io.stdout.write(text),
				writeError: (text) => io.writeError(text),
			});
		}
		stopRequested ??= waitForStop(io);
		const end = await runOnce(command, io, terminal, stopRequested);
		if (end !== "restart") return end;
	}
}
