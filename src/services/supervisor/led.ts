import type { TimerHandle, Timers } from "../../ports/clock.js";
import type { Indicator } from "../../ports/indicator.js";
import type { Light } from "../../ports/light.js";
import { type DongleState, LED_PATTERNS, type LedMessage, type LedPattern } from "./led-patterns.js";

/** When the light shows a state: always, only when something is to be done, or never. Who asks for it sees it in any case. */
export type LedMode = "on" | "faults" | "off";

const IDENTIFY_MS = 5000;

export type LedOptions = {
	/** Absent: the board has none. */
	readonly light: Light | undefined;
	readonly timers: Timers;
	/** Asked whenever another pattern begins. */
	mode(): LedMode;
};

/** Plays the pattern of a state or a message on a light. */
export class Led implements Indicator {
	readonly #options: LedOptions;
	#state: DongleState = "starting";
	/** What the button being held would do; above everything. */
	#hold: LedMessage | undefined;
	#identify: TimerHandle | undefined;
	/** What plays; undefined is dark. */
	#pattern: LedPattern | undefined;
	/** Index into the rhythm; even is on. */
	#at = 0;
	#step: TimerHandle | undefined;

	constructor(options: LedOptions) {
		this.#options = options;
		this.#refresh();
	}

	/** Shows a state, as far as the mode wants it. Without effect while nothing changes. */
	show(state: DongleState): void {
		this.#state = state;
		this.#refresh();
	}

	/** Shows what the button would do, until it is undefined again. */
	showHold(message: LedMessage | undefined): void {
		this.#hold = message;
		this.#refresh();
	}

	identify(): void {
		this.#identify?.cancel();
		this.#identify = this.#options.timers.after(IDENTIFY_MS, () => {
			this.#identify = undefined;
			this.#refresh();
		});
		this.#refresh();
	}

	/** Dark from now on; idempotent. */
	close(): void {
		this.#identify?.cancel();
		this.#identify = undefined;
		this.#play(undefined);
	}

	#refresh(): void {
		const message = this.#hold ?? (this.#identify === undefined ? undefined : "identify");
		if (message !== undefined) {
			this.#play(LED_PATTERNS[message]);
			return;
		}
		const pattern = LED_PATTERNS[this.#state];
		const mode = this.#options.mode();
		this.#play(mode === "on" || (mode === "faults" && pattern.isFault === true) ? pattern : undefined);
	}

	#play(pattern: LedPattern | undefined): void {
		if (pattern === this.#pattern) return;
		this.#step?.cancel();
		this.#step = undefined;
		this.#pattern = pattern;
		this.#at = 0;
		this.#light();
	}

	readonly #next = (): void => {
		const { rhythmMs = [] } = this.#pattern ?? {};
		this.#at = (this.#at + 1) % rhythmMs.length;
		this.#light();
	};

	#light(): void {
		const { light, timers } = this.#options;
		if (light === undefined) return;
		const pattern = this.#pattern;
		if (pattern === undefined || this.#at % 2 === 1) light.set(0, 0, 0);
		else light.set(pattern.red, pattern.green, pattern.blue);
		const durationMs = pattern?.rhythmMs[this.#at];
		if (durationMs !== undefined) this.#step = timers.after(durationMs, this.#next);
	}
}
