import type { LinkState } from "./link.js";
import { type PageReading, parseReading } from "./reading.js";
import type { PageStatus } from "./status.js";

/** Why there is no reading yet; the codes of the API. */
export type WaitingReason = "p1-port-disconnected" | "no-telegram" | "no-valid-telegram";

/** Silence is three of the meter's intervals, which the dongle learns; before that they are taken for so long. */
const USUAL_INTERVAL_S = 10;
const SILENT_INTERVALS = 3;
/** On the way from the dongle to the page. */
const DELAY_S = 2;

/** What the page knows, and how old it is. Times are of a clock that does not jump, in milliseconds. */
export class MeterState {
	#link: LinkState = "connecting";
	#linkSinceMs: number;
	#reading: PageReading | undefined;
	#readingText = "";
	/** Of the reading's telegram. */
	#sequence: number | undefined;
	#status: PageStatus | undefined;
	#statusAskedMs = Number.NEGATIVE_INFINITY;
	/** When the telegram of the reading came to the dongle. */
	#heardMs: number | undefined;

	constructor(nowMs: number) {
		this.#linkSinceMs = nowMs;
	}

	get link(): LinkState {
		return this.#link;
	}

	get reading(): PageReading | undefined {
		return this.#reading;
	}

	get status(): PageStatus | undefined {
		return this.#status;
	}

	onLink(link: LinkState, nowMs: number): void {
		this.#link = link;
		this.#linkSinceMs = nowMs;
	}

	/** How long the link has been as it is. */
	linkS(nowMs: number): number {
		return (nowMs - this.#linkSinceMs) / 1000;
	}

	onStatus(status: PageStatus, askedMs: number): void {
		this.#status = status;
		this.#statusAskedMs = askedMs;
		// Of another telegram it says nothing about how old this one is.
		if (status.reading?.sequence === this.#sequence) this.#heardMs = this.#heardByStatus() ?? this.#heardMs;
	}

	/**
	 * @param sequence - of the telegram, as in the status; undefined when it is not known.
	 * @param isPushed - it came at this moment.
	 * @returns the reading when it is new and fresh: another telegram than the last one. */
	onReading(text: string, sequence: number | undefined, isPushed: boolean, nowMs: number): PageReading | undefined {
		this.#sequence = sequence;
		if (text === this.#readingText) return undefined;
		const reading = parseReading(text);
		if (reading === undefined) return undefined;
		const heardBefore = this.#isOfStatus(sequence) ? this.#heardByStatus() : undefined;
		this.#readingText = text;
		this.#reading = reading;
		if (reading.stale) {
			this.#heardMs ??= heardBefore;
			return undefined;
		}
		this.#heardMs = isPushed ? nowMs : (heardBefore ?? nowMs);
		return reading;
	}

	/** Since the telegram of the reading came; undefined while that is not known. */
	ageS(nowMs: number): number | undefined {
		return this.#heardMs === undefined ? undefined : Math.max(0, (nowMs - this.#heardMs) / 1000);
	}

	/** The meter says nothing although it should. */
	isSilent(nowMs: number): boolean {
		if (this.#reading === undefined) return false;
		return this.#reading.stale || (this.ageS(nowMs) ?? 0) > this.#silenceS;
	}

	/** The values are of the past: the meter is silent, or nobody knows. */
	isStale(nowMs: number): boolean {
		return this.#link === "lost" || this.#link === "locked" || this.isSilent(nowMs);
	}

	/** The dongle knows that its source of telegrams is out of reach, and not only that it has not heard of it yet. */
	get isUnplugged(): boolean {
		const p1Port = this.#status?.p1Port;
		return p1Port !== undefined && !p1Port.connected && p1Port.detail !== undefined;
	}

	/** Why there is no reading; undefined when there is one, or when it is not known. */
	get waiting(): WaitingReason | undefined {
		if (this.#reading !== undefined || this.#status === undefined || this.#status.reading !== undefined)
			return undefined;
		if (this.isUnplugged) return "p1-port-disconnected";
		const { p1Port, badTelegrams } = this.#status;
		return badTelegrams > 0 || p1Port.noiseBytes > 0 ? "no-valid-telegram" : "no-telegram";
	}

	get #silenceS(): number {
		return (this.#status?.reading?.pushIntervalS ?? USUAL_INTERVAL_S) * SILENT_INTERVALS + DELAY_S;
	}

	/** Whether the status is about the telegram of a reading that was not pushed; the first one follows a status. */
	#isOfStatus(sequence: number | undefined): boolean {
		return sequence === undefined ? this.#reading === undefined : sequence === this.#status?.reading?.sequence;
	}

	#heardByStatus(): number | undefined {
		const ageS = this.#status?.reading?.ageS;
		return ageS === undefined ? undefined : this.#statusAskedMs - ageS * 1000;
	}
}
