import { type Crypto, DERIVED_KEY_BYTES, type KeyDerivation } from "../../ports/crypto.js";
import type { KeyValueStore } from "../../ports/key-value-store.js";
import { formatPasswordRecord, type PasswordRecord, parsePasswordRecord, SALT_BYTES } from "./password-record.js";

/** Where the record of the password stands. */
export const PASSWORD_KEY = "password";

export type PasswordOptions = {
	readonly crypto: Crypto;
	readonly store: KeyValueStore;
	/** For new records; a platform gives what takes it about a second. */
	readonly iterations: number;
};

/** Checks that may wait while one is under way: as many as a device has connections. */
const MAX_WAITING = 4;

/** No key is all zeros: what is checked against this takes its time and is wrong. */
const NOBODY: PasswordRecord = Object.freeze({
	iterations: 1000,
	salt: new Uint8Array(SALT_BYTES),
	key: new Uint8Array(DERIVED_KEY_BYTES),
});

type Job = {
	/** False once nobody waits for the answer. */
	readonly isWanted: () => boolean;
	readonly start: () => KeyDerivation;
};

/**
 * The owner's password: kept as a PBKDF2 record, checked one at a time, because each check costs a device a second. The
 * password that was right last is known again at once, by a hash with a salt that is in memory only.
 */
export class Password {
	readonly #options: PasswordOptions;
	#record: PasswordRecord | undefined;
	readonly #proofSalt = new Uint8Array(SALT_BYTES);
	#proof: Uint8Array | undefined;
	readonly #waiting: Job[] = [];
	#current: KeyDerivation | undefined;
	#isBusy = false;
	/** Something stands in the store that is no record: then no password is right. */
	#isDamaged: boolean;

	constructor(options: PasswordOptions) {
		const { store } = options;
		this.#options = options;
		const text = store.read(PASSWORD_KEY);
		this.#record = text === undefined ? undefined : parsePasswordRecord(text);
		this.#isDamaged = text !== undefined && this.#record === undefined;
	}

	/** A password has been chosen. True as well when its record is damaged: nobody may choose another one then. */
	get isSet(): boolean {
		return this.#record !== undefined || this.#isDamaged;
	}

	/** A password has been chosen, and its record in the store cannot be read: no password is right. */
	get isDamaged(): boolean {
		return this.#isDamaged;
	}

	/** Whether `password` was right before, in this run; takes no time. */
	isKnown(password: Uint8Array): boolean {
		return this.#proof !== undefined && this.#options.crypto.equal(this.#proof, this.#proofOf(password));
	}

	/**
	 * Finds out whether `password` is right; calls back later, exactly once unless `isWanted` says that nobody waits any more.
	 * @returns false when too many wait already; then it does not call back. */
	check(password: Uint8Array, isWanted: () => boolean, onChecked: (isRight: boolean) => void): boolean {
		return this.#enqueue({
			isWanted,
			start: () => {
				const record = this.#record ?? NOBODY;
				const { crypto } = this.#options;
				return crypto.deriveKey(password, record.salt, record.iterations, (key) => {
					const isRight = crypto.equal(key, record.key) && record !== NOBODY;
					if (isRight) {
						// Not earlier: at its start a device has nothing random yet.
						crypto.fillRandom(this.#proofSalt);
						this.#proof = this.#proofOf(password);
					}
					this.#finish(() => onChecked(isRight));
				});
			},
		});
	}

	/**
	 * Replaces the password; `onChanged` gets a sentence for people when it could not be stored, and the old one stands.
	 * @returns false when too many wait already; then it does not call back. */
	change(password: Uint8Array, onChanged: (problem: string | undefined) => void): boolean {
		const { crypto, store, iterations } = this.#options;
		const salt = new Uint8Array(SALT_BYTES);
		crypto.fillRandom(salt);
		return this.#enqueue({
			isWanted: () => true,
			start: () =>
				crypto.deriveKey(password, salt, iterations, (key) => {
					const record = { iterations, salt, key };
					let problem: string | undefined;
					try {
						store.write(PASSWORD_KEY, formatPasswordRecord(record));
						this.#record = record;
						this.#isDamaged = false;
						this.#proof = undefined;
					} catch (error) {
						problem = error instanceof Error ? error.message : String(error);
					}
					this.#finish(() => onChanged(problem));
				}),
		});
	}

	/** Nothing calls back any more. */
	close(): void {
		this.#waiting.length = 0;
		this.#current?.cancel();
	}

	#enqueue(job: Job): boolean {
		if (this.#waiting.length === MAX_WAITING) return false;
		this.#waiting.push(job);
		this.#next();
		return true;
	}

	#next(): void {
		while (!this.#isBusy) {
			const job = this.#waiting.shift();
			if (job === undefined) return;
			if (!job.isWanted()) continue;
			this.#isBusy = true;
			this.#current = job.start();
		}
	}

	#finish(tell: () => void): void {
		this.#isBusy = false;
		this.#current = undefined;
		try {
			tell();
		} finally {
			this.#next();
		}
	}

	#proofOf(password: Uint8Array): Uint8Array {
		const bytes = new Uint8Array(SALT_BYTES + password.length);
		bytes.set(this.#proofSalt);
		bytes.set(password, SALT_BYTES);
		return this.#options.crypto.sha256(bytes);
	}
}
