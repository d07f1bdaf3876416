/** Why a telegram was not accepted. */
export type TelegramErrorCode =
	/** The CRC after `!` is not the CRC of the bytes. */
	| "crc-mismatch"
	/** The profile demands a CRC and there is none. */
	| "crc-missing"
	/** What stands after `!` is no CRC. */
	| "crc-malformed"
	/** A `/` began another telegram before this one's `!`, or the input ended. */
	| "telegram-truncated"
	/** The telegram is larger than the buffer. */
	| "telegram-too-large"
	/** A line is longer than any profile allows. */
	| "line-too-long"
	/** A telegram without a CRC has a row that makes no sense, so none of it is believed. */
	| "malformed-row"
	/** A telegram without a CRC is not as long as the one before it; the next of its length is believed. */
	| "unconfirmed";

/** The codes as constants: naming one costs XS nothing, where a string literal may be copied. */
export const ERROR = Object.freeze({
	crcMismatch: "crc-mismatch",
	crcMissing: "crc-missing",
	crcMalformed: "crc-malformed",
	telegramTruncated: "telegram-truncated",
	telegramTooLarge: "telegram-too-large",
	lineTooLong: "line-too-long",
	malformedRow: "malformed-row",
	unconfirmed: "unconfirmed",
} as const satisfies { readonly [Counter in keyof DecoderCounters]?: TelegramErrorCode });

/** One rejected telegram. The object belongs to the decoder and is reused: read it during the callback. */
export interface TelegramError {
	readonly code: TelegramErrorCode;
	/** Bytes from the first byte that the decoder was given to the place of the fault. */
	readonly offset: number;
	/** `crc-mismatch`: the CRC that the telegram printed. Sizes in bytes: the limit, and for
	 * `unconfirmed` the length of the telegram before. Else absent. */
	readonly expected?: number | undefined;
	/** `crc-mismatch`: the CRC of the bytes that arrived. Sizes in bytes: at least this many came. Else absent. */
	readonly actual?: number | undefined;
}

/** What has happened since the decoder was made; the numbers only grow. */
export interface DecoderCounters {
	readonly telegrams: number;
	readonly crcMismatch: number;
	readonly crcMissing: number;
	readonly crcMalformed: number;
	readonly telegramTruncated: number;
	readonly telegramTooLarge: number;
	readonly lineTooLong: number;
	readonly malformedRow: number;
	readonly unconfirmed: number;
	/** Rows of accepted telegrams that were not `code(value)`. */
	readonly rowsMalformed: number;
	/** Values of accepted telegrams that could not be believed and are absent. */
	readonly valuesMalformed: number;
	/** Values of accepted telegrams that came without the unit they need and are absent. */
	readonly unitsMissing: number;
	/** Rows of accepted telegrams that repeated an OBIS code; the first stands. */
	readonly rowsRepeated: number;
	/** Rows of accepted telegrams with an OBIS code that the table does not have; no fault. */
	readonly rowsUnknown: number;
	/** Line ends without CR in accepted and rejected telegrams. */
	readonly bareLineFeeds: number;
	/** Bytes outside telegrams other than line ends, spaces and NUL. */
	readonly noiseBytes: number;
}

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function createCounters(): Mutable<DecoderCounters> {
	return {
		telegrams: 0,
		crcMismatch: 0,
		crcMissing: 0,
		crcMalformed: 0,
		telegramTruncated: 0,
		telegramTooLarge: 0,
		lineTooLong: 0,
		malformedRow: 0,
		unconfirmed: 0,
		rowsMalformed: 0,
		valuesMalformed: 0,
		unitsMissing: 0,
		rowsRepeated: 0,
		rowsUnknown: 0,
		bareLineFeeds: 0,
		noiseBytes: 0,
	};
}

const COUNTER_OF: { readonly [Code in TelegramErrorCode]: keyof DecoderCounters } = Object.freeze({
	"crc-mismatch": "crcMismatch",
	"crc-missing": "crcMissing",
	"crc-malformed": "crcMalformed",
	"telegram-truncated": "telegramTruncated",
	"telegram-too-large": "telegramTooLarge",
	"line-too-long": "lineTooLong",
	"malformed-row": "malformedRow",
	unconfirmed: "unconfirmed",
});

export function countError(counters: Mutable<DecoderCounters>, code: TelegramErrorCode): void {
	counters[COUNTER_OF[code]]++;
}
