import { createHash, pbkdf2, randomFillSync, timingSafeEqual } from "node:crypto";
import { type Crypto, DERIVED_KEY_BYTES, type KeyDerivation } from "../../ports/crypto.js";

/** What node:crypto has; keys are derived in a thread of its own. */
export const nodeCrypto: Crypto = Object.freeze<Crypto>({
	fillRandom(bytes) {
		randomFillSync(bytes);
	},
	sha256(bytes) {
		return new Uint8Array(createHash("sha256").update(bytes).digest());
	},
	equal(a, b) {
		return a.length === b.length && timingSafeEqual(a, b);
	},
	deriveKey(password, salt, iterations, onKey): KeyDerivation {
		let isCancelled = false;
		pbkdf2(password, salt, iterations, DERIVED_KEY_BYTES, "sha256", (error, key) => {
			if (isCancelled) return;
			// Only an argument that cannot be makes it fail, and that is thrown.
			if (error !== null) throw error;
			onKey(new Uint8Array(key));
		});
		return {
			cancel() {
				isCancelled = true;
			},
		};
	},
});
