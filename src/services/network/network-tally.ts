import type { Clock } from "../../ports/clock.js";
import type { WifiCredentials } from "../../ports/wifi.js";
import type { EndedJoin, JoinFailure, NetworkCounters, NetworkRecord } from "./types.js";

/** A failure that repeats is logged again after this many. */
const LOGGED_EVERY = 100;

/** What the network has been through since the start: for the status, for people, and to know what has worked. */
export class NetworkTally implements NetworkRecord {
	readonly #clock: Clock;
	readonly #ended: Record<JoinFailure, number> = {
		"wrong-password": 0,
		"not-found": 0,
		refused: 0,
		"no-answer": 0,
		"no-address": 0,
		lost: 0,
		radio: 0,
	};
	#attempts = 0;
	#connections = 0;
	#isConnected = false;
	#fromMs: number;
	#isGone = false;
	#lastEnded: EndedJoin | undefined;
	#sameInARow = 0;
	#worked: WifiCredentials | undefined;

	constructor(clock: Clock) {
		this.#clock = clock;
		this.#fromMs = clock.monotonicMs();
	}

	get counters(): NetworkCounters {
		return { attempts: this.#attempts, connections: this.#connections, ended: this.#ended };
	}

	get isConnected(): boolean {
		return this.#isConnected;
	}

	get isGone(): boolean {
		return this.#isGone;
	}

	get lastEnded(): EndedJoin | undefined {
		return this.#lastEnded;
	}

	/** Since it is, or is not, connected. */
	get sinceMs(): number {
		return this.#clock.monotonicMs() - this.#fromMs;
	}

	/** The credentials are those that connected last. */
	hasWorked(credentials: WifiCredentials | undefined): boolean {
		const worked = this.#worked;
		return worked !== undefined && worked.ssid === credentials?.ssid && worked.password === credentials.password;
	}

	countAttempt(): void {
		this.#attempts++;
	}

	countConnection(credentials: WifiCredentials | undefined): void {
		this.#worked = credentials;
		this.#isGone = false;
		this.#sameInARow = 0;
		if (this.#isConnected) return;
		this.#connections++;
		this.#turn(true);
	}

	countDisconnection(): void {
		if (this.#isConnected) this.#turn(false);
	}

	/** @returns whether it is worth a line in the log: something else than the last time, or once in a hundred. */
	countEnd(failure: JoinFailure, reason: number): boolean {
		this.#ended[failure]++;
		const isSame = this.#lastEnded?.failure === failure && this.#lastEnded.reason === reason;
		this.#sameInARow = isSame ? this.#sameInARow + 1 : 0;
		this.#lastEnded = { failure, reason };
		return this.#sameInARow % LOGGED_EVERY === 0;
	}

	noteGone(): void {
		this.#isGone = true;
	}

	#turn(isConnected: boolean): void {
		this.#isConnected = isConnected;
		this.#fromMs = this.#clock.monotonicMs();
	}
}
