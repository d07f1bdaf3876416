import type { Clock } from "../../ports/clock.js";
import type { Crypto } from "../../ports/crypto.js";
import type { KeyValueStore } from "../../ports/key-value-store.js";
import type { Log } from "../../ports/log.js";
import { Bearer } from "./bearer.js";
import { GuessLimiter } from "./guess-limiter.js";
import { Password } from "./password.js";
import { ReadTokens } from "./read-tokens.js";
import { Sessions } from "./sessions.js";

export type AccessOptions = {
	readonly crypto: Crypto;
	/** Keeps the password's record and the hashes of the tokens. */
	readonly store: KeyValueStore;
	readonly clock: Clock;
	readonly log: Log;
	/** Of PBKDF2 for a new password: what takes the platform about a second. */
	readonly iterations: number;
};

/** What became of a password that somebody gave. */
export type PasswordVerdict =
	| { readonly kind: "right" | "wrong" | "busy" }
	/** Not looked at: too many were wrong before. */
	| { readonly kind: "wait"; readonly waitMs: number };

const RIGHT: PasswordVerdict = Object.freeze({ kind: "right" });
const WRONG: PasswordVerdict = Object.freeze({ kind: "wrong" });
const BUSY: PasswordVerdict = Object.freeze({ kind: "busy" });

/** Who the owner is, and who may read: password, sessions and tokens. */
export class Access {
	readonly sessions: Sessions;
	readonly tokens: ReadTokens;
	readonly #bearer: Bearer;
	readonly #password: Password;
	readonly #limiter: GuessLimiter;
	readonly #log: Log;

	constructor(options: AccessOptions) {
		const { crypto, store, clock, log } = options;
		this.#log = log;
		this.#bearer = new Bearer(crypto);
		this.#password = new Password(options);
		this.#limiter = new GuessLimiter(clock);
		this.sessions = new Sessions(this.#bearer, clock);
		this.tokens = new ReadTokens(this.#bearer, store);
		if (this.#password.isDamaged)
			log.warn("the stored password cannot be read: nobody is let in before a new one is set");
	}

	/** A password has been chosen. */
	get hasPassword(): boolean {
		return this.#password.isSet;
	}

	/**
	 * Judges a password. Calls back now or later, once; never if `isWanted` says meanwhile that nobody waits any more.
	 * @param address - Of the peer; guesses are slowed down by it.
	 * @param password - In UTF-8; not kept. */
	judge(
		address: string,
		password: Uint8Array,
		isWanted: () => boolean,
		onVerdict: (verdict: PasswordVerdict) => void,
	): void {
		if (this.#mustWait(address, onVerdict)) return;
		if (this.#password.isKnown(password)) {
			this.#limiter.right(address);
			onVerdict(RIGHT);
			return;
		}
		// A guess that had to wait for its turn is not looked at if others were wrong meanwhile.
		const isAllowed = (): boolean => isWanted() && !this.#mustWait(address, onVerdict);
		const isTaken = this.#password.check(password, isAllowed, (isRight) => {
			if (isRight) this.#limiter.right(address);
			else this.#log.warn(`wrong password from ${address} (${this.#limiter.wrong(address)} in a row)`);
			onVerdict(isRight ? RIGHT : WRONG);
		});
		if (!isTaken) onVerdict(BUSY);
	}

	/**
	 * Chooses the password; all sessions end. Whoever calls this has found out that they may.
	 * @param onChanged - Called later, once, with what went wrong, for people; undefined when nothing did.
	 * @returns false when too many wait already; then it does not call back. */
	changePassword(password: Uint8Array, onChanged: (problem: string | undefined) => void): boolean {
		return this.#password.change(password, (problem) => {
			if (problem === undefined) {
				this.sessions.endAll();
				this.#log.info("the password has been changed");
			}
			onChanged(problem);
		});
	}

	/** What the sessions and the tokens are looked up by; undefined for a text that can be neither. */
	hashOf(token: string): Uint8Array | undefined {
		return this.#bearer.hashOf(token);
	}

	/** Nothing calls back any more. */
	close(): void {
		this.#password.close();
	}

	#mustWait(address: string, onVerdict: (verdict: PasswordVerdict) => void): boolean {
		const waitMs = this.#limiter.waitMs(address);
		if (waitMs > 0) onVerdict({ kind: "wait", waitMs });
		return waitMs > 0;
	}
}
