/** Every bound of the server: sizes in bytes, times in milliseconds. */
export interface HttpLimits {
	/** Connections served at once; one above it is refused with 503, unless an idle one can make room. */
	readonly maxConnections: number;
	/** Request line without its CR LF; above it 414. */
	readonly maxRequestLineBytes: number;
	/** All header lines together, without the last CR LF; above it 431. */
	readonly maxHeaderBytes: number;
	/** Header lines; above it 431. */
	readonly maxHeaders: number;
	/** Least room for a piece of a request body, beside the largest head. */
	readonly bodyWindowBytes: number;
	/** One response head and the body that `respond` copies; also the window of a streamed body. */
	readonly outputBytes: number;
	/**
	 * Requests that are received or answered at once; at least 2, by default one for each connection. Further ones wait in
	 * their connection's window. */
	readonly inputBuffers: number;
	/** Buffers of `outputBytes`, shared by all connections; at least 2, by default one for each connection. */
	readonly outputBuffers: number;
	/** From the first byte of a head to its last; then 408. */
	readonly headMs: number;
	/** For a body, and 1 ms more for every byte received (so at least 1,000 bytes a second); then 408. */
	readonly bodyMs: number;
	/** From the call of a handler to the start of its answer; then 503. */
	readonly handlerMs: number;
	/** For output that the peer does not take, and 1 ms more for every byte taken; then the connection is reset. */
	readonly writeMs: number;
	/**
	 * While others wait for a buffer, for output that the peer does not take or input that it does not send; then the
	 * connection is reset. */
	readonly poolGraceMs: number;
	/** Between requests; then the connection is closed without a word. */
	readonly idleMs: number;
	/** After an error, for the peer to read the answer before the connection closes. */
	readonly lingerMs: number;
	/** When all connections are in use, one that has been idle for this long gives way to a new one. */
	readonly evictIdleAfterMs: number;
	/** Interval of the one timer that enforces the times above; also their resolution. */
	readonly tickMs: number;
}

/** Two thirds of the memory are output: a device does with two or three `outputBuffers`. */
export const DEFAULT_HTTP_LIMITS: HttpLimits = Object.freeze({
	maxConnections: 4,
	maxRequestLineBytes: 1024,
	maxHeaderBytes: 2048,
	maxHeaders: 32,
	bodyWindowBytes: 512,
	outputBytes: 4096 + 512,
	inputBuffers: 4,
	outputBuffers: 4,
	headMs: 10_000,
	bodyMs: 10_000,
	handlerMs: 30_000,
	writeMs: 10_000,
	poolGraceMs: 1_000,
	idleMs: 15_000,
	lingerMs: 1_000,
	evictIdleAfterMs: 1_000,
	tickMs: 500,
});

/** Size of the buffer that one request is received into: an empty line, the largest head, a piece of a body. */
export function inputBytes(limits: HttpLimits): number {
	return 2 + limits.maxRequestLineBytes + 2 + limits.maxHeaderBytes + 4 + limits.bodyWindowBytes;
}

/**
 * The default limits with `changes` made.
 * @throws RangeError when a limit is not a whole number above zero, or a buffer would exceed 65,535 bytes of input.
 */
export function httpLimits(changes: Partial<HttpLimits> = {}): HttpLimits {
	const count = Math.max(2, changes.maxConnections ?? DEFAULT_HTTP_LIMITS.maxConnections);
	const limits: HttpLimits = { ...DEFAULT_HTTP_LIMITS, inputBuffers: count, outputBuffers: count, ...changes };
	for (const [name, value] of Object.entries(limits)) {
		if (!Number.isInteger(value) || value <= 0)
			throw new RangeError(`${name}: a whole number above zero, not ${value}`);
	}
	if (limits.inputBuffers < 2 || limits.outputBuffers < 2)
		throw new RangeError("inputBuffers, outputBuffers: at least 2, so that one peer cannot hold up all");
	if (limits.outputBytes < 512) throw new RangeError("outputBytes: at least 512, for a response head");
	if (inputBytes(limits) > 0xffff) throw new RangeError("request limits: at most 65,535 bytes together");
	return Object.freeze(limits);
}
