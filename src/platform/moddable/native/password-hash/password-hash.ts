import FFI from "mc/ffi";
import type { Clock, TimerHandle, Timers } from "../../../../ports/clock.js";
import { type Crypto, DERIVED_KEY_BYTES, type KeyDerivation } from "../../../../ports/crypto.js";
import type { StreamHash } from "../../../../ports/stream-hash.js";

/** Of PBKDF2 for a new password: 0.8 s of an ESP32-C3 at 160 MHz, were each instruction one cycle. */
export const DEVICE_ITERATIONS = 10_000;
/** A slice of a derivation takes about this long, so that everything else goes on beside it. */
const SLICE_MS = 8;
/** Between two looks at the clock: 2 ms. */
const ITERATIONS_AT_ONCE = 32;
/** For the others, between two slices. */
const PAUSE_MS = 1;
/** What getentropy gives at once. */
const RANDOM_BYTES_AT_ONCE = 256;

/** The buffer of a view that is all of it, as C wants it: a copy, unless it is so already. */
function whole(bytes: Uint8Array): ArrayBuffer {
	return bytes.slice().buffer as ArrayBuffer;
}

class Derivation implements KeyDerivation {
	readonly #native: FFI;
	readonly #clock: Clock;
	readonly #timers: Timers;
	readonly #onKey: (key: Uint8Array) => void;
	readonly #state: ArrayBuffer;
	#left: number;
	#timer: TimerHandle | undefined;

	constructor(
		native: FFI,
		{ clock, timers }: DeviceCryptoOptions,
		password: Uint8Array,
		salt: Uint8Array,
		iterations: number,
		onKey: (key: Uint8Array) => void,
	) {
		this.#native = native;
		this.#clock = clock;
		this.#timers = timers;
		this.#onKey = onKey;
		this.#state = new ArrayBuffer(native.p1_pbkdf2_state_bytes());
		native.p1_pbkdf2_start(this.#state, whole(password), password.length, whole(salt), salt.length);
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
			this.#native.p1_pbkdf2_step(this.#state, count);
			this.#left -= count;
		}
		if (this.#left > 0) {
			this.#continueLater();
			return;
		}
		const key = new Uint8Array(DERIVED_KEY_BYTES);
		this.#native.p1_pbkdf2_key(this.#state, key.buffer);
		this.#onKey(key);
	}
}

/** SHA-256 of bytes that come in pieces. */
export class DeviceStreamHash implements StreamHash {
	readonly #native = new FFI();
	readonly #state: ArrayBuffer;

	constructor() {
		this.#state = new ArrayBuffer(this.#native.p1_sha256_state_bytes());
		this.#native.p1_sha256_begin(this.#state);
	}

	update(bytes: Uint8Array, offset: number, end: number): void {
		const { buffer, byteOffset } = bytes;
		this.#native.p1_sha256_add(this.#state, buffer as ArrayBuffer, byteOffset + offset, byteOffset + end);
	}

	digest(): Uint8Array {
		const digest = new Uint8Array(DERIVED_KEY_BYTES);
		this.#native.p1_sha256_end(this.#state, digest.buffer);
		return digest;
	}
}

export type DeviceCryptoOptions = { readonly clock: Clock; readonly timers: Timers };

/** Hashes in C, and random bytes of the chip or of Linux. Make it once Wi-Fi has been started: only then are they random. */
export class DeviceCrypto implements Crypto {
	readonly #native = new FFI();
	readonly #options: DeviceCryptoOptions;

	constructor(options: DeviceCryptoOptions) {
		this.#options = options;
	}

	fillRandom(bytes: Uint8Array): void {
		for (let offset = 0; offset < bytes.length; offset += RANDOM_BYTES_AT_ONCE) {
			const piece = new Uint8Array(Math.min(RANDOM_BYTES_AT_ONCE, bytes.length - offset));
			if (this.#native.p1_random_fill(piece.buffer, piece.length) !== 0) throw new Error("no random bytes for keys");
			bytes.set(piece, offset);
		}
	}

	sha256(bytes: Uint8Array): Uint8Array {
		const digest = new Uint8Array(DERIVED_KEY_BYTES);
		this.#native.p1_sha256(whole(bytes), bytes.length, digest.buffer);
		return digest;
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
		return new Derivation(this.#native, this.#options, password, salt, iterations, onKey);
	}
}
