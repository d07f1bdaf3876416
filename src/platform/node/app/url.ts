import { isIPv6 } from "node:net";

/** True for an address that only this computer reaches. */
export function isLoopback(host: string): boolean {
	return host.startsWith("127.") || host === "localhost" || host === "::1";
}

/** An address that a program on this computer can connect to, for one that is listened on. */
export function reachableHost(host: string): string {
	if (host === "0.0.0.0" || host === "") return "127.0.0.1";
	return host === "::" ? "::1" : host;
}

/** `HOST:PORT`, an IPv6 address in brackets. */
export function hostAndPort(host: string, port: number): string {
	return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** `http://HOST:PORT`, an IPv6 address in brackets. */
export function httpUrl(host: string, port: number): string {
	return `http://${hostAndPort(host, port)}`;
}
