import { expect } from "vitest";
import { openTcpListener } from "../../src/platform/node/tcp.js";
import { ApiBench, type ApiBenchOptions, type ApiRequest, requestText } from "./api-bench.js";
import type { ParsedResponse } from "./http-harness.js";
import { OpenApi, type OperationMethod } from "./openapi.js";
import { rawRequest } from "./raw-http.js";

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

	/** Asks every operation of the document. */
	async askAll(port: number, request: ApiRequest = {}): Promise<void> {
		for (const { path, method } of this.openApi.operations()) await this.ask(port, path, method, request);
	}

	close(): void {
		for (const api of this.#running.splice(0)) api.close();
	}
}
