import host from "platform/moddable/chip/host";
import type { Clock } from "../../ports/clock.js";
import type { WallClock } from "../../ports/wall-clock.js";
import { WallTime } from "./wall-time.js";

/** Elapsed time from a 32-bit counter (it wraps every 49.7 days), wall-clock time from the host. */
export class DeviceClock implements Clock, WallClock {
	readonly #wall = new WallTime(() => this.monotonicMs());
	#lastTicksMs: number;
	#elapsedMs = 0;

	constructor() {
		this.#lastTicksMs = host.ticksMs() >>> 0;
	}

	/** Right as long as it is called at least every 24 days: the timers do that far more often. */
	monotonicMs(): number {
		const ticksMs = host.ticksMs() >>> 0;
		const deltaMs = (ticksMs - this.#lastTicksMs) >>> 0;
		// More than half the range is a counter that went back a little, not one that ran for 25 days.
		if (deltaMs < 0x8000_0000) {
			this.#elapsedMs += deltaMs;
			this.#lastTicksMs = ticksMs;
		}
		return this.#elapsedMs;
	}

	/** Of the system where it knows the time, else what was set. */
	utcMs(): number | undefined {
		return host.utcMs() ?? this.#wall.utcMs;
	}

	setUtcMs(utcMs: number): void {
		this.#wall.setUtcMs(utcMs);
		host.setSystemTime?.(utcMs);
	}
}
