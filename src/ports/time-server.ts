/** A question to a time server that is on its way. */
export interface TimeQuery {
	/** Idempotent; the callback does not run after it. */
	cancel(): void;
}

/**
 * Asks a time server what time it is. Calls back exactly once, later: with milliseconds since 1970-01-01T00:00:00Z, right to
 * about a second and not checked for sense, or with undefined when there was no answer that a client may use.
 * @param server - Name or dotted IPv4 address. */
export type AskTimeServer = (server: string, onAnswer: (utcMs: number | undefined) => void) => TimeQuery;
