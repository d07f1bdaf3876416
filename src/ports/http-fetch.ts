/** Where to fetch from: plain HTTP. */
export type HttpFetchTarget = {
	/** A name or a dotted IPv4 address. */
	readonly host: string;
	/** 1 to 65535. */
	readonly port: number;
	/** From "/" on, with the query; visible ASCII. */
	readonly path: string;
};

export type HttpFetchHead = {
	readonly status: number;
	/** Value of Content-Length as it was sent; undefined when there was none, or when the body is chunked. */
	readonly contentLength: string | undefined;
	/** Value of Location as it was sent. */
	readonly location: string | undefined;
};

export type HttpFetchFailure =
	/** The name has no address. */
	| "unknown-host"
	/** No connection was made, or none with a head of an answer. */
	| "unreachable"
	/** The connection ended before the body did, or what came is no HTTP. */
	| "broken-off";

/** What whoever fetches is told. Every callback may close the fetch, after which none comes. */
export interface HttpFetchHandler {
	/** Once, first. */
	onHead(head: HttpFetchHead): void;
	/** Bytes `[offset, end)` of a buffer that is reused: valid during the call only. Takes all of them. */
	onBytes(bytes: Uint8Array, offset: number, end: number): void;
	/** The body is complete. */
	onEnd(): void;
	/** Once, instead of {@link onEnd}. `detail` is for people. */
	onFailed(failure: HttpFetchFailure, detail: string): void;
}

export interface HttpFetchJob {
	/** Idempotent; silences the callbacks. */
	close(): void;
}

/**
 * GETs one body, without following redirects. Nothing is called back before it has returned. There are no time limits: the
 * owner closes what takes too long. */
export type HttpFetch = (target: HttpFetchTarget, handler: HttpFetchHandler) => HttpFetchJob;
