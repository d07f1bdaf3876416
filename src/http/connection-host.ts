import type { Clock } from "../ports/clock.js";
import type { HttpConnection } from "./connection.js";
import type { HttpCounters } from "./counters.js";
import type { HttpLimits } from "./limits.js";
import type { Router } from "./router.js";

/** What the connections of one server have in common. */
export interface ConnectionHost {
	readonly limits: HttpLimits;
	readonly router: Router;
	readonly clock: Clock;
	readonly counters: HttpCounters;
	onFault(where: string, error: unknown): void;
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

/** How long a connection may stay in `state`, in milliseconds; output that is not taken has its own. */
export function timeLimitMs(state: ConnectionState, limits: HttpLimits, receivedBodyBytes: number): number {
	switch (state) {
		case "awaiting-request":
			return limits.idleMs;
		case "receiving-head":
			return limits.headMs;
		case "receiving-body":
			return limits.bodyMs + receivedBodyBytes;
		case "awaiting-answer":
			return limits.handlerMs;
		case "lingering":
			return limits.lingerMs;
		default:
			return Number.MAX_VALUE;
	}
}
