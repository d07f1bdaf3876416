import { Decoder, type DecoderOptions } from "../core/decoder.js";
import type { DecoderCounters, TelegramError } from "../core/errors.js";
import type { ProfileId } from "../core/profile.js";
import type { Reading } from "../core/reading.js";
import type { Clock, TimerHandle, Timers } from "../ports/clock.js";
import type { LineFormat, OpenP1Port, P1Port, P1PortFault, P1PortHandler } from "../ports/p1-port.js";
import { PushInterval } from "./push-interval.js";

/** Until the interval is learned: Swedish ports push at least every 10 s (Branschrekommendation 2.0, 3.4). */
const ASSUMED_INTERVAL_MS = 10_000;
/** A reading is stale after this many intervals without a new one. */
const STALE_INTERVALS = 3;
const TICK_MS = 250;
/** Bytes without a telegram for this long: the other line format is tried. Longer than the slowest push, 15 s. */
const LINE_FORMAT_TRIAL_MS = 20_000;

export interface MeterListener {
	/** A new reading; the meter is not stale. See {@link Reading} for how long it stays as it is. */
	onReading?(reading: Reading): void;
	/** The latest reading has become stale. A new reading ends that. */
	onStale?(): void;
	/** A telegram was rejected; the object is reused. */
	onTelegramError?(error: TelegramError): void;
}

export interface MeterOptions {
	readonly openP1Port: OpenP1Port;
	readonly clock: Clock;
	readonly timers: Timers;
	readonly profile?: ProfileId | "auto";
	/** See DecoderOptions. */
	readonly telegramBytes?: number;
	/** Told of everything in this order. */
	readonly listeners: readonly MeterListener[];
	/** The source has ended: a file has been read to its end. */
	onEnd?(): void;
	/** A listener threw; the others are told all the same. Absent: the exception goes to the caller, past the others. */
	onListenerFault?(error: unknown): void;
}

/** Faults of the line that the receiver noticed, since start. */
export type PortFaultCounters = { readonly [Fault in P1PortFault]: number };

/**
 * Owns the P1 port and the decoder: knows the latest reading, how old it is, and how often the meter speaks. It is what both
 * call back, and the decoder's options, so that no objects are needed in between.
 */
export class Meter implements P1PortHandler, DecoderOptions {
	readonly profile: ProfileId | "auto";
	readonly telegramBytes: number | undefined;
	readonly #clock: Clock;
	readonly #listeners: readonly MeterListener[];
	readonly #onSourceEnd: (() => void) | undefined;
	readonly #onFault: ((error: unknown) => void) | undefined;
	readonly #decoder: Decoder;
	readonly #interval = new PushInterval();
	readonly #portFaults = { overflow: 0, framing: 0, parity: 0, break: 0, disconnected: 0 };
	readonly #port: P1Port;
	readonly #tick: TimerHandle;
	#lineFormat: LineFormat = "115200-8n1";
	#lineFormatSinceMs: number;
	#bytesSinceFormat = false;
	#readingAtMs = Number.NaN;
	#stale = false;
	#connected = false;
	#linkDetail = "";
	#closed = false;

	constructor(options: MeterOptions) {
		const { openP1Port, clock, timers, profile = "auto", telegramBytes, listeners } = options;
		this.profile = profile;
		this.telegramBytes = telegramBytes;
		this.#clock = clock;
		this.#listeners = listeners;
		this.#onSourceEnd = options.onEnd;
		this.#onFault = options.onListenerFault;
		this.#decoder = new Decoder(this);
		this.#lineFormatSinceMs = clock.monotonicMs();
		if (profile === "dsmr2") this.#lineFormat = "9600-7e1";
		this.#port = openP1Port(this);
		if (this.#port.hasLineFormat) this.#port.setLineFormat(this.#lineFormat);
		this.#tick = timers.every(TICK_MS, () => this.#onTick());
	}

	/** The latest reading, however old; undefined before the first. */
	get reading(): Reading | undefined {
		return this.#decoder.latest;
	}

	/** True when the latest reading is older than three push intervals. */
	get stale(): boolean {
		return this.#stale;
	}

	/** Milliseconds since the latest reading came; undefined before the first. */
	get readingAgeMs(): number | undefined {
		return Number.isNaN(this.#readingAtMs) ? undefined : this.#clock.monotonicMs() - this.#readingAtMs;
	}

	/** Learned push interval in milliseconds; undefined until enough telegrams have come. */
	get pushIntervalMs(): number | undefined {
		return this.#interval.medianMs;
	}

	get counters(): DecoderCounters {
		return this.#decoder.counters;
	}

	get portFaults(): PortFaultCounters {
		return this.#portFaults;
	}

	/** True while the source is reachable; `linkDetail` says more, for people. */
	get connected(): boolean {
		return this.#connected;
	}

	get linkDetail(): string {
		return this.#linkDetail;
	}

	get lineFormat(): LineFormat | undefined {
		return this.#port.hasLineFormat ? this.#lineFormat : undefined;
	}

	/** Idempotent; no listener is called after it. */
	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#tick.cancel();
		this.#port.close();
	}

	/** For the port. */
	onBytes(bytes: Uint8Array, offset: number, end: number): void {
		this.#bytesSinceFormat = true;
		this.#decoder.push(bytes, offset, end);
	}

	/** For the port. */
	onFault(fault: P1PortFault): void {
		this.#portFaults[fault]++;
		this.#bytesSinceFormat = true;
		// Where no CRC follows, the line's own fault is the only witness against a telegram.
		if (this.#lineFormat === "9600-7e1") this.#decoder.reset();
	}

	/** For the port. */
	onLinkChanged(connected: boolean, detail: string): void {
		this.#connected = connected;
		this.#linkDetail = detail;
	}

	/** For the port. */
	onEnd(): void {
		this.#decoder.flush();
		if (!this.#closed) this.#onSourceEnd?.();
	}

	/** For the decoder. */
	onReading(reading: Reading): void {
		const nowMs = this.#clock.monotonicMs();
		this.#interval.record(nowMs);
		this.#readingAtMs = nowMs;
		this.#stale = false;
		const listeners = this.#listeners;
		for (let i = 0; i < listeners.length && !this.#closed; i++) {
			try {
				listeners[i]?.onReading?.(reading);
			} catch (error) {
				this.#onListenerFault(error);
			}
		}
	}

	/** For the decoder. */
	onError(telegramError: TelegramError): void {
		const listeners = this.#listeners;
		for (let i = 0; i < listeners.length && !this.#closed; i++) {
			try {
				listeners[i]?.onTelegramError?.(telegramError);
			} catch (error) {
				this.#onListenerFault(error);
			}
		}
	}

	#onStale(): void {
		const listeners = this.#listeners;
		for (let i = 0; i < listeners.length && !this.#closed; i++) {
			try {
				listeners[i]?.onStale?.();
			} catch (error) {
				this.#onListenerFault(error);
			}
		}
	}

	#onListenerFault(error: unknown): void {
		if (this.#onFault === undefined) throw error;
		this.#onFault(error);
	}

	#onTick(): void {
		const nowMs = this.#clock.monotonicMs();
		const ageMs = nowMs - this.#readingAtMs;
		if (!this.#stale && ageMs > STALE_INTERVALS * (this.#interval.medianMs ?? ASSUMED_INTERVAL_MS)) {
			this.#stale = true;
			this.#onStale();
		}
		if (!this.#closed) this.#tryOtherLineFormat(nowMs);
	}

	/** Finds DSMR 2.2 and 3 meters by their slower line: bytes come, but no telegram has ever been good. */
	#tryOtherLineFormat(nowMs: number): void {
		if (!this.#port.hasLineFormat || this.profile !== "auto" || !Number.isNaN(this.#readingAtMs)) return;
		if (nowMs - this.#lineFormatSinceMs < LINE_FORMAT_TRIAL_MS) return;
		this.#lineFormatSinceMs = nowMs;
		if (!this.#bytesSinceFormat) return;
		this.#bytesSinceFormat = false;
		this.#lineFormat = this.#lineFormat === "115200-8n1" ? "9600-7e1" : "115200-8n1";
		this.#decoder.reset();
		this.#port.setLineFormat(this.#lineFormat);
	}
}
