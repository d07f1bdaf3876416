import { expect } from "vitest";
import { openTcpListener } from "../../src/platform/node/tcp.js";
import { ApiBench, type ApiBenchOptions, type ApiRequest, requestText } from "./api-bench.js";
import type { ParsedResponse } from "./http-harness.js";
import { OpenApi, type OperationMethod } from "./openapi.js";
import { rawRequest, rawStream, unchunked } from "./raw-http.js";

export type RunningApi = { readonly api: ApiBench; readonly port: number };

/** docs/http-api.yaml beside the API on real servers over node:net; the meter and the time are the test's. */
export class OpenApiBench {
	readonly openApi = new OpenApi();
	readonly #running: ApiBench[] = [];

	/** A server of its own on a port that was free. */
	start(options: ApiBenchOptions = {}): Promise<RunningApi> {
		return new Promise((resolve) => {
			const api: ApiBench = new ApiBench({
				openListener: openTcpListener,
				hasStreams: true,
				onListening: (port) => resolve({ api, port }),
				...options,
			});
			this.#running.push(api);
		});
	}

	/** Asks, and holds the answer against the document. */
	async ask(
		port: number,
		path: string,
		method: OperationMethod = "get",
		request: ApiRequest = {},
	): Promise<ParsedResponse> {
		const verb = method.toUpperCase();
		const response = await rawRequest(port, requestText(path, { ...request, method: verb }), verb);
		expect(this.openApi.check(path, method, response)).toEqual([]);
		return response;
	}

	/** Asks every operation of the document, but those whose answer has no end. */
	async askAll(port: number, request: ApiRequest = {}): Promise<void> {
		for (const { path, method, operation } of this.openApi.operations()) {
			const { "200": ok } = operation.responses;
			if (ok?.content?.["text/event-stream"] === undefined) await this.ask(port, path, method, request);
		}
	}

	/**
	 * Asks for a stream, and holds its head and what has come after it within `listenMs` against the document.
	 * @returns what has come, without chunks. */
	async askStream(port: number, path: string, request: ApiRequest = {}, listenMs = 50): Promise<string> {
		const { response, isChunked } = await rawStream(port, requestText(path, request), listenMs);
		const body = isChunked ? unchunked(response.body) : response.body;
		expect(this.openApi.check(path, "get", { ...response, body })).toEqual([]);
		return body;
	}

	close(): void {
		for (const api of this.#running.splice(0)) api.close();
	}
}
