import type { Exposition } from "./exposition.js";

/** A part of the program that has something to measure. */
export interface MetricsSource {
	/**
	 * Writes its families, at most {@link MAX_SOURCE_BYTES}. It may be called again for the same scrape when there was no
	 * room; then what it wrote before is taken back.
	 */
	writeMetrics(out: Exposition): void;
}

/** A server's output buffer with its head has to have room for one source: its smallest is 4 KiB on a device. */
export const MAX_SOURCE_BYTES = 3072;
