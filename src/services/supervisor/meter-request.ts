import type { TimerHandle, Timers } from "../../ports/clock.js";
import type { DataRequest } from "../../ports/data-request.js";

/** A meter that was let go for so long begins anew (DSMR P1 5.0.2 §5.7.1: releasing stops it at once). */
export const RELEASE_MS = 5_000;
/** Silence after which it is asked anew; doubles up to the longest, since a port may simply be closed. */
export const FIRST_SILENCE_MS = 120_000;
export const LONGEST_SILENCE_MS = 3_600_000;

export type MeterRequestOptions = { readonly request: DataRequest; readonly timers: Timers };

/**
 * Asks the meter for telegrams, and anew when none come: old firmware of the E360 stops to send after a while
 * (psvanstrom/esphome-p1reader README), and begins again when the request is let go and made again. */
export class MeterRequest {
	readonly #options: MeterRequestOptions;
	#silenceMs = FIRST_SILENCE_MS;
	#timer: TimerHandle | undefined;
	/** A telegram has come since the wait began: no timer is made anew for each. */
	#isHeard = false;

	/** Asks at once: make it when the decoder listens. */
	constructor(options: MeterRequestOptions) {
		this.#options = options;
		this.#ask();
	}

	/** As a listener of the meter. */
	onReading(): void {
		this.#isHeard = true;
	}

	/** Lets the meter go. Idempotent. */
	close(): void {
		this.#timer?.cancel();
		this.#options.request.setAsked(false);
	}

	readonly #ask = (): void => {
		this.#options.request.setAsked(true);
		this.#await();
	};

	#await(): void {
		this.#timer = this.#options.timers.after(this.#silenceMs, this.#onWaited);
	}

	readonly #onWaited = (): void => {
		if (this.#isHeard) {
			this.#isHeard = false;
			this.#silenceMs = FIRST_SILENCE_MS;
			this.#await();
			return;
		}
		this.#silenceMs = Math.min(2 * this.#silenceMs, LONGEST_SILENCE_MS);
		this.#options.request.setAsked(false);
		this.#timer = this.#options.timers.after(RELEASE_MS, this.#ask);
	};
}
