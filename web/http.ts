import type { Timers } from "../src/ports/clock.js";
import { EventParser } from "./event-parser.js";
import type { Dongle, ReadingAnswer, StatusAnswer, StreamHandler } from "./link.js";
import { parseStatus } from "./status.js";

/** The little of `fetch` that is needed. */
export type Fetch = (address: string, options: FetchOptions) => Promise<FetchResponse>;

export type FetchOptions = {
	readonly method: string;
	readonly headers: Record<string, string>;
	readonly body?: string | Blob;
	readonly signal: AbortSignal;
	readonly cache: "no-store";
};

export type FetchResponse = Pick<Response, "status" | "ok" | "headers" | "body" | "text">;

/** An answer of the dongle; status 0: there was none. */
export type HttpAnswer = { readonly status: number; readonly text: string; readonly etag: string | undefined };

/** The dongle answers within milliseconds; one that is gone says nothing at all. */
const TIMEOUT_MS = 8000;
const NO_ANSWER: HttpAnswer = { status: 0, text: "", etag: undefined };
const LOCKED = 401;
/** Of a body that is JSON. */
export const JSON_HEADERS = { "Content-Type": "application/json" };

/** The dongle over HTTP. */
export class HttpDongle implements Dongle {
	/** Value of the header Authorization; undefined: none. */
	authorization: string | undefined;
	readonly #fetch: Fetch;
	readonly #timers: Timers;

	constructor(fetch: Fetch, timers: Timers) {
		this.#fetch = fetch;
		this.#timers = timers;
	}

	async getStatus(): Promise<StatusAnswer> {
		const { status, text } = await this.ask("GET", "/api/v1/status");
		if (status === LOCKED) return "locked";
		return status === 200 ? parseStatus(text) : undefined;
	}

	async getReading(etag: string | undefined): Promise<ReadingAnswer> {
		const known = etag === undefined ? {} : { "If-None-Match": etag };
		const answer = await this.ask("GET", "/api/v1/reading", known);
		if (answer.status === 304) return { kind: "unchanged" };
		if (answer.status !== 200) return { kind: "failed" };
		return { kind: "reading", text: answer.text, etag: answer.etag };
	}

	/** What the dongle remembers of the power, as JSON; undefined: nothing, or no answer. */
	async getPowerHistory(): Promise<string | undefined> {
		const { status, text } = await this.ask("GET", "/api/v1/history/power");
		return status === 200 ? text : undefined;
	}

	openStream(handler: StreamHandler): { close(): void } {
		const abort = new AbortController();
		void this.#follow(handler, abort.signal);
		return { close: () => abort.abort() };
	}

	/** Asks for anything; never rejects. @param timeoutMs - For all of it, the body too. */
	async ask(
		method: string,
		address: string,
		headers: Readonly<Record<string, string>> = {},
		body?: string | Blob,
		timeoutMs = TIMEOUT_MS,
	): Promise<HttpAnswer> {
		const abort = new AbortController();
		const timer = this.#timers.after(timeoutMs, () => abort.abort());
		try {
			const response = await this.#send(method, address, abort.signal, headers, body);
			const text = await response.text();
			return { status: response.status, text, etag: response.headers.get("etag") ?? undefined };
		} catch {
			return NO_ANSWER;
		} finally {
			timer.cancel();
		}
	}

	/** Not an EventSource: that one can send no Authorization, and does not say why it was refused. */
	async #follow(handler: StreamHandler, signal: AbortSignal): Promise<void> {
		try {
			const { ok, body } = await this.#send("GET", "/api/v1/events", signal);
			if (ok && body !== null) {
				if (!signal.aborted) handler.onOpen();
				const parser = new EventParser((name, data, id) => {
					if (name === "reading" && !signal.aborted) handler.onReading(data, Number(id));
				});
				const reader = body.getReader();
				const decoder = new TextDecoder();
				for (;;) {
					const { done, value } = await reader.read();
					if (done) break;
					parser.push(decoder.decode(value, { stream: true }));
				}
			}
		} catch {
			// It has ended, in one way or another.
		}
		if (!signal.aborted) handler.onError();
	}

	#send(
		method: string,
		address: string,
		signal: AbortSignal,
		headers: Readonly<Record<string, string>> = {},
		body?: string | Blob,
	): Promise<FetchResponse> {
		const { authorization } = this;
		return this.#fetch(address, {
			method,
			headers: { ...(authorization === undefined ? {} : { Authorization: authorization }), ...headers },
			...(body === undefined ? {} : { body }),
			signal,
			cache: "no-store",
		});
	}
}
