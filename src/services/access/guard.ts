import { asciiBytes } from "../../http/ascii.js";
import { type HttpFault, INTERNAL_ERROR } from "../../http/faults.js";
import type { HeaderList, HttpRequest, HttpResponse } from "../../http/message.js";
import { NO_HEADERS } from "../../http/response-head.js";
import type { Gate, Resource, Route, RouteAccess } from "../../http/router.js";
import type { Access, PasswordVerdict } from "./access.js";
import { parseAuthorization } from "./credentials.js";
import { isOurHost, isOurOrigin, splitNames } from "./host-names.js";
import {
	BAD_CREDENTIALS,
	BUSY_CHECKING,
	BUSY_HEADERS,
	FOREIGN_ORIGIN,
	NO_CREDENTIALS,
	NO_PASSWORD_CODE,
	PASSWORD_ITSELF,
	READING_ONLY,
	TOO_MANY_GUESSES,
	UNKNOWN_HOST,
	WRONG_PASSWORD,
} from "./refusals.js";

/** What the owner may change about access while the program runs. */
export type AccessPolicy = {
	/** Who may read: everybody who reaches the port, or who has the password or a token. */
	readonly readAccess: "open" | "password";
	/** Further names of this dongle, separated by spaces. */
	readonly httpNames: string;
};

/** Where the owner sets the device up, such as its own setup network. */
export interface SetupPlace {
	/** Whether a peer at this address is there: as long as there is no password, it may do everything. */
	isClient(address: string): boolean;
	/**
	 * Where a peer there is sent when it asks for a name that is not ours: phones look for their makers' pages there, and show
	 * what they find instead. Undefined: it is not there. */
	portalFor(address: string): string | undefined;
}

export type AccessGuardOptions = {
	readonly access: Access;
	/** Asked at each request: changes count at once. */
	readonly settings: { readonly current: AccessPolicy };
	/** Names of the device, in lower case, without suffix. */
	readonly ownNames: readonly string[];
	/** For people: how to choose the first password. */
	readonly howToChoose: string;
	/** Told of a handler that threw after its password was checked. */
	readonly faults: { report(where: string, error: unknown): void };
};

/**
 * A browser that is asked for Basic shows a dialog, and sends the password with every later request, whoever causes it: so
 * Basic is taken but never asked for. */
const CHALLENGE: HeaderList = Object.freeze(["WWW-Authenticate", 'Bearer realm="p1-dongle"']);
const NO_NAMES: readonly string[] = Object.freeze([]);
// Constants: on XS a literal in a function may be copied each time.
const GET = "GET";
const PUBLIC: RouteAccess = "public";
const READ: RouteAccess = "read";
const OWNER: RouteAccess = "owner";
const OPEN: AccessPolicy["readAccess"] = "open";
const ORIGIN = "origin";
const AUTHORIZATION = "authorization";
const TOKEN = "token";
/** Hosts that were found to be ours, so that a poller's next request makes no garbage. */
const KNOWN_HOSTS = 4;

/** Who somebody has shown to be. `nobody`: nothing was shown. */
type Standing = "nobody" | "reader" | "owner";

/**
 * Stands before every route: is the request meant for us (Host), does a page of another site cause it (Origin), and may
 * whoever sends it do that? An open read costs no garbage.
 *
 * | route    | readAccess open | readAccess password      | without a password                |
 * |----------|-----------------|--------------------------|-----------------------------------|
 * | public   | everybody       | everybody                | everybody                         |
 * | read     | everybody       | password, session, token | a token, a session, during setup  |
 * | owner    | password or session                       || a session, or during setup        |
 * | password | the password itself                       || a session, or during setup        |
 *
 * A session without a password there is for who sets the device up over its own cable.
 */
export class AccessGuard implements Gate {
	/** Set where there is one; undefined: nobody is there. */
	setup: SetupPlace | undefined;
	readonly #access: Access;
	readonly #settings: AccessGuardOptions["settings"];
	readonly #ownNames: readonly string[];
	readonly #howToChoose: string;
	readonly #faults: AccessGuardOptions["faults"];
	readonly #knownHosts: Uint8Array[] = [];
	#nextKnown = 0;
	/** The setting that {@link #knownHosts} and {@link #added} follow from. */
	#names: string | undefined;
	#added = NO_NAMES;

	constructor(options: AccessGuardOptions) {
		this.#access = options.access;
		this.#settings = options.settings;
		this.#ownNames = options.ownNames;
		this.#howToChoose = options.howToChoose;
		this.#faults = options.faults;
	}

	/** True when the resource may answer now. */
	admit(request: HttpRequest, response: HttpResponse, route: Route, resource: Resource): boolean {
		const { readAccess, httpNames } = this.#settings.current;
		this.#follow(httpNames);
		if (!this.#isForUs(request)) return this.sendElsewhere(request, response) ? false : refuse(response, UNKNOWN_HOST);
		const origin = request.header(ORIGIN);
		if (origin !== undefined && !isOurOrigin(origin, request.host, this.#added))
			return refuse(response, FOREIGN_ORIGIN);
		const needed = accessOf(route);
		if (needed === PUBLIC || (needed === READ && readAccess === OPEN)) return true;
		return this.#identify(request, response, route, resource, needed);
	}

	/** Sends a phone in the setup network to us, whatever it asks for. */
	sendElsewhere(request: HttpRequest, response: HttpResponse): boolean {
		const portal = request.method === GET ? this.setup?.portalFor(request.remoteAddress) : undefined;
		if (portal === undefined || this.#isForUs(request)) return false;
		response.respondEmpty(303, ["Location", portal]);
		return true;
	}

	/** Ends the session that a request was made with; all sessions, when it was made with the password. */
	endSession(request: HttpRequest): void {
		const access = this.#access;
		const credentials = parseAuthorization(request.header(AUTHORIZATION) ?? "");
		const hash = credentials.kind === "bearer" ? access.hashOf(credentials.token) : undefined;
		if (hash === undefined) access.sessions.endAll();
		else access.sessions.end(hash);
	}

	#identify(
		request: HttpRequest,
		response: HttpResponse,
		route: Route,
		resource: Resource,
		needed: RouteAccess,
	): boolean {
		const isChosen = this.#access.hasPassword;
		if (!isChosen && (this.setup?.isClient(request.remoteAddress) === true || this.#hasFirstSession(request)))
			return true;
		if (!isChosen && needed !== "read") {
			response.respondError(403, NO_PASSWORD_CODE, `No password has been chosen yet. ${this.#howToChoose}`);
			return false;
		}
		const header = request.header(AUTHORIZATION);
		if (header === undefined) {
			// A WebSocket of a browser, and some programs, can send no header.
			const token = needed === "read" ? request.query(TOKEN) : undefined;
			if (token === undefined) return refuse(response, NO_CREDENTIALS, CHALLENGE);
			return this.#standingOf(token) === "reader" || refuse(response, BAD_CREDENTIALS, CHALLENGE);
		}
		const credentials = parseAuthorization(header);
		if (credentials.kind === "malformed") return refuse(response, BAD_CREDENTIALS, CHALLENGE);
		if (credentials.kind === "basic") {
			this.#judge(credentials.password, request, response, route, resource);
			return false;
		}
		const standing = this.#standingOf(credentials.token);
		if (standing === "nobody") return refuse(response, BAD_CREDENTIALS, CHALLENGE);
		if (needed === "password") return refuse(response, PASSWORD_ITSELF);
		return standing === "owner" || needed === "read" || refuse(response, READING_ONLY);
	}

	/** A session from before there was a password: whoever has the device's cable in hand was given it. */
	#hasFirstSession(request: HttpRequest): boolean {
		const credentials = parseAuthorization(request.header(AUTHORIZATION) ?? "");
		return credentials.kind === "bearer" && this.#standingOf(credentials.token) === "owner";
	}

	#standingOf(token: string): Standing {
		const access = this.#access;
		const hash = access.hashOf(token);
		if (hash === undefined) return "nobody";
		if (access.sessions.use(hash)) return "owner";
		return access.tokens.has(hash) ? "reader" : "nobody";
	}

	#judge(password: Uint8Array, request: HttpRequest, response: HttpResponse, route: Route, resource: Resource): void {
		const isWanted = (): boolean => response.isOpen;
		this.#access.judge(request.remoteAddress, password, isWanted, (verdict) => {
			if (verdict.kind === "right") this.#handle(request, response, route, resource);
			else refuseVerdict(response, verdict);
		});
	}

	/** In the router's place, since it has returned long ago. */
	#handle(request: HttpRequest, response: HttpResponse, route: Route, resource: Resource): void {
		if (!response.isOpen) return;
		try {
			resource.handle(request, response, route);
		} catch (error) {
			this.#faults.report("http handler", error);
			if (response.isOpen) refuse(response, INTERNAL_ERROR);
		}
	}

	#follow(names: string): void {
		if (names === this.#names) return;
		this.#names = names;
		this.#added = splitNames(names);
		this.#knownHosts.length = 0;
		this.#nextKnown = 0;
	}

	#isForUs(request: HttpRequest): boolean {
		for (let i = 0; i < this.#knownHosts.length; i++) {
			if (request.hostIs(this.#knownHosts[i] as Uint8Array)) return true;
		}
		const { host } = request;
		// No browser leaves Host out or empty.
		if (host === undefined || host === "") return true;
		if (!isOurHost(host, this.#ownNames, this.#added)) return false;
		this.#knownHosts[this.#nextKnown] = asciiBytes(host);
		this.#nextKnown = (this.#nextKnown + 1) % KNOWN_HOSTS;
		return true;
	}
}

/** Who may use a route: what changes something is the owner's unless the route says otherwise. */
export function accessOf(route: Route): RouteAccess {
	return route.access ?? (route.method === GET ? READ : OWNER);
}

function refuse(response: HttpResponse, fault: HttpFault, headers = NO_HEADERS): false {
	response.respondError(fault.status, fault.code, fault.message, headers);
	return false;
}

function refuseVerdict(response: HttpResponse, verdict: PasswordVerdict): void {
	if (verdict.kind === "wait") {
		refuse(response, TOO_MANY_GUESSES, ["Retry-After", String(Math.ceil(verdict.waitMs / 1000))]);
	} else if (verdict.kind === "busy") refuse(response, BUSY_CHECKING, BUSY_HEADERS);
	else refuse(response, WRONG_PASSWORD, CHALLENGE);
}
