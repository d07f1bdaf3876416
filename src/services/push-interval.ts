/** Gaps that are remembered: enough that single lost telegrams do not move the median. */
const GAPS = 9;
/** Gaps needed before the median is believed. */
const ENOUGH_GAPS = 3;
/**
 * A gap below this is a backlog, such as a bridge sends after a hiccup, and no interval: a telegram alone takes longer on
 * the wire (600 bytes at 115200 baud), and the fastest ports push every second (P1 Companion Standard 5.0.2).
 */
const MIN_GAP_MS = 50;

/** Learns how often the meter pushes from the times at which telegrams arrive. */
export class PushInterval {
	readonly #gapsMs = new Float64Array(GAPS);
	readonly #sorted = new Float64Array(GAPS);
	#count = 0;
	#lastMs = Number.NaN;

	/** A telegram has arrived. @param nowMs - Monotonic milliseconds. */
	record(nowMs: number): void {
		const gapMs = nowMs - this.#lastMs;
		if (gapMs >= MIN_GAP_MS) {
			this.#gapsMs[this.#count % GAPS] = gapMs;
			this.#count++;
		}
		this.#lastMs = nowMs;
	}

	/** Median gap in milliseconds; undefined until enough telegrams have come. */
	get medianMs(): number | undefined {
		const known = Math.min(this.#count, GAPS);
		if (known < ENOUGH_GAPS) return undefined;
		const sorted = this.#sorted;
		for (let i = 0; i < known; i++) {
			const gap = this.#gapsMs[i] as number;
			let j = i;
			for (; j > 0 && (sorted[j - 1] as number) > gap; j--) sorted[j] = sorted[j - 1] as number;
			sorted[j] = gap;
		}
		return sorted[known >> 1];
	}
}
