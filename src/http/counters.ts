/** What the server has done since it was made; the numbers only grow. */
export interface HttpStatistics {
	/** Connections taken. */
	readonly accepted: number;
	/** Connections answered with 503, or reset, because all were in use. */
	readonly refused: number;
	/** Idle connections closed to make room for a new one. */
	readonly evicted: number;
	/** Complete request heads. */
	readonly requests: number;
	/** Peers cut off because they sent or took too slowly. */
	readonly timeouts: number;
	/** Exceptions of handlers, body readers and stream producers. */
	readonly faults: number;
	/** Answers with a status from 400 on, by status. */
	readonly errorsByStatus: ReadonlyMap<number, number>;
}

/** The counters as the server writes them. */
export class HttpCounters implements HttpStatistics {
	accepted = 0;
	refused = 0;
	evicted = 0;
	requests = 0;
	timeouts = 0;
	faults = 0;
	readonly errorsByStatus = new Map<number, number>();

	countStatus(status: number): void {
		if (status >= 400) this.errorsByStatus.set(status, (this.errorsByStatus.get(status) ?? 0) + 1);
	}
}
