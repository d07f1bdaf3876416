import { type HttpAnswer, type HttpDongle, JSON_HEADERS } from "./http.js";
import { asObject, parseObject, textOf } from "./json.js";
import { parseSettings, type Setting } from "./settings.js";

/** Why something was not done. */
export type Problem =
	/** There was no answer. */
	| { readonly kind: "lost" }
	/** The owner's password is needed, or was wrong. */
	| { readonly kind: "password" | "wrong-password" }
	/** `message` is the dongle's own, in English; `key` is of the setting that it is about. */
	| { readonly kind: "refused"; readonly message: string; readonly key: string | undefined };

/** Settings were changed. */
export type Change = {
	readonly kind: "changed";
	/** Some of them count after a restart only. */
	readonly needsRestart: boolean;
	/** Keys of settings that do not go together with a password for reading. */
	readonly unguarded: readonly string[];
};

/** Where the session is kept for as long as the tab is open. */
export interface SessionStore {
	getItem(key: string): string | null;
	setItem(key: string, value: string): void;
	removeItem(key: string): void;
}

/** Where the session stands. */
export const SESSION_KEY = "p1-session";
const OCTET_HEADERS = { "Content-Type": "application/octet-stream" };

/** What the owner may do over HTTP, with the password or the session that it opens. */
export class Owner {
	readonly #dongle: HttpDongle;
	readonly #store: SessionStore;

	constructor(dongle: HttpDongle, store: SessionStore) {
		this.#dongle = dongle;
		this.#store = store;
		const token = store.getItem(SESSION_KEY);
		if (token !== null) dongle.authorization = `Bearer ${token}`;
	}

	/** There is a session, as far as the page knows. */
	get isKnown(): boolean {
		return this.#dongle.authorization !== undefined;
	}

	/** Opens a session; nothing else is sent the password. */
	async unlock(password: string): Promise<Problem | undefined> {
		this.#forget();
		const answer = await this.#dongle.ask("POST", "/api/v1/session", basic(password));
		const token = textOf(parseObject(answer.text), "token");
		if (token === undefined) return problemOf(answer);
		this.#store.setItem(SESSION_KEY, token);
		this.#dongle.authorization = `Bearer ${token}`;
		return undefined;
	}

	/** The settings; undefined when there is no answer, "none" where the dongle has no settings over HTTP. */
	async settings(): Promise<readonly Setting[] | "none" | undefined> {
		const schema = await this.#dongle.ask("GET", "/api/v1/settings/schema");
		if (schema.status === 404) return "none";
		const values = await this.#dongle.ask("GET", "/api/v1/settings");
		return parseSettings(schema.text, values.text);
	}

	/** Changes settings, all or nothing. */
	async change(patch: Readonly<Record<string, unknown>>): Promise<Change | Problem> {
		const answer = await this.ask("PATCH", "/api/v1/settings", JSON.stringify(patch));
		const { restart, warnings } = parseObject(answer.text) ?? {};
		if (!Array.isArray(restart)) return problemOf(answer);
		const unguarded: string[] = [];
		for (const warning of Array.isArray(warnings) ? warnings : []) {
			const key = textOf(asObject(warning), "key");
			if (key !== undefined) unguarded.push(key);
		}
		return { kind: "changed", needsRestart: restart.length > 0, unguarded };
	}

	/** Starts the dongle again. */
	async restart(): Promise<Problem | undefined> {
		const answer = await this.ask("POST", "/api/v1/restart");
		return isDone(answer) ? undefined : problemOf(answer);
	}

	/** Chooses another password; every session ends. */
	async choosePassword(current: string, next: string): Promise<Problem | undefined> {
		const headers = { ...JSON_HEADERS, ...(current === "" ? {} : basic(current)) };
		const body = JSON.stringify({ password: next });
		const answer = await this.#dongle.ask("POST", "/api/v1/password", headers, body);
		if (!isDone(answer)) return problemOf(answer);
		this.#forget();
		return undefined;
	}

	/** Asks for anything, as the owner; never rejects. A text is JSON. */
	async ask(method: string, address: string, body?: string | Blob, timeoutMs?: number): Promise<HttpAnswer> {
		const headers = body === undefined ? {} : typeof body === "string" ? JSON_HEADERS : OCTET_HEADERS;
		const answer = await this.#dongle.ask(method, address, headers, body, timeoutMs);
		// The session is over, after a restart for example.
		if (answer.status === 401) this.#forget();
		return answer;
	}

	#forget(): void {
		this.#store.removeItem(SESSION_KEY);
		this.#dongle.authorization = undefined;
	}
}

/** Whether it was done, or is being done. */
export function isDone({ status }: HttpAnswer): boolean {
	return status >= 200 && status < 300;
}

function basic(password: string): Record<string, string> {
	const bytes = new TextEncoder().encode(`owner:${password}`);
	return { Authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` };
}

/** Why something was not done, of its answer. */
export function problemOf({ status, text }: HttpAnswer): Problem {
	const error = asObject(parseObject(text)?.error);
	const code = textOf(error, "code");
	if (code === "wrong-password") return { kind: code };
	if (status === 401) return { kind: "password" };
	const message = textOf(error, "message");
	return message === undefined ? { kind: "lost" } : { kind: "refused", message, key: textOf(error, "key") };
}
