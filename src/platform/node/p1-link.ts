import type { TimerHandle, Timers } from "../../ports/clock.js";
import type { P1PortHandler } from "../../ports/p1-port.js";

/** Delays between attempts; `reset` starts over. */
export interface RetryDelays {
	nextDelayMs(): number;
	reset(): void;
}

/**
 * What every P1 port has in common: the handler until the port is closed, one attempt at a time to reach the source, and
 * news of the link only where it is news. */
export class P1Link {
	readonly #timers: Timers;
	readonly #delays: RetryDelays;
	readonly #open: () => void;
	#handler: P1PortHandler | undefined;
	#timer: TimerHandle | undefined;
	#isConnected = false;
	#hasBytes = false;
	#lastDetail = "";

	/** @param open - attempts to reach the source; called for the first time when the present turn has ended. */
	constructor(handler: P1PortHandler, timers: Timers, delays: RetryDelays, open: () => void) {
		this.#handler = handler;
		this.#timers = timers;
		this.#delays = delays;
		this.#open = open;
		this.attemptNow();
	}

	get isClosed(): boolean {
		return this.#handler === undefined;
	}

	/** No callback comes after it. */
	close(): void {
		this.#handler = undefined;
		this.#timer?.cancel();
	}

	attemptNow(): void {
		this.#wait(0);
	}

	connected(detail: string): void {
		this.#isConnected = true;
		this.#hasBytes = false;
		this.#tell(detail);
	}

	/** The attempt failed or the source has gone: attempts again after a delay. */
	lost(detail: string): void {
		const wasConnected = this.#isConnected;
		this.#isConnected = false;
		if (this.#handler === undefined) return;
		this.#wait(this.#delays.nextDelayMs());
		if (wasConnected) this.#handler.onFault("disconnected");
		this.#tell(detail);
	}

	/** The source has no more bytes and never will have. */
	ended(detail: string): void {
		this.#isConnected = false;
		this.#tell(detail);
		this.#handler?.onEnd();
	}

	bytes(bytes: Uint8Array, offset: number, end: number): void {
		if (!this.#hasBytes) {
			// A bridge that takes the connection but has no meter is not worth the short delays.
			this.#hasBytes = true;
			this.#delays.reset();
		}
		if (end > offset) this.#handler?.onBytes(bytes, offset, end);
	}

	#wait(delayMs: number): void {
		this.#timer?.cancel();
		this.#timer = this.#handler && this.#timers.after(delayMs, this.#open);
	}

	/** An attempt that fails as the one before did is no event. */
	#tell(detail: string): void {
		if (detail === this.#lastDetail) return;
		this.#lastDetail = detail;
		this.#handler?.onLinkChanged(this.#isConnected, detail);
	}
}
