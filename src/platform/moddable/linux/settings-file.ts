import type { KeyValueStore } from "../../../ports/key-value-store.js";
import { readFile, writeFile } from "./native.js";

/** NVS of the ESP32 has the same limit. */
const KEY_MAX_LENGTH = 15;

function parseSettings(path: string, text: string): Map<string, string> {
	let parsed: unknown;
	try {
		parsed = JSON.parse(text);
	} catch {
		throw new Error(`${path} is not JSON`);
	}
	if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
		throw new Error(`${path} must hold one JSON object`);
	}
	const values = new Map<string, string>();
	for (const [key, value] of Object.entries(parsed)) {
		if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
			throw new Error(`${path}: "${key}" must be a text, a number, true or false`);
		}
		values.set(key, String(value));
	}
	return values;
}

/**
 * Settings in a JSON file: one object, key to text. Numbers and booleans, as people write them, are read as text.
 * The constructor throws, with a text for people, when the file is there but cannot be understood: such a file is not
 * overwritten. Without a path nothing outlives the program.
 */
export class SettingsFileStore implements KeyValueStore {
	readonly #path: string | undefined;
	readonly #values: Map<string, string>;

	constructor(path: string | undefined) {
		this.#path = path;
		const text = path === undefined ? undefined : readFile(path);
		this.#values = path === undefined || text === undefined ? new Map() : parseSettings(path, text);
	}

	read(key: string): string | undefined {
		return this.#values.get(key);
	}

	/** Throws with a text for people, and changes nothing, when the file cannot be written. */
	write(key: string, value: string): void {
		if (key.length === 0 || key.length > KEY_MAX_LENGTH) throw new RangeError(`"${key}" is not 1 to 15 characters`);
		if (this.#values.get(key) === value) return;
		this.#save(new Map(this.#values).set(key, value));
		this.#values.set(key, value);
	}

	/** Throws with a text for people, and changes nothing, when the file cannot be written. */
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
