import { asciiJson } from "../../core/json-text.js";
import { utf8Bytes } from "../../core/utf8.js";
import type { HttpRequest, HttpResponse } from "../../http/message.js";
import type { Resource, Route } from "../../http/router.js";
import type { Timers } from "../../ports/clock.js";
import type { Access } from "../../services/access/access.js";
import { passwordProblem } from "../../services/access/password-record.js";
import { MAX_TOKENS, tokenNameProblem } from "../../services/access/read-tokens.js";
import { BUSY_CHECKING, BUSY_HEADERS } from "../../services/access/refusals.js";
import { SESSION_IDLE_MS, SESSION_LIFE_MS } from "../../services/access/sessions.js";
import { onlyText, readJson, respondBadValue } from "./json-body.js";

/** One member, a password of 64 characters or a name of 32. */
const BODY_BYTES = 512;
const JSON_TYPE = "application/json";
/** The answer leaves first. */
const RESTART_AFTER_MS = 500;

export type OwnerApiOptions = {
	readonly access: Access;
	/** The guard before these routes. */
	readonly guard: { endSession(request: HttpRequest): void };
	/** Starts the program or the device again; a text says why it cannot. */
	readonly restart: (() => void) | string;
	readonly timers: Timers;
};

const CHOOSE_PASSWORD: Route = Object.freeze({
	method: "POST",
	path: "/api/v1/password",
	access: "password",
	noStore: true,
	maxBodyBytes: BODY_BYTES,
});
const OPEN_SESSION: Route = Object.freeze({
	method: "POST",
	path: "/api/v1/session",
	access: "password",
	noStore: true,
});
const END_SESSION: Route = Object.freeze({ method: "DELETE", path: "/api/v1/session", noStore: true });
const LIST_TOKENS: Route = Object.freeze({ method: "GET", path: "/api/v1/tokens", access: "owner", noStore: true });
const ADD_TOKEN: Route = Object.freeze({
	method: "POST",
	path: "/api/v1/tokens",
	noStore: true,
	maxBodyBytes: BODY_BYTES,
});
const REMOVE_TOKEN: Route = Object.freeze({ method: "DELETE", path: "/api/v1/tokens", noStore: true });
const RESTART: Route = Object.freeze({ method: "POST", path: "/api/v1/restart", noStore: true });
const ROUTES = Object.freeze([
	CHOOSE_PASSWORD,
	OPEN_SESSION,
	END_SESSION,
	LIST_TOKENS,
	ADD_TOKEN,
	REMOVE_TOKEN,
	RESTART,
]);

/** What is the owner's: password, session, tokens for reading, restart. */
export class OwnerApi implements Resource {
	readonly #options: OwnerApiOptions;

	/** @param options - kept. */
	constructor(options: OwnerApiOptions) {
		this.#options = options;
	}

	get routes(): readonly Route[] {
		return ROUTES;
	}

	handle(request: HttpRequest, response: HttpResponse, route: Route): void {
		const { access, guard } = this.#options;
		if (route === CHOOSE_PASSWORD) choosePassword(access, request, response);
		else if (route === OPEN_SESSION) {
			const session = { token: access.sessions.open(), idleS: SESSION_IDLE_MS / 1000, lifeS: SESSION_LIFE_MS / 1000 };
			response.respondText(201, JSON_TYPE, asciiJson(session));
		} else if (route === END_SESSION) {
			guard.endSession(request);
			response.respondEmpty(204);
		} else if (route === LIST_TOKENS) {
			const tokens = access.tokens.list.map(({ id, name }) => ({ id, name }));
			response.respondText(200, JSON_TYPE, asciiJson({ tokens }));
		} else if (route === ADD_TOKEN) addToken(access, request, response);
		else if (route === REMOVE_TOKEN) removeToken(access, request.query("id") ?? "", response);
		else this.#restart(response);
	}

	#restart(response: HttpResponse): void {
		const { restart, timers } = this.#options;
		if (typeof restart === "string") response.respondError(409, "restart-impossible", restart);
		else {
			response.respondEmpty(202);
			timers.after(RESTART_AFTER_MS, restart);
		}
	}
}

/** The text that a body has under its only member; undefined, and 400, when it has not. */
function wantedText(value: unknown, name: string, response: HttpResponse): string | undefined {
	const text = onlyText(value, name);
	if (text === undefined) respondBadValue(response, name, `Send an object with one member: {"${name}":"..."}`);
	return text;
}

function respondNotSaved(response: HttpResponse, what: string, problem: string): void {
	response.respondError(500, "not-saved", `${what} could not be saved: ${problem}`);
}

function errorText(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

function choosePassword(access: Access, request: HttpRequest, response: HttpResponse): void {
	readJson(request, response, BODY_BYTES, (value) => {
		const password = wantedText(value, "password", response);
		if (password === undefined) return;
		const problem = passwordProblem(password);
		if (problem !== undefined) {
			respondBadValue(response, "password", problem);
			return;
		}
		const isTaken = access.changePassword(utf8Bytes(password), (failure) => {
			if (failure === undefined) response.respondEmpty(204);
			else respondNotSaved(response, "The password", failure);
		});
		if (isTaken) return;
		const { status, code, message } = BUSY_CHECKING;
		response.respondError(status, code, message, BUSY_HEADERS);
	});
}

function addToken(access: Access, request: HttpRequest, response: HttpResponse): void {
	readJson(request, response, BODY_BYTES, (value) => {
		const name = wantedText(value, "name", response);
		if (name === undefined) return;
		const problem = tokenNameProblem(name);
		if (problem !== undefined) {
			respondBadValue(response, "name", problem);
			return;
		}
		try {
			const added = access.tokens.add(name);
			if (added === undefined) {
				response.respondError(409, "too-many-tokens", `There are ${MAX_TOKENS} tokens already. Remove one first.`);
			} else {
				const { id, text: token } = added;
				response.respondText(201, JSON_TYPE, asciiJson({ id, name, token }));
			}
		} catch (error) {
			respondNotSaved(response, "The token", errorText(error));
		}
	});
}

function removeToken(access: Access, id: string, response: HttpResponse): void {
	try {
		if (access.tokens.remove(id)) response.respondEmpty(204);
		else response.respondError(404, "unknown-token", "No token has this id. GET /api/v1/tokens lists them.");
	} catch (error) {
		respondNotSaved(response, "The removal", errorText(error));
	}
}
