import type { MqttPublisher } from "../../../publishers/mqtt/publisher.js";
import type { Parts } from "./parts.js";

/** Room for the last packets to leave before the program ends. */
const FAREWELL_MS = 200;
/** It ends then, whatever hangs. */
const LONGEST_FAREWELL_MS = 5000;

type Closable = { readonly close?: () => void };

/** Ends everything in good order, before the program is left. */
export class Farewell {
	readonly #guard: Parts["guard"];
	readonly #timers: Parts["timers"];
	readonly #log: Parts["log"];
	readonly #publisher: MqttPublisher | undefined;
	#open: readonly Closable[] = [];

	constructor({ guard, timers, log }: Parts, publisher: MqttPublisher | undefined) {
		this.#guard = guard;
		this.#timers = timers;
		this.#log = log;
		this.#publisher = publisher;
	}

	/** What is to be closed, in this order; the MQTT publisher comes last. */
	of(open: readonly Closable[]): void {
		this.#open = open.filter(({ close }) => close !== undefined);
	}

	/** Closes everything; `leave` is called soon, or now when there are no timers any more. */
	say(leave: () => void): void {
		this.#log.info("stopping");
		this.#leaveIn(LONGEST_FAREWELL_MS, leave);
		for (const part of this.#open) this.#guard.run("farewell", () => part.close?.());
		const publisher = this.#publisher;
		if (publisher === undefined) this.#leaveIn(FAREWELL_MS, leave);
		else publisher.stop(() => this.#leaveIn(FAREWELL_MS, leave));
	}

	#leaveIn(delayMs: number, leave: () => void): void {
		if (!this.#guard.run("farewell", () => void this.#timers.after(delayMs, leave))) leave();
	}
}
