import { Encoder } from "../../../core/encoder.js";
import { TELEGRAM_FORMATS } from "../../../core/telegram-formats.js";
import { TelegramValues } from "../../../core/telegram-values.js";
import type { Random, TimerHandle } from "../../../ports/clock.js";
import type { OpenP1Port, P1Port, P1PortHandler } from "../../../ports/p1-port.js";
import { FaultInjector, MAX_ADDED_BYTES } from "./fault-injector.js";
import { seededRandom } from "./noise.js";
import { SimulatedMeter } from "./simulated-meter.js";
import { checkSimulatorOptions, MIN_CADENCE_MS, type SimulatorOptions } from "./simulator-options.js";

export { MAX_SPEED, MIN_CADENCE_MS, type SimulatorFaults, type SimulatorOptions } from "./simulator-options.js";

const TELEGRAM_BYTES = 4096;
const MIN_CHUNK_BYTES = 24;
const MAX_CHUNK_BYTES = 240;
/** Meters pause between the pieces of a telegram; the E360 does so for some ten milliseconds. */
const MAX_GAP_MS = 40;
/** 115200 8N1, and 9600 7E1 where there is no CRC: ten bits a byte. */
const FAST_BYTES_PER_MS = 11.52;
const SLOW_BYTES_PER_MS = 0.96;
/** Share of the time between two telegrams that a telegram may take. */
const BUSY_SHARE = 0.5;
/** A simulation that is this late (the computer has slept) goes on from where it was, instead of catching up. */
const MAX_LATE_MS = 5000;
const DEFAULT_START_MS = Date.UTC(2026, 0, 1);

const STREAM = { faults: 1000, chunks: 1001 } as const;

/**
 * A simulated meter in a simulated house as a P1 port: pushes CRC-valid telegrams of a profile, in chunks with pauses
 * between them as a UART delivers them, with the faults that are asked for. Each port that is opened begins anew at the
 * simulated start, which is rounded down to a whole interval, as meters do.
 * @throws RangeError when an option is out of its range.
 */
export function createSimulator(options: SimulatorOptions): OpenP1Port {
	checkSimulatorOptions(options);
	return (handler) => new MeterSimulator(options, handler);
}

class MeterSimulator implements P1Port {
	readonly hasLineFormat = false;
	readonly #options: SimulatorOptions;
	readonly #handler: P1PortHandler;
	readonly #meter: SimulatedMeter;
	readonly #encoder: Encoder;
	readonly #injector: FaultInjector;
	readonly #random: Random;
	readonly #values = new TelegramValues();
	readonly #bytes = new Uint8Array(TELEGRAM_BYTES + MAX_ADDED_BYTES);
	readonly #startUtcMs: number;
	/** Simulated, and real, milliseconds from telegram to telegram. */
	readonly #stepMs: number;
	readonly #cadenceMs: number;
	readonly #bytesPerMs: number;
	/** Monotonic time of telegram 0. */
	#originMs: number;
	#telegrams = 0;
	#sent = 0;
	#length = 0;
	#timer: TimerHandle;
	#closed = false;

	constructor(options: SimulatorOptions, handler: P1PortHandler) {
		const { profile, intervalMs, speed, seed, faults = {}, clock } = options;
		this.#options = options;
		this.#handler = handler;
		this.#stepMs = intervalMs * Math.ceil((MIN_CADENCE_MS * speed) / intervalMs);
		this.#cadenceMs = this.#stepMs / speed;
		const startUtcMs = options.startUtcMs ?? clock.utcMs() ?? DEFAULT_START_MS;
		this.#startUtcMs = startUtcMs - (startUtcMs % intervalMs);
		this.#meter = new SimulatedMeter({ profile, seed, startUtcMs: this.#startUtcMs - this.#stepMs });
		this.#encoder = new Encoder(TELEGRAM_FORMATS[profile]);
		this.#injector = new FaultInjector(faults, seededRandom(seed, STREAM.faults));
		this.#random = seededRandom(seed, STREAM.chunks);
		this.#bytesPerMs = profile === "dsmr2" ? SLOW_BYTES_PER_MS : FAST_BYTES_PER_MS;
		this.#originMs = clock.monotonicMs();
		this.#timer = options.timers.after(0, () => {
			handler.onLinkChanged(true, `simulated meter, profile ${profile}`);
			this.#sendTelegram();
		});
	}

	setLineFormat(): void {}

	close(): void {
		this.#timer.cancel();
		this.#closed = true;
	}

	#sendTelegram(): void {
		this.#meter.advanceTo(this.#startUtcMs + this.#telegrams * this.#stepMs);
		this.#telegrams++;
		this.#meter.fill(this.#values);
		this.#length = this.#injector.apply(this.#bytes, this.#encoder.encode(this.#values, this.#bytes));
		this.#sent = 0;
		this.#sendChunks();
	}

	/** Sends chunks until there is something to wait for. */
	#sendChunks(): void {
		const { speed, timers } = this.#options;
		const naturalMs = this.#length / this.#bytesPerMs + (this.#length / MIN_CHUNK_BYTES) * MAX_GAP_MS;
		const pace = Math.min(1, (BUSY_SHARE * this.#cadenceMs) / naturalMs);
		while (this.#sent < this.#length && !this.#closed) {
			const from = this.#sent;
			const size = MIN_CHUNK_BYTES + Math.floor(this.#random() * (MAX_CHUNK_BYTES - MIN_CHUNK_BYTES));
			let to = Math.min(this.#length, from + size);
			let waitMs = pace * ((to - from) / this.#bytesPerMs + this.#random() * MAX_GAP_MS);
			const { pauseAt, pauseMs } = this.#injector;
			if (pauseAt > from && pauseAt < to) {
				to = pauseAt;
				waitMs += pauseMs / speed;
			}
			this.#sent = to;
			this.#handler.onBytes(this.#bytes, from, to);
			if (waitMs >= 1 && to < this.#length) {
				if (!this.#closed) this.#timer = timers.after(waitMs, () => this.#sendChunks());
				return;
			}
		}
		if (!this.#closed) this.#waitForNext();
	}

	#waitForNext(): void {
		const { clock, timers } = this.#options;
		const nowMs = clock.monotonicMs();
		let dueMs = this.#originMs + this.#telegrams * this.#cadenceMs;
		if (nowMs - dueMs > MAX_LATE_MS) {
			this.#originMs += nowMs - dueMs;
			dueMs = nowMs;
		}
		this.#timer = timers.after(Math.max(0, dueMs - nowMs), () => this.#sendTelegram());
	}
}
