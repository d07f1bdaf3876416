import type { DecoderCounters } from "../../core/errors.js";
import type { Reading } from "../../core/reading.js";
import type { LineFormat, P1PortFault } from "../../ports/p1-port.js";

/** What the API wants to know of the meter. */
export interface MeterView {
	/** The latest reading, however old; undefined before the first. */
	readonly reading: Reading | undefined;
	/** True when the latest reading is older than three push intervals. */
	readonly stale: boolean;
	/** Milliseconds since the latest reading came; undefined before the first. */
	readonly readingAgeMs: number | undefined;
	/** Learned push interval in milliseconds; undefined until it is learned. */
	readonly pushIntervalMs: number | undefined;
	readonly counters: DecoderCounters;
	readonly portFaults: Readonly<Record<P1PortFault, number>>;
	/** True while the source of telegrams is reachable. */
	readonly connected: boolean;
	/** More on that, for people; "" while nothing is known. */
	readonly linkDetail: string;
	/** Undefined where the source is no serial line. */
	readonly lineFormat: LineFormat | undefined;
}

/** The JSON of the latest reading, kept up to date by its owner. */
export interface DocumentView {
	readonly bytes: Uint8Array;
	/** Bytes of JSON at the front of {@link bytes}; 0 before the first reading. */
	readonly length: number;
	/** The reading has no room: the JSON says only that there is none. */
	readonly isTooLarge: boolean;
	/** Readings that had no room, since start. */
	readonly tooLarge: number;
	/** Changes whenever the JSON does. */
	readonly revision: number;
}

const MAX_DETAIL_CHARACTERS = 100;

/** Text from outside, such as an error message of the system, cut to what the buffers have room for. */
export function clipped(detail: string): string {
	return detail.length <= MAX_DETAIL_CHARACTERS ? detail : `${detail.slice(0, MAX_DETAIL_CHARACTERS)}...`;
}

/** Telegrams that were rejected, of all kinds. */
export function rejectedTelegrams(counters: DecoderCounters): number {
	let count = 0;
	for (let i = 0; i < REJECTION_COUNTERS.length; i++) count += counters[REJECTION_COUNTERS[i] as RejectionCounter];
	return count;
}

/** The counters of rejected telegrams, by kind. */
export const REJECTION_COUNTERS = Object.freeze([
	"crcMismatch",
	"crcMissing",
	"crcMalformed",
	"telegramTruncated",
	"telegramTooLarge",
	"lineTooLong",
	"malformedRow",
	"unconfirmed",
] as const satisfies readonly (keyof DecoderCounters)[]);

type RejectionCounter = (typeof REJECTION_COUNTERS)[number];
