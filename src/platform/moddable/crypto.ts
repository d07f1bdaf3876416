import type { Clock, TimerHandle, Timers } from "../../ports/clock.js";
import type { Crypto, KeyDerivation } from "../../ports/crypto.js";
import {
	endDerivation,
	fillRandom,
	hashOf,
	startDerivation,
	stepDerivation,
} from "./native/password-hash/password-hash.js";

/** Of PBKDF2 for a new password: 0.8 s of an ESP32-C3 at 160 MHz, were each instruction one cycle. */
export const DEVICE_ITERATIONS = 10_000;
/** A slice of a derivation takes about this long, so that everything else goes on beside it. */
const SLICE_MS = 8;
/** Between two looks at the clock: 2 ms. */
const ITERATIONS_AT_ONCE = 32;
/** For the others, between two slices. */
const PAUSE_MS = 1;

class Derivation implements KeyDerivation {
	readonly #clock: Clock;
	readonly #timers: Timers;
	readonly #onKey: (key: Uint8Array) => void;
	readonly #state: ArrayBuffer;
	#left: number;
	#timer: TimerHandle | undefined;

	constructor(
		{ clock, timers }: DeviceCryptoOptions,
		password: Uint8Array,
		salt: Uint8Array,
		iterations: number,
		onKey: (key: Uint8Array) => void,
	) {
		this.#clock = clock;
		this.#timers = timers;
		this.#onKey = onKey;
		this.#state = startDerivation(password, salt);
		this.#left = iterations - 1;
		this.#continueLater();
	}

	cancel(): void {
		this.#timer?.cancel();
	}

	#continueLater(): void {
		this.#timer = this.#timers.after(PAUSE_MS, () => this.#slice());
	}

	#slice(): void {
		const startedMs = this.#clock.monotonicMs();
		while (this.#left > 0 && this.#clock.monotonicMs() - startedMs < SLICE_MS) {
			const count = Math.min(ITERATIONS_AT_ONCE, this.#left);
			stepDerivation(this.#state, count);
			this.#left -= count;
		}
		if (this.#left > 0) this.#continueLater();
		else this.#onKey(new Uint8Array(endDerivation(this.#state)));
	}
}

export type DeviceCryptoOptions = { readonly clock: Clock; readonly timers: Timers };

/** Hashes in C, and random bytes of the chip or of Linux. Make it once Wi-Fi has been started: only then are they random. */
export class DeviceCrypto implements Crypto {
	readonly #options: DeviceCryptoOptions;

	constructor(options: DeviceCryptoOptions) {
		this.#options = options;
	}

	fillRandom(bytes: Uint8Array): void {
		fillRandom(bytes);
	}

	sha256(bytes: Uint8Array): Uint8Array {
		return new Uint8Array(hashOf(bytes));
	}

	equal(a: Uint8Array, b: Uint8Array): boolean {
		if (a.length !== b.length) return false;
		let difference = 0;
		for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
		return difference === 0;
	}

	deriveKey(
		password: Uint8Array,
		salt: Uint8Array,
		iterations: number,
		onKey: (key: Uint8Array) => void,
	): KeyDerivation {
		return new Derivation(this.#options, password, salt, iterations, onKey);
	}
}
