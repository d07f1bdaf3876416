import type { KeyValueStore } from "../../src/ports/key-value-store.js";

/** What a {@link CuttingStore} throws: nothing after it has happened. */
export const CUT = new Error("the power is gone");

/** A store whose power goes after so many changes; each change is atomic, as in NVS. */
export class CuttingStore implements KeyValueStore {
	readonly #store: KeyValueStore;
	#left: number;

	constructor(store: KeyValueStore, changes: number) {
		this.#store = store;
		this.#left = changes;
	}

	read(key: string): string | undefined {
		return this.#store.read(key);
	}

	write(key: string, value: string): void {
		this.#spend();
		this.#store.write(key, value);
	}

	remove(key: string): void {
		this.#spend();
		this.#store.remove(key);
	}

	#spend(): void {
		if (this.#left === 0) throw CUT;
		this.#left--;
	}
}

/** A store that shows what is in it, and can fail. */
export class RecordingStore implements KeyValueStore {
	readonly values = new Map<string, string>();
	/** What every change throws, as long as it is set. */
	failure: Error | undefined;

	read(key: string): string | undefined {
		return this.values.get(key);
	}

	write(key: string, value: string): void {
		if (this.failure !== undefined) throw this.failure;
		this.values.set(key, value);
	}

	remove(key: string): void {
		if (this.failure !== undefined) throw this.failure;
		this.values.delete(key);
	}
}
