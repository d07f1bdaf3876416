import { createHash } from "node:crypto";
import type { OpenStreamHash } from "../../ports/stream-hash.js";

/** {@link OpenStreamHash} over node:crypto. */
export const openStreamHash: OpenStreamHash = () => {
	const hash = createHash("sha256");
	return {
		update(bytes, offset, end) {
			hash.update(bytes.subarray(offset, end));
		},
		digest: () => new Uint8Array(hash.digest()),
	};
};
