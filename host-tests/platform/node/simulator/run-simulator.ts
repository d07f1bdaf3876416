import { Decoder } from "../../../../src/core/decoder.js";
import type { DecoderCounters } from "../../../../src/core/errors.js";
import type { Reading } from "../../../../src/core/reading.js";
import { createSimulator, type SimulatorOptions } from "../../../../src/platform/node/simulator/meter-simulator.js";
import type { P1PortHandler } from "../../../../src/ports/p1-port.js";
import { FakeClock } from "../../../support/fake-clock.js";

export type RunOptions = Omit<Partial<SimulatorOptions>, "clock" | "timers"> & {
	/** Telegrams after which the run ends. */
	readonly telegrams: number;
	readonly onReading?: (reading: Reading) => void;
	readonly onChunk?: (chunk: Uint8Array, atMs: number) => void;
};

const DEFAULTS = { profile: "se", intervalMs: 10_000, speed: 1, seed: 1, startUtcMs: Date.UTC(2026, 5, 21) } as const;

/** A handler that ignores what a test does not look at. */
export function handlerOf(handler: Partial<P1PortHandler>): P1PortHandler {
	return { onBytes() {}, onFault() {}, onLinkChanged() {}, onEnd() {}, ...handler };
}

/** Runs a simulated meter into a decoder for a number of telegrams, without waiting. */
export function runSimulator(options: RunOptions): DecoderCounters {
	const { telegrams, onReading = () => {}, onChunk, ...wanted } = options;
	const clock = new FakeClock();
	const simulator = { ...DEFAULTS, ...wanted, clock, timers: clock };
	const decoder = new Decoder({ onReading });
	const port = createSimulator(simulator)(
		handlerOf({
			onBytes: (bytes, offset, end) => {
				onChunk?.(bytes.slice(offset, end), clock.monotonicMs());
				decoder.push(bytes, offset, end);
			},
		}),
	);
	const cadenceMs = Math.max(20, simulator.intervalMs / simulator.speed);
	clock.advance((telegrams - 1) * cadenceMs);
	// A telegram takes at most half the time to the next one.
	clock.advance(cadenceMs * 0.75);
	port.close();
	return decoder.counters;
}
