import { asciiBytes } from "./ascii.js";
import type { Exchange } from "./exchange.js";
import { BODY_TOO_LARGE } from "./faults.js";
import type { HttpHandler, HttpRequest, HttpResponse } from "./message.js";

/** HEAD and OPTIONS need no route: they follow from GET and from the table. */
export type RouteMethod = "GET" | "PUT" | "POST" | "PATCH" | "DELETE";

/** Who may use an address; the router leaves it to {@link RouterOptions.before} to find out who asks. */
export type RouteAccess =
	/** Everybody: it shows nothing of the meter and nothing of the owner's. */
	| "public"
	/** Whoever may read. */
	| "read"
	/** The owner. */
	| "owner"
	/** The owner with the password itself: a session is not enough. */
	| "password";

/** One address and what is done there. */
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
	readonly handle: HttpHandler;
}

/** The table of addresses. */
export interface RouterOptions {
	readonly routes: readonly Route[];
	/**
	 * Called before each handler; false: it has answered itself, for example that a password is needed, or will answer or
	 * call the handler itself once it knows more. */
	readonly before?: (request: HttpRequest, response: HttpResponse, route: Route) => boolean;
	/** Called for a path that no route has; true: it has answered. Else, and when absent, the answer is 404. */
	readonly otherwise?: (request: HttpRequest, response: HttpResponse) => boolean;
}

/** Finds the route of a request by exact path and method; answers 404, 405, 413 and OPTIONS by itself. */
export class Router {
	readonly #routes: readonly Route[];
	readonly #paths: readonly Uint8Array[];
	readonly #before: RouterOptions["before"];
	readonly #otherwise: RouterOptions["otherwise"];

	/** @throws RangeError for a path that no request can have, or a route that is there twice. */
	constructor(options: RouterOptions) {
		const { routes } = options;
		for (const [index, { method, path }] of routes.entries()) {
			if (!isPath(path)) throw new RangeError(`route ${method} ${path}: not a path in ASCII without query`);
			const first = routes.findIndex((route) => route.method === method && route.path === path);
			if (first !== index) throw new RangeError(`route ${method} ${path}: there twice`);
		}
		this.#routes = routes;
		this.#paths = routes.map(({ path }) => asciiBytes(path));
		this.#before = options.before;
		this.#otherwise = options.otherwise;
	}

	/** Has the exchange answered, now or later. */
	dispatch(exchange: Exchange): void {
		const method = exchange.method;
		const wanted = method === "HEAD" ? "GET" : method;
		let isKnownPath = false;
		for (let i = 0; i < this.#routes.length; i++) {
			const route = this.#routes[i] as Route;
			if (!exchange.matches(this.#paths[i] as Uint8Array)) continue;
			isKnownPath = true;
			if (route.method !== wanted) continue;
			this.#handle(exchange, route);
			return;
		}
		if (method === "OPTIONS" && (isKnownPath || exchange.pathIs("*"))) {
			exchange.respondEmpty(204, ["Allow", this.#allow(exchange)]);
		} else if (isKnownPath) {
			const allow = this.#allow(exchange);
			exchange.respondError(405, "method-not-allowed", `This address knows ${allow} only.`, ["Allow", allow]);
		} else if (this.#otherwise?.(exchange, exchange) !== true) {
			exchange.respondError(404, "not-found", "Nothing is at this address. Check the path for a slip of the pen.");
		}
	}

	#handle(exchange: Exchange, route: Route): void {
		exchange.maxBodyBytes = route.maxBodyBytes ?? 0;
		exchange.noStore = route.noStore === true;
		const lengthBytes = exchange.contentLengthBytes ?? 1;
		if (exchange.hasBody && lengthBytes > exchange.maxBodyBytes) exchange.respondFault(BODY_TOO_LARGE);
		else if (this.#before?.(exchange, exchange, route) ?? true) route.handle(exchange, exchange);
	}

	/** The methods of the request's path; those of the whole table for `*`. */
	#allow(exchange: Exchange): string {
		const methods = ["OPTIONS"];
		const everywhere = exchange.pathIs("*");
		for (const route of this.#routes) {
			if (!(everywhere || exchange.pathIs(route.path)) || methods.includes(route.method)) continue;
			methods.push(route.method);
			if (route.method === "GET") methods.push("HEAD");
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
