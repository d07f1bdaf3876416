import { Digest } from "crypt";
import type { OpenStreamHash, StreamHash } from "../../ports/stream-hash.js";

/** The SDK's Digest as it is in 8.2.3: its declaration does not know that it takes typed arrays. */
interface DriverDigest {
	write(bytes: Uint8Array): void;
	close(): ArrayBuffer;
}
const DriverDigest = Digest as unknown as new (type: "SHA256") => DriverDigest;

class ModdableStreamHash implements StreamHash {
	readonly #digest = new DriverDigest("SHA256");

	update(bytes: Uint8Array, offset: number, end: number): void {
		this.#digest.write(offset === 0 && end === bytes.length ? bytes : bytes.subarray(offset, end));
	}

	digest(): Uint8Array {
		return new Uint8Array(this.#digest.close());
	}
}

/** {@link OpenStreamHash} over the SDK's crypt, whose SHA-256 is in C. */
export const openStreamHash: OpenStreamHash = () => new ModdableStreamHash();
