import { accessSync, constants, createReadStream, statSync } from "node:fs";
import type { Readable } from "node:stream";
import type { ProfileId } from "../../../core/profile.js";
import type { Clock, Timers } from "../../../ports/clock.js";
import type { Log } from "../../../ports/log.js";
import type { OpenP1Port } from "../../../ports/p1-port.js";
import { Backoff } from "../../../services/backoff.js";
import type { Source } from "../../../services/settings/source.js";
import { explainFileError } from "../file-error.js";
import { createOpenP1StreamPort } from "../p1-stream-port.js";
import { createOpenP1TcpPort } from "../p1-tcp-port.js";
import { createSimulator } from "../simulator/meter-simulator.js";

export type P1SourceOptions = {
	readonly source: Source;
	readonly profile: ProfileId | "auto";
	/** Of the simulator and of a file: from telegram to telegram, and how many times as fast. */
	readonly intervalMs: number;
	readonly speed: number;
	readonly clock: Clock;
	readonly timers: Timers;
	readonly log: Log;
	/** Where `-` reads. */
	readonly stdin: Readable;
};

/** The same house at every start, so that its registers never go back. */
const SIMULATOR_SEED = 1;
/** The meter that is simulated when nothing is said. */
const SIMULATED_PROFILE = "se";
const RETRY_FIRST_MS = 1000;
/** A cable that was pulled out is found again within this. */
const SERIAL_RETRY_CAP_MS = 10_000;
const TCP_RETRY_CAP_MS = 60_000;

/** The source for people, as the program says it at its start. */
export function describeSource({ source, profile, intervalMs, speed }: P1SourceOptions): string {
	const pace = `every ${intervalMs / 1000} s${speed === 1 ? "" : `, ${speed} times as fast`}`;
	switch (source.kind) {
		case "simulator":
			return `a simulated meter (profile ${profile === "auto" ? SIMULATED_PROFILE : profile}, a telegram ${pace})`;
		case "stdin":
			return "standard input";
		case "serial":
			return `serial port ${source.path}`;
		case "tcp":
			return `${source.host} port ${source.port}`;
		default:
			return `file ${source.path} (${intervalMs === 0 ? "as fast as possible" : `a telegram ${pace}`})`;
	}
}

/** @throws Error - for people - for a file that cannot be read: a replay does not wait for its file. */
function checkFile(path: string): void {
	try {
		accessSync(path, constants.R_OK);
	} catch (error) {
		throw new Error(explainFileError(path, error));
	}
	if (statSync(path).isDirectory()) throw new Error(`${path}: that is a directory, not a file`);
}

async function openerOf(options: P1SourceOptions): Promise<OpenP1Port> {
	const { source, profile, intervalMs, speed, clock, timers, stdin } = options;
	const delays = (capMs: number): Backoff => new Backoff({ firstMs: RETRY_FIRST_MS, capMs, random: Math.random });
	switch (source.kind) {
		case "simulator": {
			const simulated = profile === "auto" ? SIMULATED_PROFILE : profile;
			return createSimulator({ profile: simulated, intervalMs, speed, seed: SIMULATOR_SEED, clock, timers });
		}
		case "serial": {
			// Loaded when it is needed: its native part may be missing on a rare machine, where the rest works.
			const { createOpenP1SerialPort } = await import("../p1-serial-port.js");
			return createOpenP1SerialPort({ path: source.path, timers, delays: delays(SERIAL_RETRY_CAP_MS) });
		}
		case "tcp":
			return createOpenP1TcpPort({ ...source, timers, delays: delays(TCP_RETRY_CAP_MS) });
		case "stdin":
			return createOpenP1StreamPort({ name: "standard input", openStream: () => stdin, pauseMs: 0, timers });
		default: {
			const { path } = source;
			checkFile(path);
			const openStream = (): Readable => createReadStream(path);
			return createOpenP1StreamPort({ name: path, openStream, pauseMs: intervalMs / speed, timers });
		}
	}
}

/**
 * Makes the P1 port that a source stands for; what becomes of its link is logged.
 * @throws Error - for people - when the source can never work. */
export async function createP1Source(options: P1SourceOptions): Promise<OpenP1Port> {
	const open = await openerOf(options);
	const { log } = options;
	return (handler) =>
		open({
			onBytes: (bytes, offset, end) => handler.onBytes(bytes, offset, end),
			onFault: (fault) => handler.onFault(fault),
			onLinkChanged: (connected, detail) => {
				if (connected) log.info(`P1: ${detail}`);
				else log.warn(`P1: ${detail}`);
				handler.onLinkChanged(connected, detail);
			},
			onEnd: () => handler.onEnd(),
		});
}
