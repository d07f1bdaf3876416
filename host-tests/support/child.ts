import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { waitUntil } from "./wait-until.js";

export type ChildOptions = { readonly cwd: string; readonly env?: Readonly<Record<string, string>> };

/** A program that a test runs and reads. */
export class Child {
	readonly #process: ChildProcessWithoutNullStreams;
	readonly #closed: Promise<number>;
	#status: number | undefined;
	stdout = "";
	stderr = "";

	constructor(command: string, args: readonly string[], { cwd, env = {} }: ChildOptions) {
		this.#process = spawn(command, args, { cwd, env: { ...process.env, ...env } });
		this.#process.stdout.on("data", (chunk) => {
			this.stdout += String(chunk);
		});
		this.#process.stderr.on("data", (chunk) => {
			this.stderr += String(chunk);
		});
		this.#process.stdin.on("error", () => {});
		this.#closed = new Promise((resolve) => {
			this.#process.on("error", (error) => {
				this.stderr += String(error);
			});
			this.#process.on("close", (code, signal) => {
				this.#status = code ?? -1;
				if (signal !== null) this.stderr += `(ended by ${signal})`;
				resolve(this.#status);
			});
		});
	}

	/** Exit status; -1 when a signal ended it, undefined while it runs. */
	get status(): number | undefined {
		return this.#status;
	}

	get stdin(): NodeJS.WritableStream {
		return this.#process.stdin;
	}

	/** Waits for a text on standard output and returns the match. @throws Error with all output when it ends before. */
	async waitForOutput(pattern: RegExp, timeoutMs = 15_000): Promise<RegExpExecArray> {
		await waitUntil(() => pattern.test(this.stdout) || this.#status !== undefined, timeoutMs, String(pattern));
		const match = pattern.exec(this.stdout);
		if (match === null) throw new Error(`ended with ${this.#status}: ${this.stdout}${this.stderr}`);
		return match;
	}

	signal(signal: NodeJS.Signals): void {
		this.#process.kill(signal);
	}

	closeOutput(): void {
		this.#process.stdout.destroy();
	}

	/** Sends a signal unless it has ended, and waits for the end. */
	end(signal: NodeJS.Signals): Promise<number> {
		if (this.#status === undefined) this.signal(signal);
		return this.#closed;
	}

	ended(): Promise<number> {
		return this.#closed;
	}
}
