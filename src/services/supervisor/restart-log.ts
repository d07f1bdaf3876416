import type { KeyValueStore } from "../../ports/key-value-store.js";

const KEY = "restarts";
const ENTRIES = 8;
const MAX_REASON_CHARACTERS = 24;

/** One start of the program. */
export type Restart = {
	/** Why it started: the chip's reason, or what the program said when it restarted by itself. */
	readonly reason: string;
	/** Seconds that the run before had lasted, where it could say so: it ended by its own will. */
	readonly afterS?: number;
};

/** What is stored: the starts in all, and the latest ones. */
type Stored = { readonly starts: number; readonly latest: readonly Restart[]; readonly next?: Restart };

function parse(text: string | undefined): Stored {
	try {
		const value: unknown = text === undefined ? undefined : JSON.parse(text);
		if (typeof value === "object" && value !== null && "starts" in value && "latest" in value) {
			const { starts, latest } = value as Stored;
			if (Number.isInteger(starts) && Array.isArray(latest)) return value as Stored;
		}
	} catch {
		// What cannot be read begins anew: nothing depends on it.
	}
	return { starts: 0, latest: [] };
}

/**
 * The latest starts with their reasons, across restarts and power cuts. Flash is written once at each start, and once more
 * before a restart that the program itself decides. */
export class RestartLog {
	readonly #store: KeyValueStore;
	readonly #onFault: (error: unknown) => void;
	#stored: Stored;

	/** Notes this start. @param chipReason - of the chip; stands unless the program said why before it restarted. */
	constructor(store: KeyValueStore, chipReason: string, onFault: (error: unknown) => void) {
		this.#store = store;
		this.#onFault = onFault;
		const { starts, latest, next } = parse(store.read(KEY));
		// A restart that was announced is the chip's "software"; anything else came in between.
		const entry = next !== undefined && chipReason === "software" ? next : { reason: chipReason };
		this.#stored = { starts: starts + 1, latest: [entry, ...latest].slice(0, ENTRIES) };
		this.#write();
	}

	/** Starts in the life of the dongle, this one included. */
	get starts(): number {
		return this.#stored.starts;
	}

	/** The newest first, at most 8; the first is the present run's. */
	get latest(): readonly Restart[] {
		return this.#stored.latest;
	}

	/** How many of the latest starts in a row, this one included, had this reason. */
	inARow(reason: string): number {
		let count = 0;
		for (const entry of this.#stored.latest) {
			if (entry.reason !== reason) break;
			count++;
		}
		return count;
	}

	/** To be called before a restart that the program itself decides. */
	announce(reason: string, uptimeS: number): void {
		this.#stored = { ...this.#stored, next: { reason: reason.slice(0, MAX_REASON_CHARACTERS), afterS: uptimeS } };
		this.#write();
	}

	#write(): void {
		const { starts, latest, next } = this.#stored;
		// Copies: XS cannot stringify what lies in flash.
		const copy = {
			starts,
			latest: latest.map((entry) => ({ ...entry })),
			...(next === undefined ? {} : { next: { ...next } }),
		};
		try {
			this.#store.write(KEY, JSON.stringify(copy));
		} catch (error) {
			this.#onFault(error);
		}
	}
}
