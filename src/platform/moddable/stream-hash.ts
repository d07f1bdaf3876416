import type { OpenStreamHash, StreamHash } from "../../ports/stream-hash.js";
import { addToHash, endHash, startHash } from "./native/password-hash/password-hash.js";

class DeviceStreamHash implements StreamHash {
	readonly #state = startHash();

	update(bytes: Uint8Array, offset: number, end: number): void {
		addToHash(this.#state, bytes, offset, end);
	}

	digest(): Uint8Array {
		return new Uint8Array(endHash(this.#state));
	}
}

/** {@link OpenStreamHash} in C. */
export const openStreamHash: OpenStreamHash = () => new DeviceStreamHash();
