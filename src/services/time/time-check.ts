import type { Random, TimerHandle, Timers } from "../../ports/clock.js";
import type { AskTimeServer, TimeQuery } from "../../ports/time-server.js";
import { Backoff } from "../backoff.js";

/** Between two checks while all is well; the pool's servers are others' property. */
const CHECK_MS = 6 * 3_600_000;
const FIRST_RETRY_MS = 15_000;
const LONGEST_RETRY_MS = 2 * 3_600_000;
/** Without a network nothing is asked and nothing has failed. */
const OFFLINE_MS = 5_000;
/** One answer is one witness: the next is asked for so soon, a few times; then once an hour. */
const SOON_MS = 8_000;
const SOON_IN_A_ROW = 3;
const LATER_MS = 3_600_000;

export type TimeCheckState = "waiting" | "asking" | "answered" | "failed";

export type TimeCheckOptions = {
	readonly ask: AskTimeServer;
	/** Name or address. */
	readonly server: string;
	readonly timers: Timers;
	readonly random: Random;
	/** True while there is a network to ask in. */
	isOnline(): boolean;
	/** Returns true when another answer is wanted soon. */
	onAnswer(utcMs: number): boolean;
};

/** Asks a time server now and then, and never often. */
export class TimeCheck {
	readonly #options: TimeCheckOptions;
	readonly #backoff: Backoff;
	#timer: TimerHandle;
	#query: TimeQuery | undefined;
	#state: TimeCheckState = "waiting";
	#failures = 0;
	#hurries = 0;

	constructor(options: TimeCheckOptions) {
		const { random, timers } = options;
		this.#options = options;
		this.#backoff = new Backoff({ firstMs: FIRST_RETRY_MS, capMs: LONGEST_RETRY_MS, random });
		this.#timer = timers.after(0, this.#onDue);
	}

	get state(): TimeCheckState {
		return this.#state;
	}

	/** Questions without an answer. */
	get failures(): number {
		return this.#failures;
	}

	/** Asks soon if the last question was answered; otherwise a question is on its way or its delay stands. */
	askSoon(): void {
		if (this.#state === "answered") this.#schedule(this.#soonMs(), "waiting");
	}

	close(): void {
		this.#timer.cancel();
		this.#query?.cancel();
	}

	readonly #onDue = (): void => {
		const { ask, server, isOnline } = this.#options;
		if (!isOnline()) {
			this.#schedule(OFFLINE_MS, this.#state);
			return;
		}
		this.#state = "asking";
		this.#query = ask(server, this.#onAnswer);
	};

	readonly #onAnswer = (utcMs: number | undefined): void => {
		this.#query = undefined;
		if (utcMs === undefined) {
			this.#failures++;
			this.#schedule(this.#backoff.nextDelayMs(), "failed");
			return;
		}
		this.#backoff.reset();
		if (this.#options.onAnswer(utcMs)) {
			this.#schedule(this.#soonMs(), "answered");
		} else {
			this.#hurries = 0;
			this.#schedule(CHECK_MS, "answered");
		}
	};

	/** Servers that contradict each other must not be asked without end. */
	#soonMs(): number {
		return this.#hurries++ < SOON_IN_A_ROW ? SOON_MS : LATER_MS;
	}

	#schedule(delayMs: number, state: TimeCheckState): void {
		this.#state = state;
		this.#timer.cancel();
		this.#timer = this.#options.timers.after(delayMs, this.#onDue);
	}
}
