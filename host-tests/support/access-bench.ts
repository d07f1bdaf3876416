import { type Resource, Router } from "../../src/http/router.js";
import { HttpServer } from "../../src/http/server.js";
import { Access } from "../../src/services/access/access.js";
import { AccessGuard, type AccessPolicy, type SetupPlace } from "../../src/services/access/guard.js";
import { FakeClock } from "./fake-clock.js";
import { DERIVATION_MS, FakeCrypto } from "./fake-crypto.js";
import { FakeTcp } from "./fake-tcp.js";
import { RecordingStore } from "./faulty-store.js";
import { type ParsedResponse, parseResponses } from "./http-harness.js";
import { type HandledRoute, resourceOf } from "./routes.js";

export const PASSWORD = "correct horse";
export const WRONG_PASSWORD = "battery staple";

export type AccessRequest = {
	readonly method?: string;
	readonly host?: string | undefined;
	readonly origin?: string;
	readonly authorization?: string;
	readonly address?: string;
	readonly body?: string;
	readonly headers?: readonly string[];
};

export function basic(password: string, user = "owner"): string {
	return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

function route(method: HandledRoute["method"], path: string, rest: Partial<HandledRoute> = {}): HandledRoute {
	return {
		method,
		path,
		maxBodyBytes: 64,
		handle: (_request, response) => response.respondText(200, "text/plain", "done"),
		...rest,
	};
}

/** A route of each kind, as the table of the policy has them. */
export const ACCESS_ROUTES: readonly HandledRoute[] = [
	route("GET", "/public", { access: "public" }),
	route("GET", "/read"),
	route("POST", "/read-by-post", { access: "read" }),
	route("GET", "/owner", { access: "owner" }),
	route("POST", "/change"),
	route("PUT", "/change"),
	route("PATCH", "/change"),
	route("DELETE", "/change"),
	route("POST", "/password", { access: "password" }),
	route("POST", "/throws", {
		handle: () => {
			throw new Error("broken handler");
		},
	}),
];

/** A server behind an {@link AccessGuard}, on a network and a clock in a test's hand. */
export class AccessBench implements SetupPlace {
	readonly clock = new FakeClock();
	readonly crypto = new FakeCrypto(this.clock);
	readonly tcp = new FakeTcp();
	readonly log: string[] = [];
	readonly faults: string[] = [];
	readonly access: Access;
	readonly guard: AccessGuard;
	readonly server: HttpServer;
	policy: AccessPolicy = { readAccess: "open", httpNames: "" };
	/** The address of the setup network. */
	setupAddress: string | undefined;

	readonly store: RecordingStore;

	/** @param resourcesOf - Given the access and its guard. */
	constructor(
		store = new RecordingStore(),
		resourcesOf: (bench: Pick<AccessBench, "access" | "guard" | "clock">) => readonly Resource[] = () => [
			resourceOf(...ACCESS_ROUTES),
		],
	) {
		const { clock, crypto } = this;
		this.store = store;
		const log = { info: (line: string) => this.log.push(line), warn: (line: string) => this.log.push(line) };
		this.access = new Access({ crypto, store, clock, log, iterations: 1000 });
		const onFault = (where: string, error: unknown) => this.faults.push(`${where}: ${String(error)}`);
		this.guard = new AccessGuard({
			access: this.access,
			settings: this,
			ownNames: ["p1-aabbcc"],
			howToChoose: "Press the button.",
			faults: { report: onFault },
		});
		this.guard.setup = this;
		this.server = new HttpServer({
			openListener: this.tcp.open,
			port: 80,
			router: new Router({ resources: resourcesOf(this), gate: this.guard }),
			clock,
			timers: clock,
			limits: { maxConnections: 16 },
			onError: (code, detail) => this.faults.push(`${code}: ${detail}`),
			onFault,
		});
	}

	/** As settings of the guard. */
	get current(): AccessPolicy {
		return this.policy;
	}

	isClient(address: string): boolean {
		return address === this.setupAddress;
	}

	portalFor(address: string): string | undefined {
		return this.isClient(address) ? "http://192.168.4.1/" : undefined;
	}

	/** Chooses {@link PASSWORD}, or another one. */
	choose(password = PASSWORD): this {
		this.access.changePassword(new TextEncoder().encode(password), (problem) => {
			if (problem !== undefined) throw new Error(problem);
		});
		this.clock.advance(DERIVATION_MS);
		return this;
	}

	/** One request on a connection of its own, and as much time as a password hash takes. */
	ask(path: string, request: AccessRequest = {}): ParsedResponse {
		const [response, ...more] = this.#asked(path, request, () => this.clock.advance(DERIVATION_MS));
		if (response === undefined || more.length > 0) throw new Error("not one response");
		return response;
	}

	/** As {@link ask} without any time: none when the answer takes some. */
	askNow(path: string, request: AccessRequest = {}): ParsedResponse | undefined {
		return this.#asked(path, request, () => {})[0];
	}

	#asked(path: string, request: AccessRequest, wait: () => void): ParsedResponse[] {
		const { method = "GET" } = request;
		const peer = this.tcp.connect(undefined, request.address);
		peer.send(requestText(path, request));
		wait();
		const responses = parseResponses(peer.received, [method], peer.state !== "open");
		peer.end();
		return responses;
	}
}

function requestText(path: string, request: AccessRequest): string {
	const { method = "GET", origin, authorization, body, headers = [] } = request;
	const host = "host" in request ? request.host : "192.0.2.9";
	const lines = [
		`${method} ${path} HTTP/${host === undefined ? "1.0" : "1.1"}`,
		...(host === undefined ? ["Connection: keep-alive"] : [`Host: ${host}`]),
		...(origin === undefined ? [] : [`Origin: ${origin}`]),
		...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
		...(body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
		...headers,
	];
	// As bytes: a body in UTF-8.
	return `${lines.join("\r\n")}\r\n\r\n${Buffer.from(body ?? "").toString("latin1")}`;
}

/** The code of an error; "" for anything else. */
export function codeOf({ status, body }: ParsedResponse): string {
	if (status < 400) return "";
	return (JSON.parse(body) as { error: { code: string } }).error.code;
}
