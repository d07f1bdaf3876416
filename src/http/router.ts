import { fixedMemory } from "../core/fixed-memory.js";
import { asciiBytes } from "./ascii.js";
import type { Exchange } from "./exchange.js";
import { BODY_TOO_LARGE } from "./faults.js";
import type { HttpRequest, HttpResponse } from "./message.js";

/** HEAD and OPTIONS need no route: they follow from GET and from the table. */
export type RouteMethod = "GET" | "PUT" | "POST" | "PATCH" | "DELETE";

/** Who may use an address; the router leaves it to its {@link Gate} to find out who asks. */
export type RouteAccess =
	/** Everybody: it shows nothing of the meter and nothing of the owner's. */
	| "public"
	/** Whoever may read. */
	| "read"
	/** The owner. */
	| "owner"
	/** The owner with the password itself: a session is not enough. */
	| "password";

/** One address. */
export interface Route {
	readonly method: RouteMethod;
	/** The exact path: ASCII, from "/", as clients send it; a query does not count. */
	readonly path: string;
	/** Largest request body in bytes, more is answered with 413. Absent: none at all. */
	readonly maxBodyBytes?: number;
	/** Absent: "read" for GET, "owner" for what may change something. */
	readonly access?: RouteAccess;
	/** Every answer says `Cache-Control: no-store`. */
	readonly noStore?: boolean;
	/** What the index of the API calls it; absent: it is not in there. */
	readonly name?: string;
}

/** What answers at some addresses: one object for all of them, so that a device has the addresses themselves in flash. */
export interface Resource {
	/** Always the same ones, in the same order. */
	readonly routes: readonly Route[];
	/** Answers a request for one of {@link routes}. An exception is reported and answered with 500. */
	handle(request: HttpRequest, response: HttpResponse, route: Route): void;
}

/** Stands before the addresses. */
export interface Gate {
	/**
	 * Called before each handler; false: it has answered itself, for example that a password is needed, or will answer or
	 * have the resource handle the request itself once it knows more. */
	admit(request: HttpRequest, response: HttpResponse, route: Route, resource: Resource): boolean;
	/** Called for a path that no route has; true: it has answered. Else the answer is 404. */
	sendElsewhere(request: HttpRequest, response: HttpResponse): boolean;
}

/** The table of addresses. */
export interface RouterOptions {
	readonly resources: readonly Resource[];
	/** Absent: everybody may do everything. */
	readonly gate?: Gate;
}

/** Finds the route of a request by exact path and method; answers 404, 405, 413 and OPTIONS by itself. */
export class Router {
	readonly #resources: readonly Resource[];
	/** Of all routes in their order, one behind the other; and where each ends. */
	readonly #paths: Uint8Array;
	readonly #ends: Uint16Array;
	readonly #gate: Gate | undefined;

	/** @throws RangeError for a path that no request can have, or a route that is there twice. */
	constructor({ resources, gate }: RouterOptions) {
		const routes = resources.flatMap(({ routes: some }) => some);
		for (const [index, { method, path }] of routes.entries()) {
			if (!isPath(path)) throw new RangeError(`route ${method} ${path}: not a path in ASCII without query`);
			const first = routes.findIndex((route) => route.method === method && route.path === path);
			if (first !== index) throw new RangeError(`route ${method} ${path}: there twice`);
		}
		this.#resources = resources;
		this.#gate = gate;
		const endsBytes = 2 * routes.length;
		const memory = fixedMemory(endsBytes + routes.reduce((sum, { path }) => sum + path.length, 0));
		this.#ends = new Uint16Array(memory, 0, routes.length);
		this.#paths = new Uint8Array(memory, endsBytes);
		let end = 0;
		for (const [index, { path }] of routes.entries()) {
			this.#paths.set(asciiBytes(path), end);
			end += path.length;
			this.#ends[index] = end;
		}
	}

	/** Has the exchange answered, now or later. */
	dispatch(exchange: Exchange): void {
		const method = exchange.method;
		const wanted = method === "HEAD" ? "GET" : method;
		let isKnownPath = false;
		let number = 0;
		let start = 0;
		for (let i = 0; i < this.#resources.length; i++) {
			const resource = this.#resources[i] as Resource;
			const { routes } = resource;
			for (let k = 0; k < routes.length; k++) {
				const end = this.#ends[number++] as number;
				const isMatch = exchange.matches(this.#paths, start, end);
				start = end;
				if (!isMatch) continue;
				isKnownPath = true;
				const route = routes[k] as Route;
				if (route.method !== wanted) continue;
				this.#handle(exchange, route, resource);
				return;
			}
		}
		if (method === "OPTIONS" && (isKnownPath || exchange.pathIs("*"))) {
			exchange.respondEmpty(204, ["Allow", this.#allow(exchange)]);
		} else if (isKnownPath) {
			const allow = this.#allow(exchange);
			exchange.respondError(405, "method-not-allowed", `This address knows ${allow} only.`, ["Allow", allow]);
		} else if (this.#gate?.sendElsewhere(exchange, exchange) !== true) {
			exchange.respondError(404, "not-found", "Nothing is at this address. Check the path for a slip of the pen.");
		}
	}

	#handle(exchange: Exchange, route: Route, resource: Resource): void {
		exchange.maxBodyBytes = route.maxBodyBytes ?? 0;
		exchange.noStore = route.noStore === true;
		const lengthBytes = exchange.contentLengthBytes ?? 1;
		if (exchange.hasBody && lengthBytes > exchange.maxBodyBytes) exchange.respondFault(BODY_TOO_LARGE);
		else if (this.#gate?.admit(exchange, exchange, route, resource) ?? true) resource.handle(exchange, exchange, route);
	}

	/** The methods of the request's path; those of the whole table for `*`. */
	#allow(exchange: Exchange): string {
		const methods = ["OPTIONS"];
		const everywhere = exchange.pathIs("*");
		for (const { routes } of this.#resources) {
			for (const { method, path } of routes) {
				if (!(everywhere || exchange.pathIs(path)) || methods.includes(method)) continue;
				methods.push(method);
				if (method === "GET") methods.push("HEAD");
			}
		}
		return methods.join(", ");
	}
}

function isPath(path: string): boolean {
	for (let i = 0; i < path.length; i++) {
		const unit = path.charCodeAt(i);
		if (unit <= 0x20 || unit >= 0x7f || unit === 0x23 || unit === 0x3f) return false;
	}
	return path.charCodeAt(0) === 0x2f;
}
