import type { Clock, TimerHandle, Timers } from "../../ports/clock.js";

/** What shows that a new image works; everything since the start, asked again and again. */
export interface TrialEvidence {
	/** The network is connected now. */
	isNetworkConnected(): boolean;
	/** At least one HTTP request was answered. */
	hasAnsweredHttp(): boolean;
	/** At least one telegram was accepted. */
	hasTelegram(): boolean;
	/** Sends the dongle's own HTTP server a request, so that it answers one although nobody else asks. */
	askItself?(): void;
}

export type TrialOptions = {
	readonly clock: Clock;
	readonly timers: Timers;
	readonly evidence: TrialEvidence;
	/** Telegrams came before the update, so they have to come now. */
	readonly needsTelegram: boolean;
	/** It works; false when that could not be noted: asked again soon. */
	onPassed(): boolean;
	/** It does not. @param lacking - what it lacks, for people. */
	onFailed(lacking: string): void;
};

/** A join with a slow router, and the pause of up to 90 s before some meters' first telegram, fit several times. */
export const TRIAL_MS = 600_000;
/** Nothing is decided earlier: what crashes does so in its first minute, and then the bootloader leaves it. */
export const SETTLE_MS = 60_000;
const CHECK_MS = 5000;

/** The first minutes of a new image: it has to show that it works, all at one moment, or it is left. */
export class Trial {
	readonly #options: TrialOptions;
	readonly #startedMs: number;
	readonly #timer: TimerHandle;

	constructor(options: TrialOptions) {
		this.#options = options;
		this.#startedMs = options.clock.monotonicMs();
		this.#timer = options.timers.every(CHECK_MS, () => this.#check());
	}

	/** Milliseconds until it has failed. */
	get leftMs(): number {
		return Math.max(0, this.#startedMs + TRIAL_MS - this.#options.clock.monotonicMs());
	}

	/** Ends it without a verdict. Idempotent. */
	close(): void {
		this.#timer.cancel();
	}

	#check(): void {
		const { clock, evidence, onPassed, onFailed } = this.#options;
		const elapsedMs = clock.monotonicMs() - this.#startedMs;
		if (!evidence.hasAnsweredHttp() && evidence.isNetworkConnected()) evidence.askItself?.();
		if (elapsedMs < SETTLE_MS) return;
		const lacking = this.#lacking();
		if (lacking === "" && onPassed()) this.close();
		else if (elapsedMs >= TRIAL_MS) {
			this.close();
			onFailed(lacking === "" ? "its success could not be noted in flash" : lacking);
		}
	}

	/** What it still lacks, for people; "" when it works. */
	#lacking(): string {
		const { evidence, needsTelegram } = this.#options;
		if (!evidence.isNetworkConnected()) return "it had no network";
		if (!evidence.hasAnsweredHttp()) return "it answered no HTTP request";
		return needsTelegram && !evidence.hasTelegram() ? "no telegram came, though some came before" : "";
	}
}
