/** Suffixes that home networks give to names; nobody can register a name below them. */
const HOME_SUFFIXES: readonly string[] = Object.freeze([".local", ".lan", ".home", ".home.arpa", ".internal"]);
const MAX_LABEL = 253;

function isDecimalOctet(text: string): boolean {
	if (text.length === 0 || text.length > 3) return false;
	for (let i = 0; i < text.length; i++) {
		const digit = text.charCodeAt(i) - 48;
		if (digit < 0 || digit > 9) return false;
	}
	return Number(text) <= 255;
}

function isIpv4(host: string): boolean {
	const octets = host.split(".");
	return octets.length === 4 && octets.every(isDecimalOctet);
}

/** In brackets. What is inside cannot be a name: names have no colon. */
function isIpv6(host: string): boolean {
	if (!host.startsWith("[") || !host.endsWith("]")) return false;
	const address = host.slice(1, -1);
	if (!address.includes(":")) return false;
	for (let i = 0; i < address.length; i++) {
		if (!"0123456789abcdef:.".includes(address.charAt(i))) return false;
	}
	return true;
}

/** The host of an authority such as `p1.local:8080`, without port and without the dot that ends a full name. */
export function hostOf(authority: string): string {
	const bracket = authority.lastIndexOf("]");
	const colon = authority.indexOf(":", bracket + 1);
	const host = colon < 0 ? authority : authority.slice(0, colon);
	return host.endsWith(".") ? host.slice(0, -1) : host;
}

/** Names in a setting: separated by spaces or commas. Without a regular expression: it would be the firmware's only one. */
export function splitNames(names: string): readonly string[] {
	return names
		.toLowerCase()
		.split(",")
		.flatMap((some) => some.split(" "))
		.filter((name) => name !== "");
}

/**
 * Whether a request that names this host is meant for us. A page of the web whose name suddenly leads here (DNS rebinding)
 * says its own name: only addresses, `localhost`, our names and those that the owner has added are ours.
 * @param authority - As in Host, in lower case.
 * @param ownNames - In lower case, without suffix; with the suffixes of home networks they are ours too.
 * @param added - What the owner has added, in lower case. */
export function isOurHost(authority: string, ownNames: readonly string[], added: readonly string[]): boolean {
	const host = hostOf(authority);
	if (host === "" || host.length > MAX_LABEL) return false;
	if (host === "localhost" || isIpv4(host) || isIpv6(host) || added.includes(host)) return true;
	return ownNames.some((name) => host === name || HOME_SUFFIXES.some((suffix) => host === name + suffix));
}

/** An origin's or a host's authority without a port that goes without saying. */
function canonical(authority: string): string {
	if (authority.endsWith(":80")) return authority.slice(0, -3);
	return authority.endsWith(":443") ? authority.slice(0, -4) : authority;
}

/**
 * Whether a page of this origin is one of ours, or one that the owner has named (a proxy's name).
 * @param origin - As in the header Origin.
 * @param authority - As in Host, in lower case; undefined when there was none. */
export function isOurOrigin(origin: string, authority: string | undefined, added: readonly string[]): boolean {
	const lower = origin.toLowerCase();
	const scheme = ["http://", "https://"].find((start) => lower.startsWith(start));
	if (scheme === undefined) return false;
	const own = lower.slice(scheme.length);
	if (added.includes(hostOf(own))) return true;
	return authority !== undefined && canonical(own) === canonical(authority);
}
