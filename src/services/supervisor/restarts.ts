import type { KeyValueStore } from "../../ports/key-value-store.js";

/** So many restarts are kept. */
export const KEPT_RESTARTS = 8;
const KEY = "restarts";
/** A run this long was a good one, longer than any patience: what was tried before it is forgotten. */
const GOOD_RUN_S = 2 * 86_400;
const MAX_CAUSE_LENGTH = 20;
/** So many crashes in a row, and the program starts with what its owner needs to put it right, and nothing else. */
export const CRASHES_TO_SAFE = 3;
/** Of a loop of crashes no more are written down: flash bears only so many. */
const MAX_CRASHES = 1000;
/** Cause of the restart that ends a safe start: the next crash leads back to one at once. */
export const RETRY = "retry";

/** Why the program started, and what is known of the run before. */
export type Restart = {
	/** A deliberate one's own name, or the chip's reason: lower-case words with hyphens. */
	readonly cause: string;
	/** How long the run that it ended had lasted; -1 where nobody could write it down. */
	readonly uptimeS: number;
};

/** Causes by which the program leaves because something is beyond repair. */
const STUCK = "stuck-";
/** What the chip says when the program itself has crashed; "software", where it did not say so before, is XS that gave up. */
const CRASHES: readonly string[] = Object.freeze([
	"software",
	"panic",
	"interrupt-watchdog",
	"task-watchdog",
	"watchdog",
	"cpu-lockup",
]);

/**
 * The last restarts, across restarts, with one write to flash for each: before a deliberate one, and after any other. Text of
 * NVS: `starts crashes;cause:uptime;cause:uptime`, the latest last; a deliberate one that has not happened yet ends in `!`.
 */
export class RestartLog {
	readonly #store: KeyValueStore;
	readonly #restarts: Restart[] = [];
	#starts = 0;
	/** In a row. */
	#crashes = 0;
	#isNoted = false;
	/** Too many crashes have led here. */
	readonly isSafe: boolean;

	/**
	 * A crash is written down at once: what crashes may do so before anybody calls {@link save}.
	 * @param resetReason - What the chip says of this start; "software" is a deliberate one, or one of the SDK.
	 * A store that cannot be read, or holds nonsense, is an empty one. */
	constructor(store: KeyValueStore, resetReason: string) {
		this.#store = store;
		const isAnnounced = this.#read();
		this.#isNoted = isAnnounced && resetReason === "software";
		this.#starts++;
		if (!this.#isNoted) {
			this.#add(resetReason, -1);
			this.#crashes = CRASHES.includes(resetReason) ? this.#crashes + 1 : 0;
		}
		this.isSafe = this.#crashes >= CRASHES_TO_SAFE;
		if (this.#crashes === 0) return;
		try {
			this.save();
		} catch {
			// Whoever calls it again hears of it.
		}
	}

	/** The latest last; the last is why this run began. */
	get restarts(): readonly Restart[] {
		return this.#restarts;
	}

	/** Starts since the store was made, this one included. */
	get starts(): number {
		return this.#starts;
	}

	/** How often in a row the program has left by itself because something was stuck, without two good days between. */
	get stuckInARow(): number {
		let count = 0;
		for (let i = this.#restarts.length - 1; i >= 0; i--) {
			const { cause, uptimeS } = this.#restarts[i] as Restart;
			if (!cause.startsWith(STUCK) || uptimeS >= GOOD_RUN_S) break;
			count++;
		}
		return count;
	}

	/** Writes this start down, unless the run before has done so. @throws what the store throws. */
	save(): void {
		if (this.#isNoted || this.#crashes > MAX_CRASHES) return;
		this.#store.write(KEY, this.#text(""));
		this.#isNoted = true;
	}

	/** The run is a good one: crashes before it are forgotten. @throws what the store throws. */
	forgetCrashes(): void {
		if (this.#crashes === 0) return;
		this.#crashes = 0;
		this.#store.write(KEY, this.#text(""));
	}

	/** Writes down that the program is about to leave. @throws what the store throws. */
	leave(cause: string, uptimeS: number): void {
		this.#add(cause, Math.floor(uptimeS));
		this.#crashes = cause === RETRY ? CRASHES_TO_SAFE - 1 : 0;
		this.#store.write(KEY, this.#text("!"));
	}

	#add(cause: string, uptimeS: number): void {
		this.#restarts.push({ cause: cause.slice(0, MAX_CAUSE_LENGTH), uptimeS });
		if (this.#restarts.length > KEPT_RESTARTS) this.#restarts.shift();
	}

	#text(mark: string): string {
		return `${[`${this.#starts} ${this.#crashes}`, ...this.#restarts.map(({ cause, uptimeS }) => `${cause}:${uptimeS}`)].join(";")}${mark}`;
	}

	/** Returns true when the last entry is of a restart that was about to happen. */
	#read(): boolean {
		let text: string | undefined;
		try {
			text = this.#store.read(KEY);
		} catch {
			return false;
		}
		if (text === undefined) return false;
		const isMarked = text.endsWith("!");
		const [head = "", ...entries] = (isMarked ? text.slice(0, -1) : text).split(";");
		const [starts = 0, crashes = 0] = head.split(" ").map(Number);
		this.#starts = Number.isSafeInteger(starts) ? starts : 0;
		this.#crashes = Number.isSafeInteger(crashes) ? crashes : 0;
		for (const entry of entries) {
			const [cause = "", uptime = ""] = entry.split(":");
			if (cause !== "" && uptime !== "" && Number.isSafeInteger(Number(uptime))) this.#add(cause, Number(uptime));
		}
		return isMarked && this.#restarts.length > 0;
	}
}
