import { base64Bytes } from "../../core/base64.js";

/** What an Authorization header says. */
export type Credentials =
	/** `password` in UTF-8; the user name does not count: there is one owner. */
	| { readonly kind: "basic"; readonly password: Uint8Array }
	| { readonly kind: "bearer"; readonly token: string }
	| { readonly kind: "malformed" };

const MALFORMED: Credentials = Object.freeze({ kind: "malformed" });
const COLON = 0x3a;

/** Reads the value of an Authorization header: Basic (RFC 7617) or Bearer (RFC 6750). */
export function parseAuthorization(value: string): Credentials {
	const space = value.indexOf(" ");
	const scheme = value.slice(0, Math.max(0, space)).toLowerCase();
	const rest = value.slice(space + 1).trim();
	if (scheme === "bearer") return { kind: "bearer", token: rest };
	const bytes = scheme === "basic" ? base64Bytes(rest) : undefined;
	const colon = bytes?.indexOf(COLON) ?? -1;
	return bytes === undefined || colon < 0 ? MALFORMED : { kind: "basic", password: bytes.slice(colon + 1) };
}
