import { PassThrough } from "node:stream";
import { type ProcessIo, runMain } from "../../src/platform/node/app/main.js";
import { NodeClock, NodeTimers } from "../../src/platform/node/clock.js";
import { waitUntil } from "./wait-until.js";

/** A run of the program in this process. */
export class AppRun {
	readonly stdin = new PassThrough();
	readonly exits: number[] = [];
	output = "";
	errors = "";
	status: number | undefined;
	#stop: () => void = () => {};
	readonly #finished: Promise<void>;

	constructor(args: readonly string[], isTTY = false) {
		const io: ProcessIo = {
			stdin: this.stdin,
			stdout: {
				isTTY,
				write: (text) => {
					this.output += text;
				},
			},
			writeError: (text) => {
				this.errors += text;
			},
			clock: new NodeClock(),
			timers: new NodeTimers(),
			onStop: (callback) => {
				this.#stop = callback;
			},
			exit: (status) => this.exits.push(status),
		};
		this.#finished = runMain(args, io).then((status) => {
			this.status = status;
		});
	}

	async started(): Promise<this> {
		// It builds the page first where that is older than its sources; the machine may have much else to do.
		await waitUntil(() => this.output.includes("stop ") || this.status !== undefined, 60_000);
		if (this.status !== undefined) throw new Error(this.errors);
		return this;
	}

	get url(): string {
		return /curl (http:\S+)\/api/.exec(this.output)?.[1] ?? "";
	}

	get brokerPort(): number {
		return Number(/mosquitto_sub -h \S+ -p (\d+)/.exec(this.output)?.[1]);
	}

	/** JSON of the reading, once there is one that fits. */
	async reading(
		isWanted: (reading: Record<string, unknown>) => boolean = () => true,
	): Promise<Record<string, unknown>> {
		for (let tries = 0; tries < 500; tries++) {
			const response = await fetch(`${this.url}/api/v1/reading`);
			const body = (await response.json()) as Record<string, unknown>;
			if (response.status === 200 && isWanted(body)) return body;
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
		throw new Error(`no such reading; ${this.output}`);
	}

	requestStop(): void {
		this.#stop();
	}

	async stop(): Promise<void> {
		this.#stop();
		await this.#finished;
	}

	finished(): Promise<void> {
		return this.#finished;
	}
}
