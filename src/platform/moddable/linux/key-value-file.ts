import type { KeyValueStore } from "../../../ports/key-value-store.js";
import { readFile, writeFile } from "./native.js";

/** NVS of the ESP32 has the same limit. */
const KEY_MAX_LENGTH = 15;

/**
 * Reads a JSON file that must hold one object; undefined when there is no such file.
 * @throws Error - for people, with the path and without the content - when it is something else. */
export function readJsonObject(path: string): Readonly<Record<string, unknown>> | undefined {
	const text = readFile(path);
	if (text === undefined) return undefined;
	let content: unknown;
	try {
		content = JSON.parse(text);
	} catch {
		throw new Error(`${path} is not JSON`);
	}
	if (typeof content !== "object" || content === null || Array.isArray(content)) {
		throw new Error(`${path} must hold one JSON object, such as {"httpPort": 8080}`);
	}
	return content as Record<string, unknown>;
}

/** Keys and values in one JSON file, which only its owner may read; without a path they end with the program. */
export class FileKeyValueStore implements KeyValueStore {
	readonly #path: string | undefined;
	readonly #values = new Map<string, string>();

	/** @throws Error - for people - when the file is there but cannot be understood: such a file is not overwritten. */
	constructor(path: string | undefined) {
		this.#path = path;
		const content = path === undefined ? undefined : readJsonObject(path);
		for (const [key, value] of Object.entries(content ?? {})) {
			if (typeof value !== "string") throw new Error(`${path}: "${key}" must be a text in quotes`);
			this.#values.set(key, value);
		}
	}

	read(key: string): string | undefined {
		return this.#values.get(key);
	}

	/** @throws Error - for people, and nothing has changed - when the file cannot be written. */
	write(key: string, value: string): void {
		if (key.length === 0 || key.length > KEY_MAX_LENGTH) throw new RangeError(`"${key}" is not 1 to 15 characters`);
		if (this.#values.get(key) === value) return;
		this.#save(new Map(this.#values).set(key, value));
		this.#values.set(key, value);
	}

	/** @throws Error - for people, and nothing has changed - when the file cannot be written. */
	remove(key: string): void {
		if (!this.#values.has(key)) return;
		const rest = new Map(this.#values);
		rest.delete(key);
		this.#save(rest);
		this.#values.delete(key);
	}

	#save(values: ReadonlyMap<string, string>): void {
		if (this.#path === undefined) return;
		writeFile(this.#path, `${JSON.stringify(Object.fromEntries(values), undefined, "  ")}\n`);
	}
}
