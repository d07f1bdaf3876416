import type { Crypto } from "../../ports/crypto.js";
import type { KeyValueStore } from "../../ports/key-value-store.js";

/** Where the password of the setup network stands. */
export const SETUP_PASSWORD_KEY = "setupPass";
/** Without 0, 1, i, l and o: it is read off a screen and typed on a phone. */
const ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz";
/** 59 bits: nobody finds them over the air, and whoever has recorded a handshake tries for years. */
export const SETUP_PASSWORD_LENGTH = 12;

function isSetupPassword(text: string | undefined): text is string {
	if (text?.length !== SETUP_PASSWORD_LENGTH) return false;
	for (let i = 0; i < text.length; i++) if (!ALPHABET.includes(text.charAt(i))) return false;
	return true;
}

/**
 * The password of this device's setup network: made once, of random bytes for keys, and kept. One that cannot be read is
 * replaced. When it cannot be stored it is good until the next start.
 * @throws what `crypto` throws when it has no random bytes. */
export function setupPassword(crypto: Crypto, store: KeyValueStore): string {
	const kept = store.read(SETUP_PASSWORD_KEY);
	if (isSetupPassword(kept)) return kept;
	const made = makePassword(crypto);
	try {
		store.write(SETUP_PASSWORD_KEY, made);
	} catch {
		// Whoever opens the network says which password it has: that one counts.
	}
	return made;
}

/** Bytes that would make some characters more frequent than others are left out. */
function makePassword(crypto: Crypto): string {
	const limit = 256 - (256 % ALPHABET.length);
	const bytes = new Uint8Array(SETUP_PASSWORD_LENGTH);
	let password = "";
	while (password.length < SETUP_PASSWORD_LENGTH) {
		crypto.fillRandom(bytes);
		for (const byte of bytes) {
			if (byte < limit && password.length < SETUP_PASSWORD_LENGTH) password += ALPHABET.charAt(byte % ALPHABET.length);
		}
	}
	return password;
}
