import type { Clock } from "../ports/clock.js";
import type { AsciiCache } from "./ascii.js";
import type { HttpConnection } from "./connection.js";
import type { HttpCounters } from "./counters.js";
import { type HttpFault, NO_ANSWER, REQUEST_TIMEOUT } from "./faults.js";
import type { HttpLimits } from "./limits.js";
import type { Pool } from "./pool.js";
import type { RequestReceiver } from "./request-receiver.js";
import type { HeadWriter } from "./response-head.js";
import type { Router } from "./router.js";

/** What the connections of one server have in common. */
export interface ConnectionHost {
	readonly limits: HttpLimits;
	readonly router: Router;
	readonly clock: Clock;
	readonly counters: HttpCounters;
	readonly inputPool: Pool<RequestReceiver>;
	readonly outputPool: Pool<Uint8Array>;
	/** Of one buffer for output. */
	readonly outputBytes: number;
	readonly headWriter: HeadWriter;
	/** Names of headers, and media types. */
	readonly names: AsciiCache;
	onFault(where: string, error: unknown): void;
	/** Has {@link HttpConnection.run} called when there may be something in the pools. */
	awaitPool(connection: HttpConnection): void;
	/** Has {@link HttpConnection.run} called soon, so that one busy peer does not keep the device from everything else. */
	runLater(connection: HttpConnection): void;
}

/** What a connection is doing; named by what it awaits where it awaits something. */
export type ConnectionState =
	| "closed"
	| "awaiting-request"
	| "receiving-head"
	| "awaiting-answer"
	| "receiving-body"
	| "responding"
	| "lingering"
	| "taken-over";

/**
 * What becomes of a connection that has been in `state` for `elapsedMs`: the fault that its peer is told, or nothing is
 * said. Undefined while it may stay; output that is not taken has a limit of its own.
 */
export function timeOut(
	state: ConnectionState,
	elapsedMs: number,
	limits: HttpLimits,
	receivedBodyBytes: number,
): HttpFault | "close" | undefined {
	switch (state) {
		case "awaiting-request":
			return elapsedMs > limits.idleMs ? "close" : undefined;
		case "receiving-head":
			return elapsedMs > limits.headMs ? REQUEST_TIMEOUT : undefined;
		case "receiving-body":
			return elapsedMs > limits.bodyMs + receivedBodyBytes ? REQUEST_TIMEOUT : undefined;
		case "awaiting-answer":
			return elapsedMs > limits.handlerMs ? NO_ANSWER : undefined;
		case "lingering":
			return elapsedMs > limits.lingerMs ? "close" : undefined;
		default:
			return undefined;
	}
}
