/** Where telegrams come from. */
export type Source =
	| { readonly kind: "simulator" }
	| { readonly kind: "stdin" }
	| { readonly kind: "serial"; readonly path: string }
	| { readonly kind: "file"; readonly path: string }
	/** `host` is without the brackets of an IPv6 address. */
	| { readonly kind: "tcp"; readonly host: string; readonly port: number };

/** For people. */
export const SOURCE_FORMAT = "simulator, serial:PATH, tcp:HOST:PORT, file:PATH or - (standard input)";

const MAX_PORT = 65_535;

/** Digits alone make a number here: no sign, no exponent, no space. */
function parsePort(text: string): number {
	if (text.length === 0 || text.length > 5) return Number.NaN;
	let port = 0;
	for (let i = 0; i < text.length; i++) {
		const digit = text.charCodeAt(i) - 48;
		if (digit < 0 || digit > 9) return Number.NaN;
		port = port * 10 + digit;
	}
	return port >= 1 && port <= MAX_PORT ? port : Number.NaN;
}

/** Splits `HOST:PORT`, an IPv6 address in brackets; undefined when it is none, or the port is not 1 to 65535. */
export function parseHostAndPort(text: string): { readonly host: string; readonly port: number } | undefined {
	const colon = text.lastIndexOf(":");
	const port = parsePort(text.slice(colon + 1));
	let host = text.slice(0, Math.max(0, colon));
	if (host.startsWith("[") && host.endsWith("]")) host = host.slice(1, -1);
	else if (host.includes(":")) return undefined;
	return host === "" || Number.isNaN(port) ? undefined : { host, port };
}

/** Reads {@link SOURCE_FORMAT}; undefined for anything else. */
export function parseSource(text: string): Source | undefined {
	if (text === "simulator") return { kind: "simulator" };
	if (text === "-") return { kind: "stdin" };
	const colon = text.indexOf(":");
	const rest = text.slice(colon + 1);
	if (colon < 0 || rest === "") return undefined;
	switch (text.slice(0, colon)) {
		case "serial":
			return { kind: "serial", path: rest };
		case "file":
			return { kind: "file", path: rest };
		case "tcp": {
			const place = parseHostAndPort(rest);
			return place === undefined ? undefined : { kind: "tcp", ...place };
		}
		default:
			return undefined;
	}
}
