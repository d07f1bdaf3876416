import { join } from "node:path";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { Child } from "../../support/child.js";
import { buildProbe, PROBE } from "./build-probe.js";

const ROOT = join(import.meta.dirname, "../../..");
const ANSWER_TIMEOUT_MS = 20_000;

type Json = string | number | boolean | null | undefined | object;
type Parameters = { readonly [key: string]: Json };
export type ProbeEvent = { readonly id: number; readonly on: string } & { readonly [key: string]: unknown };

/** Escapes what is not ASCII: the probe takes lines of bytes. */
function toAscii(json: string): string {
	return json.replace(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * The program boards/linux/probe on XS. A call waits for its answer, so that the ports' methods can be called as if they were
 * here; callbacks arrive as events, in a later turn. */
export class Probe {
	readonly #program: Child;
	readonly #worker: Worker;
	readonly #requests: MessagePort;
	readonly #answers: MessagePort;
	readonly #events: MessagePort;
	readonly #flag = new Int32Array(new SharedArrayBuffer(4));
	readonly #listeners = new Map<number, (event: ProbeEvent) => void>();
	#lastId = 0;

	private constructor(program: Child, port: number) {
		this.#program = program;
		const [requests, answers, events] = [new MessageChannel(), new MessageChannel(), new MessageChannel()];
		this.#requests = requests.port1;
		this.#answers = answers.port1;
		this.#events = events.port1;
		const theirs = { requests: requests.port2, answers: answers.port2, events: events.port2 };
		this.#worker = new Worker(new URL("./probe-worker.mjs", import.meta.url), {
			workerData: { port, flag: this.#flag, ...theirs },
			transferList: Object.values(theirs),
		});
		this.#events.on("message", (event: ProbeEvent) => this.#listeners.get(event.id)?.(event));
	}

	/** Builds it before, if its sources are newer. */
	static async start(): Promise<Probe> {
		await buildProbe();
		const program = new Child(PROBE, [], { cwd: ROOT });
		const match = await program.waitForOutput(/probe (\d+)/);
		return new Probe(program, Number(match[1]));
	}

	/** Everything that it has printed. */
	get output(): string {
		return this.#program.stdout + this.#program.stderr;
	}

	/** A number for a new object; its events go to `listener`. */
	addObject(listener: (event: ProbeEvent) => void = () => {}): number {
		this.#listeners.set(++this.#lastId, listener);
		return this.#lastId;
	}

	/** For an object that the probe has numbered. */
	listen(id: number, listener: (event: ProbeEvent) => void): void {
		this.#listeners.set(id, listener);
	}

	/** Drops the events that are under way. */
	silence(id: number): void {
		this.#listeners.delete(id);
	}

	/** @throws RangeError or Error, as the command did. */
	call<Result = unknown>(command: string, parameters: Parameters = {}): Result {
		Atomics.store(this.#flag, 0, 0);
		this.#requests.postMessage(toAscii(JSON.stringify({ do: command, ...parameters })));
		if (Atomics.wait(this.#flag, 0, 0, ANSWER_TIMEOUT_MS) === "timed-out") throw new Error(`no answer to ${command}`);
		const { message } = receiveMessageOnPort(this.#answers) as {
			message: { value?: Result; error?: { name: string; message: string } };
		};
		if (message.error === undefined) return message.value as Result;
		const { name, message: text } = message.error;
		throw name === "RangeError" ? new RangeError(text) : new Error(text);
	}

	/** @throws Error when a callback threw on XS: the program must not have needed its guard. */
	async stop(): Promise<void> {
		const faults = this.call<number>("faults");
		this.#requests.postMessage(null);
		await this.#program.ended();
		this.#events.close();
		await this.#worker.terminate();
		if (faults > 0) throw new Error(`${faults} exceptions on XS: ${this.output}`);
	}
}
