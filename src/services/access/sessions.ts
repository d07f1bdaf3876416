import type { Clock } from "../../ports/clock.js";
import type { Bearer } from "./bearer.js";

/** Sessions at a time; a new one takes the place of the one that was used longest ago. */
export const MAX_SESSIONS = 4;
/** A session ends when nothing has been asked with it for this long… */
export const SESSION_IDLE_MS = 3_600_000;
/** …and in any case after this. */
export const SESSION_LIFE_MS = 86_400_000;

type Session = { readonly hash: Uint8Array; readonly openedMs: number; usedMs: number };

/** Sessions of the owner, in memory only: a restart ends them. */
export class Sessions {
	readonly #bearer: Bearer;
	readonly #clock: Clock;
	#sessions: Session[] = [];

	constructor(bearer: Bearer, clock: Clock) {
		this.#bearer = bearer;
		this.#clock = clock;
	}

	/** Opens a session. @returns its bearer token. */
	open(): string {
		this.#dropExpired();
		if (this.#sessions.length === MAX_SESSIONS) {
			const longest = this.#sessions.reduce((first, next) => (next.usedMs < first.usedMs ? next : first));
			this.#sessions = this.#sessions.filter((session) => session !== longest);
		}
		const nowMs = this.#clock.monotonicMs();
		const { text, hash } = this.#bearer.make();
		this.#sessions.push({ hash, openedMs: nowMs, usedMs: nowMs });
		return text;
	}

	/** Whether the session of this hash goes on; if so, it has been used now. */
	use(hash: Uint8Array): boolean {
		this.#dropExpired();
		const session = this.#sessions[this.#bearer.find(this.#sessions, hash)];
		if (session === undefined) return false;
		session.usedMs = this.#clock.monotonicMs();
		return true;
	}

	/** Ends one session. */
	end(hash: Uint8Array): void {
		const ended = this.#sessions[this.#bearer.find(this.#sessions, hash)];
		this.#sessions = this.#sessions.filter((session) => session !== ended);
	}

	/** Ends all sessions. */
	endAll(): void {
		this.#sessions = [];
	}

	/** How many there are. */
	get count(): number {
		this.#dropExpired();
		return this.#sessions.length;
	}

	#dropExpired(): void {
		const nowMs = this.#clock.monotonicMs();
		this.#sessions = this.#sessions.filter(
			({ openedMs, usedMs }) => nowMs - usedMs < SESSION_IDLE_MS && nowMs - openedMs < SESSION_LIFE_MS,
		);
	}
}
