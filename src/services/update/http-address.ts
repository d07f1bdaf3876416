import type { HttpFetchTarget } from "../../ports/http-fetch.js";

/** Longer addresses are refused. */
export const MAX_ADDRESS_CHARACTERS = 512;
const SCHEME = "http://";
const SECURE_SCHEME = "https://";
const HTTP_PORT = 80;
const MAX_HOST_CHARACTERS = 253;

/** What is wrong with an address, for people. */
export type AddressProblem = { readonly problem: string };

const MALFORMED: AddressProblem = Object.freeze({ problem: "This is no address of the form http://HOST/PATH." });
/**
 * The SDK's TLS takes records of 16 KiB, and the chain of certificates with them, into a heap that has not so much left; and
 * what it would protect is judged by the image itself.
 */
const SECURE: AddressProblem = Object.freeze({
	problem:
		"https:// is more than a dongle has memory for. Put the file on a computer of yours, such as with " +
		"`npx serve`, or upload it here.",
});

/** Where an `http://` address leads; no user name, no IPv6, a fragment does not count. */
export function parseHttpAddress(text: string): HttpFetchTarget | AddressProblem {
	const lower = text.slice(0, SECURE_SCHEME.length).toLowerCase();
	if (lower === SECURE_SCHEME) return SECURE;
	if (!lower.startsWith(SCHEME) || text.length > MAX_ADDRESS_CHARACTERS || !isVisible(text)) return MALFORMED;
	const fragment = text.indexOf("#");
	const rest = text.slice(SCHEME.length, fragment < 0 ? text.length : fragment);
	const pathStart = firstOf(rest, "/", "?");
	const authority = rest.slice(0, pathStart);
	const path = rest.slice(pathStart);
	const colon = authority.indexOf(":");
	const host = colon < 0 ? authority : authority.slice(0, colon);
	const port = colon < 0 ? HTTP_PORT : parsePort(authority.slice(colon + 1));
	if (!isHost(host) || port === undefined) return MALFORMED;
	return { host, port, path: path.startsWith("/") ? path : `/${path}` };
}

/** Where a redirect from `from` to `location` leads: an address, or a path from the root. */
export function followRedirect(from: HttpFetchTarget, location: string): HttpFetchTarget | AddressProblem {
	if (location.startsWith("//")) return parseHttpAddress(`http:${location}`);
	if (location.startsWith("/")) return parseHttpAddress(`${SCHEME}${from.host}:${from.port}${location}`);
	return parseHttpAddress(location);
}

function firstOf(text: string, ...marks: readonly string[]): number {
	let first = text.length;
	for (const mark of marks) {
		const at = text.indexOf(mark);
		if (at >= 0 && at < first) first = at;
	}
	return first;
}

function isVisible(text: string): boolean {
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		if (unit <= 0x20 || unit >= 0x7f) return false;
	}
	return true;
}

/** Letters, digits, "-", "_" and "."; an IPv6 address or a user name has others. */
function isHost(host: string): boolean {
	for (let i = 0; i < host.length; i++) {
		const unit = host.charCodeAt(i);
		const letter = unit | 0x20;
		const isWord = (unit >= 0x30 && unit <= 0x39) || (letter >= 0x61 && letter <= 0x7a) || unit === 0x5f;
		if (!isWord && unit !== 0x2d && unit !== 0x2e) return false;
	}
	return host !== "" && host.length <= MAX_HOST_CHARACTERS;
}

function parsePort(digits: string): number | undefined {
	const port = parseCount(digits);
	return port !== undefined && port >= 1 && port <= 65_535 ? port : undefined;
}

/** The whole number that decimal digits are, up to 9 of them; undefined for anything else. */
export function parseCount(digits: string): number | undefined {
	if (digits === "" || digits.length > 9) return undefined;
	for (let i = 0; i < digits.length; i++) {
		const unit = digits.charCodeAt(i);
		if (unit < 0x30 || unit > 0x39) return undefined;
	}
	return Number(digits);
}
