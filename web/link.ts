import type { Clock, TimerHandle, Timers } from "../src/ports/clock.js";
import type { PageStatus } from "./status.js";

/**
 * `streaming`: readings are pushed. `polling`: they are asked for. `lost`: the dongle does not answer. `locked`: it wants the
 * owner's password.
 */
export type LinkState = "connecting" | "streaming" | "polling" | "lost" | "locked";

/** An answer to a question for the status; undefined: none that makes sense. */
export type StatusAnswer = PageStatus | "locked" | undefined;

/** An answer to a question for the reading. */
export type ReadingAnswer =
	| { readonly kind: "reading"; readonly text: string; readonly etag: string | undefined }
	| { readonly kind: "unchanged" }
	| { readonly kind: "failed" };

/** What an open stream tells; nothing after `close()`. */
export interface StreamHandler {
	onOpen(): void;
	/** @param sequence - of the telegram, as in the status. */
	onReading(text: string, sequence: number): void;
	/** It was refused or has ended; it is closed then. */
	onError(): void;
}

/** The dongle as the page sees it; the promises never reject. */
export interface Dongle {
	getStatus(): Promise<StatusAnswer>;
	getReading(etag: string | undefined): Promise<ReadingAnswer>;
	openStream(handler: StreamHandler): { close(): void };
}

export interface LinkOptions {
	readonly dongle: Dongle;
	readonly clock: Pick<Clock, "monotonicMs">;
	readonly timers: Timers;
	onState(state: LinkState): void;
	/**
	 * @param sequence - of the telegram, as in the status; undefined when it is not known.
	 * @param isPushed - it was sent when it came; otherwise it may have been there for a while. */
	onReading(text: string, sequence: number | undefined, isPushed: boolean): void;
	/** @param askedMs - when it was asked for, by the clock. */
	onStatus(status: PageStatus, askedMs: number): void;
}

const BEAT_MS = 10_000;
const RETRY_MS = [1000, 2000, 4000, 8000, 10_000] as const;
/** After a stream that was open has ended: most often the dongle restarts, and takes a moment to be gone. */
const ENDED_MS = 300;
/** There are few streams; someone else's may end. */
const STREAM_AGAIN_MS = 30_000;
const MIN_POLL_MS = 1000;
const MAX_POLL_MS = 10_000;
const USUAL_POLL_MS = 5000;

/**
 * Keeps the page in touch with the dongle. The status is asked for every 10 s and is the heartbeat: when it fails the
 * dongle is lost, and asked again until it answers. Readings come by the stream; where that is refused they are polled,
 * at the meter's own pace, and the stream is tried again now and then. A stream that is silent although the status counts
 * new telegrams is a dead one and is opened again.
 */
export class Link {
	readonly #options: LinkOptions;
	#state: LinkState = "connecting";
	#stream: { close(): void } | undefined;
	#streamNotBeforeMs = 0;
	/** Of the last reading that the stream gave. */
	#sequence: number | undefined;
	/** The stream was behind the status when it was asked last. */
	#isBehind = false;
	#beat: TimerHandle | undefined;
	#poll: TimerHandle | undefined;
	#isAskingStatus = false;
	#isAskingReading = false;
	#etag: string | undefined;
	#hasReading = false;
	#pollMs = USUAL_POLL_MS;
	#failures = 0;
	#isClosed = false;

	constructor(options: LinkOptions) {
		this.#options = options;
	}

	/** Begins. */
	start(): void {
		void this.#askStatus();
	}

	/** Asks at once instead of later: the page can be seen again, the network is back, or a setting was changed. */
	wake(): void {
		void this.#askStatus();
	}

	/** Ends for good; idempotent. */
	close(): void {
		this.#isClosed = true;
		this.#beat?.cancel();
		this.#endReadings();
	}

	async #askStatus(): Promise<void> {
		if (this.#isClosed || this.#isAskingStatus) return;
		const { dongle, clock } = this.#options;
		this.#beat?.cancel();
		this.#isAskingStatus = true;
		const askedMs = clock.monotonicMs();
		const status = await dongle.getStatus();
		this.#isAskingStatus = false;
		if (this.#isClosed) return;
		if (status === undefined) {
			this.#lose("lost");
			return;
		}
		if (status === "locked") {
			this.#lose("locked");
			return;
		}
		this.#failures = 0;
		this.#beatIn(BEAT_MS);
		this.#noteMeter(status);
		this.#options.onStatus(status, askedMs);
		if (this.#state !== "streaming") this.#setState("polling");
		if (this.#stream === undefined && this.#poll === undefined) this.#follow();
	}

	#noteMeter({ reading }: PageStatus): void {
		this.#hasReading = reading !== undefined;
		if (reading?.pushIntervalS !== undefined) {
			this.#pollMs = Math.min(MAX_POLL_MS, Math.max(MIN_POLL_MS, reading.pushIntervalS * 1000));
		}
		const isBehind = this.#state === "streaming" && reading !== undefined && reading.sequence !== this.#sequence;
		// Once may be a telegram that came this moment.
		if (isBehind && this.#isBehind) this.#endReadings();
		else this.#isBehind = isBehind;
	}

	#lose(state: "lost" | "locked"): void {
		this.#endReadings();
		this.#streamNotBeforeMs = 0;
		this.#setState(state);
		this.#beatIn(RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)] ?? BEAT_MS);
		this.#failures++;
	}

	#beatIn(delayMs: number): void {
		this.#beat?.cancel();
		this.#beat = this.#options.timers.after(delayMs, () => void this.#askStatus());
	}

	#endReadings(): void {
		this.#stream?.close();
		this.#stream = undefined;
		this.#poll?.cancel();
		this.#poll = undefined;
		this.#isBehind = false;
		this.#sequence = undefined;
	}

	/** Gets the readings by whichever way there is. */
	#follow(): void {
		if (this.#options.clock.monotonicMs() >= this.#streamNotBeforeMs) this.#openStream();
		else void this.#askReading();
	}

	#openStream(): void {
		const { dongle, clock } = this.#options;
		let isOpen = false;
		this.#stream = dongle.openStream({
			onOpen: () => {
				isOpen = true;
				this.#setState("streaming");
			},
			onReading: (text, sequence) => {
				const isFirst = this.#sequence === undefined;
				this.#sequence = sequence;
				this.#isBehind = false;
				this.#options.onReading(text, sequence, !isFirst);
			},
			onError: () => {
				this.#endReadings();
				this.#setState("polling");
				// Whether the dongle is still there decides what is next.
				if (isOpen) this.#beatIn(ENDED_MS);
				else {
					this.#streamNotBeforeMs = clock.monotonicMs() + STREAM_AGAIN_MS;
					void this.#askReading();
				}
			},
		});
	}

	async #askReading(): Promise<void> {
		if (this.#isClosed || this.#isAskingReading) return;
		if (this.#hasReading) {
			this.#isAskingReading = true;
			const answer = await this.#options.dongle.getReading(this.#etag);
			this.#isAskingReading = false;
			if (this.#isClosed || this.#state !== "polling") return;
			if (answer.kind === "failed") void this.#askStatus();
			if (answer.kind === "reading") {
				this.#etag = answer.etag;
				this.#options.onReading(answer.text, undefined, false);
			}
		}
		this.#poll?.cancel();
		this.#poll = this.#options.timers.after(this.#pollMs, () => this.#follow());
	}

	#setState(state: LinkState): void {
		if (state === this.#state) return;
		this.#state = state;
		this.#options.onState(state);
	}
}
