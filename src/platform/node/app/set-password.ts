import type { Readable } from "node:stream";
import { utf8Bytes } from "../../../core/utf8.js";
import { Password } from "../../../services/access/password.js";
import { passwordProblem } from "../../../services/access/password-record.js";
import { nodeCrypto } from "../crypto.js";
import { FileKeyValueStore } from "../key-value-store.js";

/** Standard input; a terminal can be told not to show what is typed. */
export type PasswordInput = Readable & { readonly isTTY?: boolean; setRawMode?(isRaw: boolean): unknown };

export type SetPasswordOptions = {
	/** The file with the password's record. */
	readonly path: string;
	readonly iterations: number;
	readonly stdin: PasswordInput;
	/** Prompts and errors. */
	writeError(text: string): void;
	write(text: string): void;
};

const EXIT_FAILED = 1;
/** Ctrl-C, in a terminal that does not make a signal of it. */
const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const ERASE = ["\u007f", "\b"];
/** A line that is longer is no password. */
const MAX_LINE_CHARACTERS = 1024;

/**
 * One line of standard input, without its end; undefined when there is none. On a terminal nothing of it is shown. What
 * comes after the line stays for the next one. */
class LineReader {
	readonly #stdin: PasswordInput;
	#rest = "";
	#hasEnded = false;

	constructor(stdin: PasswordInput) {
		this.#stdin = stdin;
		stdin.setEncoding("utf8");
	}

	async line(): Promise<string | undefined> {
		this.#stdin.setRawMode?.(true);
		try {
			return await this.#read();
		} finally {
			this.#stdin.setRawMode?.(false);
			this.#stdin.pause();
		}
	}

	#read(): Promise<string | undefined> {
		return new Promise((resolve) => {
			const stdin = this.#stdin;
			const finish = (line: string | undefined): void => {
				stdin.off("data", take);
				stdin.off("end", end);
				resolve(line);
			};
			const take = (chunk: string): void => {
				this.#rest += chunk;
				const line = this.#takeLine();
				if (line !== "more") finish(line.text);
			};
			const end = (): void => {
				this.#hasEnded = true;
				finish(this.#rest === "" ? undefined : this.#rest);
			};
			const line = this.#takeLine();
			if (line !== "more") resolve(line.text);
			else if (this.#hasEnded) resolve(undefined);
			else {
				stdin.on("data", take);
				stdin.on("end", end);
				stdin.resume();
			}
		});
	}

	#takeLine(): "more" | { readonly text: string | undefined } {
		let text = "";
		for (let i = 0; i < this.#rest.length; i++) {
			const character = this.#rest.charAt(i);
			if (character === CTRL_C || character === CTRL_D) return { text: undefined };
			if (character === "\n" || character === "\r") {
				const isPair = character === "\r" && this.#rest.charAt(i + 1) === "\n";
				this.#rest = this.#rest.slice(i + (isPair ? 2 : 1));
				return { text };
			}
			text = ERASE.includes(character) ? text.slice(0, -1) : text + character;
		}
		return text.length > MAX_LINE_CHARACTERS ? { text } : "more";
	}
}

function store(path: string, iterations: number, password: string): Promise<string | undefined> {
	const record = new Password({ crypto: nodeCrypto, store: new FileKeyValueStore(path), iterations });
	return new Promise((resolve) => record.change(utf8Bytes(password), resolve));
}

/**
 * Has the owner choose a password, on the terminal (twice, unseen) or as the first line of standard input.
 * @returns the exit status. */
export async function setPassword(options: SetPasswordOptions): Promise<number> {
	const { path, iterations, stdin, write, writeError } = options;
	const isTerminal = stdin.isTTY === true;
	const reader = new LineReader(stdin);
	const ask = async (prompt: string): Promise<string | undefined> => {
		if (isTerminal) writeError(prompt);
		const line = await reader.line();
		if (isTerminal) writeError("\n");
		return line;
	};
	const password = await ask("New password (8 to 64 characters): ");
	if (password === undefined) {
		writeError("error: no password was given; nothing has changed\n");
		return EXIT_FAILED;
	}
	let problem = passwordProblem(password);
	if (problem === undefined && isTerminal && (await ask("The same again: ")) !== password) {
		problem = "The two are not the same.";
	}
	try {
		problem ??= await store(path, iterations, password);
	} catch (error) {
		problem = error instanceof Error ? error.message : String(error);
	}
	if (problem !== undefined) {
		writeError(`error: ${problem} Nothing has changed.\n`);
		return EXIT_FAILED;
	}
	write(`The password's hash is in ${path}. A program that runs already knows it after its next start.\n`);
	return 0;
}
