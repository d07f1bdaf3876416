import { readFileSync } from "node:fs";
import type { KeyValueStore } from "../../ports/key-value-store.js";
import { writeFileAtomically } from "./atomic-file.js";
import { explainFileError, systemErrorCode } from "./file-error.js";

/** NVS of the ESP32 has the same limit. */
const KEY_MAX_LENGTH = 15;

/** Where JSON is wrong; the parser's own message quotes the content, and a password may be in it. */
function describeJsonError(text: string, error: unknown): string {
	const position = /at position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
	if (position === undefined) return "";
	const before = text.slice(0, Number(position)).split("\n");
	return `: look at line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`;
}

/**
 * Reads a JSON file that must hold one object; undefined when there is no such file.
 * @throws Error - for people, with the path - when the file cannot be read or is not that. */
export function readJsonObject(path: string): Readonly<Record<string, unknown>> | undefined {
	let text: string;
	try {
		text = readFileSync(path, "utf8");
	} catch (error) {
		if (systemErrorCode(error) === "ENOENT") return undefined;
		throw new Error(explainFileError(path, error));
	}
	let content: unknown;
	try {
		content = JSON.parse(text);
	} catch (error) {
		throw new Error(`${path} is not JSON${describeJsonError(text, error)}`);
	}
	if (typeof content !== "object" || content === null || Array.isArray(content)) {
		throw new Error(`${path} must hold one JSON object, such as {"httpPort": 8080}`);
	}
	return content as Record<string, unknown>;
}

function checkKey(key: string): void {
	if (key.length === 0 || key.length > KEY_MAX_LENGTH) throw new RangeError(`"${key}" is not 1 to 15 characters`);
}

/** Keys and values in one JSON file, which only its owner may read; each write replaces the file atomically. */
export class FileKeyValueStore implements KeyValueStore {
	readonly #path: string;
	readonly #values = new Map<string, string>();

	/** @throws Error - for people - when the file is there but cannot be understood: such a file is not overwritten. */
	constructor(path: string) {
		this.#path = path;
		for (const [key, value] of Object.entries(readJsonObject(path) ?? {})) {
			if (typeof value !== "string") throw new Error(`${path}: "${key}" must be a text in quotes`);
			this.#values.set(key, value);
		}
	}

	read(key: string): string | undefined {
		return this.#values.get(key);
	}

	/** @throws Error - for people - when the file cannot be written. */
	write(key: string, value: string): void {
		checkKey(key);
		if (this.#values.get(key) === value) return;
		this.#save(new Map(this.#values).set(key, value));
		this.#values.set(key, value);
	}

	/** @throws Error - for people - when the file cannot be written. */
	remove(key: string): void {
		if (!this.#values.has(key)) return;
		const rest = new Map(this.#values);
		rest.delete(key);
		this.#save(rest);
		this.#values.delete(key);
	}

	#save(values: ReadonlyMap<string, string>): void {
		try {
			writeFileAtomically(this.#path, `${JSON.stringify(Object.fromEntries(values), undefined, 2)}\n`);
		} catch (error) {
			throw new Error(explainFileError(this.#path, error));
		}
	}
}

/** Keys and values that end with the process: for tests, and where nothing may be written. */
export class MemoryKeyValueStore implements KeyValueStore {
	readonly #values = new Map<string, string>();

	read(key: string): string | undefined {
		return this.#values.get(key);
	}

	write(key: string, value: string): void {
		checkKey(key);
		this.#values.set(key, value);
	}

	remove(key: string): void {
		this.#values.delete(key);
	}
}
