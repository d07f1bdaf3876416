import type { Button, OpenButton } from "../../ports/button.js";
import type { Clock, TimerHandle, Timers } from "../../ports/clock.js";
import type { LedMessage } from "./led-patterns.js";

/** A contact that has not changed for so long has stopped to bounce. */
const DEBOUNCE_MS = 40;
/** From here on, when the light shows it, letting go opens the setup network. */
export const SETUP_MS = 5_000;
/** From here on, when the light shows it, letting go erases everything. */
export const RESET_MS = 15_000;
/**
 * What the light has shown for less time has not been seen: letting go then means what it showed before. So a program that
 * was busy, and hears late that the button was let go, does not take that for longer than it was.
 */
const SEEN_MS = 500;
/** Nobody holds a button for so long: it is stuck, or something lies on it. */
export const STUCK_MS = 60_000;

export type ButtonOptions = {
	readonly openButton: OpenButton;
	readonly clock: Clock;
	readonly timers: Timers;
	/** Let go before {@link SETUP_MS}. */
	onIdentify(): void;
	/** Let go between {@link SETUP_MS} and {@link RESET_MS}. */
	onSetup(): void;
	/** Let go between {@link RESET_MS} and {@link STUCK_MS}. */
	onReset(): void;
	/** What letting go would do; undefined: nothing. */
	onHold(message: LedMessage | undefined): void;
};

/**
 * Tells presses by their length. What a press does is done when the button is let go: until then the light shows it, and
 * holding on changes it. A button that is pressed at the start, or for a minute, does nothing until it has been let go.
 */
export class ButtonGestures {
	readonly #options: ButtonOptions;
	readonly #button: Button;
	/** Debounced. */
	#isPressed: boolean;
	#isIgnored: boolean;
	/** What letting go would do, since when, and what it would have done before. */
	#message: LedMessage | undefined;
	#sinceMs = 0;
	#before: LedMessage | undefined;
	#settle: TimerHandle | undefined;
	#stage: TimerHandle | undefined;

	constructor(options: ButtonOptions) {
		this.#options = options;
		this.#button = options.openButton(() => this.#onChanged());
		this.#isPressed = this.#button.isPressed;
		this.#isIgnored = this.#isPressed;
	}

	/** Idempotent; no callback comes after it. */
	close(): void {
		this.#settle?.cancel();
		this.#stage?.cancel();
		this.#button.close();
	}

	/** Each change begins the wait anew, so that only a contact at rest counts. */
	#onChanged(): void {
		this.#settle?.cancel();
		this.#settle = this.#options.timers.after(DEBOUNCE_MS, this.#onSettled);
	}

	readonly #onSettled = (): void => {
		this.#settle = undefined;
		const { isPressed } = this.#button;
		if (isPressed === this.#isPressed) return;
		this.#isPressed = isPressed;
		if (isPressed) this.#onPressed();
		else this.#onReleased();
	};

	#onPressed(): void {
		this.#message = undefined;
		this.#enter("holdIdentify", SETUP_MS, this.#enterSetup);
	}

	readonly #enterSetup = (): void => this.#enter("holdSetup", RESET_MS - SETUP_MS, this.#enterReset);
	readonly #enterReset = (): void => this.#enter("holdReset", STUCK_MS - RESET_MS, this.#enterStuck);
	readonly #enterStuck = (): void => {
		this.#isIgnored = true;
		this.#options.onHold(undefined);
	};

	#enter(message: LedMessage, durationMs: number, next: () => void): void {
		const { clock, timers, onHold } = this.#options;
		this.#before = this.#message;
		this.#message = message;
		this.#sinceMs = clock.monotonicMs();
		this.#stage = timers.after(durationMs, next);
		onHold(message);
	}

	#onReleased(): void {
		const wasIgnored = this.#isIgnored;
		this.#isIgnored = false;
		this.#stage?.cancel();
		if (wasIgnored) return;
		const { clock, onHold, onIdentify, onSetup, onReset } = this.#options;
		const isSeen = clock.monotonicMs() - this.#sinceMs >= SEEN_MS;
		const meant = isSeen ? this.#message : (this.#before ?? this.#message);
		onHold(undefined);
		if (meant === "holdReset") onReset();
		else if (meant === "holdSetup") onSetup();
		else onIdentify();
	}
}
