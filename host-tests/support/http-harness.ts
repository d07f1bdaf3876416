import type { HttpLimits } from "../../src/http/limits.js";
import { type Gate, type Resource, Router } from "../../src/http/router.js";
import { HttpServer } from "../../src/http/server.js";
import { FakeClock } from "./fake-clock.js";
import { bytesOf, FakeTcp, latin1 } from "./fake-tcp.js";
import { type HandledRoute, resourceOf } from "./routes.js";

/** A server on a network, a clock and timers that the test moves. */
export type HttpHarness = {
	readonly tcp: FakeTcp;
	readonly clock: FakeClock;
	readonly server: HttpServer;
	/** What handlers threw, as `where: message`. */
	readonly faults: string[];
};

export type HttpHarnessOptions = {
	readonly routes?: readonly HandledRoute[];
	/** Beside the routes. */
	readonly resources?: readonly Resource[];
	/** Stands before the routes. */
	readonly before?: Gate["admit"];
	readonly limits?: Partial<HttpLimits>;
};

/** `GET /hello` answers "hello"; more routes as the test wants. */
export const HELLO: HandledRoute = {
	method: "GET",
	path: "/hello",
	handle: (_request, response) => response.respondText(200, "text/plain", "hello"),
};

/** `POST /echo` answers its body, up to 64 bytes of it. */
export const ECHO: HandledRoute = {
	method: "POST",
	path: "/echo",
	maxBodyBytes: 64,
	handle: (request, response) => {
		let body = "";
		request.readBody({
			onBytes: (bytes, offset, end) => {
				body += latin1(bytes.subarray(offset, end));
			},
			onEnd: () => response.respond(200, "text/plain", bytesOf(body), 0, body.length),
			onAborted: () => {},
		});
	},
};

export function httpHarness(options: HttpHarnessOptions = {}): HttpHarness {
	const tcp = new FakeTcp();
	const clock = new FakeClock();
	const faults: string[] = [];
	const { routes = [HELLO, ECHO], resources = [], before } = options;
	const gate = before && { admit: before, sendElsewhere: () => false };
	const server = new HttpServer({
		openListener: tcp.open,
		port: 80,
		router: new Router({ resources: [resourceOf(...routes), ...resources], ...(gate === undefined ? {} : { gate }) }),
		clock,
		timers: clock,
		...(options.limits === undefined ? {} : { limits: options.limits }),
		onError: (code, detail) => faults.push(`${code}: ${detail}`),
		onFault: (where, error) => faults.push(`${where}: ${error instanceof Error ? error.message : String(error)}`),
	});
	return { tcp, clock, server, faults };
}

export type ParsedResponse = {
	readonly status: number;
	/** Names in lower case. */
	readonly headers: ReadonlyMap<string, string>;
	readonly body: string;
};

/**
 * Parses what a server sent, strictly, into its responses, those with 1xx included.
 * @param methods - of the requests answered, in order; "GET" where missing. HEAD has no body.
 * @param isClosed - the connection is over: the last body may end with it.
 * @throws Error for anything that is not a row of complete responses.
 */
export function parseResponses(text: string, methods: readonly string[] = [], isClosed = false): ParsedResponse[] {
	const responses: ParsedResponse[] = [];
	let answered = 0;
	for (let at = 0; at < text.length; ) {
		const headEnd = text.indexOf("\r\n\r\n", at);
		if (headEnd < 0) throw new Error(`incomplete head: ${JSON.stringify(text.slice(at))}`);
		const [statusLine = "", ...lines] = text.slice(at, headEnd).split("\r\n");
		const [, digits = ""] = /^HTTP\/1\.1 (\d{3}) [ -~]*$/.exec(statusLine) ?? fail(statusLine);
		const headers = new Map<string, string>();
		for (const line of lines) {
			const [, name = "", value = ""] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ([ -~]*)$/.exec(line) ?? fail(line);
			const key = name.toLowerCase();
			const before = headers.get(key);
			// A list may be in two lines: an upgrade is offered, and the connection closes all the same.
			if (before !== undefined && key !== "connection") fail(`twice: ${line}`);
			headers.set(key, before === undefined ? value : `${before}, ${value}`);
		}
		const status = Number(digits);
		at = headEnd + 4;
		let body = "";
		const isInterim = status < 200 && status !== 101;
		const method = isInterim ? "" : (methods[answered] ?? "GET");
		if (!isInterim) answered++;
		if (status === 101) {
			responses.push({ status, headers, body: text.slice(at) });
			break;
		}
		if (!isInterim && method !== "HEAD" && status !== 204 && status !== 304) {
			const length = headers.get("content-length");
			if (length !== undefined) {
				if (headers.has("transfer-encoding") || !/^\d+$/.test(length)) fail(`length of ${statusLine}`);
				body = text.slice(at, at + Number(length));
				if (body.length < Number(length)) fail(`body cut short: ${statusLine}`);
				at += body.length;
			} else if (headers.get("transfer-encoding") === "chunked") {
				for (;;) {
					const [line = "", size = ""] = /^([0-9a-f]+)\r\n/.exec(text.slice(at)) ?? fail("chunk size");
					const start = at + line.length;
					const end = start + Number.parseInt(size, 16);
					if (text.slice(end, end + 2) !== "\r\n") fail("chunk end");
					body += text.slice(start, end);
					at = end + 2;
					if (start === end) break;
				}
			} else {
				if (!isClosed) fail(`no end of the body: ${statusLine}`);
				body = text.slice(at);
				at = text.length;
			}
		}
		responses.push({ status, headers, body });
	}
	return responses;
}

function fail(what: string): never {
	throw new Error(`not HTTP: ${JSON.stringify(what)}`);
}
