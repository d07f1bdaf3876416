import type { HttpLimits } from "../../../http/limits.js";

/**
 * The HTTP server's bounds where memory is the scarcest thing (docs/memory.md). A browser's request line and headers take about
 * 700 bytes of these 2 KiB, and wait in the connection's window while the buffers are in use; an answer holds its buffer until the
 * send window of lwIP (5,744 bytes) has taken it, mostly at once.
 * @param maxConnections - HTTP connections at a time.
 */
export function httpLimitsFor(maxConnections: number): Partial<HttpLimits> {
	return {
		maxConnections,
		maxRequestLineBytes: 512,
		maxHeaderBytes: 1536,
		maxHeaders: 32,
		bodyWindowBytes: 256,
		inputBuffers: Math.max(2, maxConnections >> 1),
		outputBuffers: Math.max(2, Math.floor(maxConnections / 3)),
	};
}
