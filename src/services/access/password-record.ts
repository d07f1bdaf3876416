import { hexBytes, hexText } from "../../core/hex.js";
import { DERIVED_KEY_BYTES } from "../../ports/crypto.js";

/** What is stored of the owner's password. */
export type PasswordRecord = {
	/** Of PBKDF2-HMAC-SHA256. */
	readonly iterations: number;
	readonly salt: Uint8Array;
	readonly key: Uint8Array;
};

const SCHEME = "pbkdf2-sha256";
export const SALT_BYTES = 16;
/** More would keep even a computer busy for seconds: such a record is damaged. */
const MAX_ITERATIONS = 4_000_000;

/** Shortest password, in characters: with it the slow-down makes guessing hopeless. */
export const PASSWORD_MIN_LENGTH = 8;
/** Longest password, in UTF-16 code units. */
export const PASSWORD_MAX_LENGTH = 64;

/** `pbkdf2-sha256$ITERATIONS$SALT$KEY`, the last two in hexadecimal. */
export function formatPasswordRecord({ iterations, salt, key }: PasswordRecord): string {
	return `${SCHEME}$${iterations}$${hexText(salt)}$${hexText(key)}`;
}

/** Reads what {@link formatPasswordRecord} wrote; undefined for anything else. */
export function parsePasswordRecord(text: string): PasswordRecord | undefined {
	const parts = text.split("$");
	const iterations = Number(parts[1]);
	const salt = hexBytes(parts[2] ?? "");
	const key = hexBytes(parts[3] ?? "");
	if (parts.length !== 4 || parts[0] !== SCHEME || String(iterations) !== parts[1]) return undefined;
	if (!Number.isInteger(iterations) || iterations < 1 || iterations > MAX_ITERATIONS) return undefined;
	if (salt?.length !== SALT_BYTES || key?.length !== DERIVED_KEY_BYTES) return undefined;
	return { iterations, salt, key };
}

/** What is wrong with a password that somebody chooses, as a sentence for people; undefined when nothing is. */
export function passwordProblem(password: string): string | undefined {
	if (password.length < PASSWORD_MIN_LENGTH || password.length > PASSWORD_MAX_LENGTH) {
		return `A password must have ${PASSWORD_MIN_LENGTH} to ${PASSWORD_MAX_LENGTH} characters.`;
	}
	for (let i = 0; i < password.length; i++) {
		const code = password.charCodeAt(i);
		if (code < 0x20 || code === 0x7f) return "A password must have no control characters.";
	}
	return undefined;
}
