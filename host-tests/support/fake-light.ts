import type { Light } from "../../src/ports/light.js";
import type { FakeClock } from "./fake-clock.js";

/** A light that notes what it showed, and when. */
export class FakeLight implements Light {
	/** [milliseconds, colour such as "0,24,0"]. */
	readonly shown: [atMs: number, colour: string][] = [];
	readonly #clock: FakeClock;

	constructor(clock: FakeClock) {
		this.#clock = clock;
	}

	/** What it shows now. */
	get colour(): string {
		return this.shown.at(-1)?.[1] ?? "never set";
	}

	set(red: number, green: number, blue: number): void {
		this.shown.push([this.#clock.monotonicMs(), `${red},${green},${blue}`]);
	}

	/** Times that it went on within the last `durationMs`. */
	flashesWithin(durationMs: number): number {
		const sinceMs = this.#clock.monotonicMs() - durationMs;
		return this.shown.filter(([atMs, colour]) => atMs > sinceMs && colour !== "0,0,0").length;
	}
}
