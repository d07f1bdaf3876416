import { type IncomingMessage, request } from "node:http";
import type { HttpFetch, HttpFetchFailure, HttpFetchHandler } from "../../ports/http-fetch.js";

function receive(response: IncomingMessage, handler: HttpFetchHandler, end: (tell: () => void) => void): void {
	const { "content-length": contentLength, location } = response.headers;
	response.on("data", (bytes: Buffer) => handler.onBytes(bytes, 0, bytes.length));
	response.on("end", () => end(() => handler.onEnd()));
	handler.onHead({ status: response.statusCode ?? 0, contentLength, location });
}

/** {@link HttpFetch} over node:http. */
export const httpFetch: HttpFetch = ({ host, port, path }, handler) => {
	let isOver = false;
	let hasHead = false;
	const end = (tell: () => void): void => {
		if (isOver) return;
		isOver = true;
		tell();
	};
	const fail = (error: Error & { readonly code?: string }): void => {
		const isUnknown = error.code === "ENOTFOUND" || error.code === "EAI_AGAIN";
		const failure: HttpFetchFailure = isUnknown ? "unknown-host" : hasHead ? "broken-off" : "unreachable";
		end(() => handler.onFailed(failure, isUnknown ? "the name is not known" : error.message));
	};
	const client = request({ host, port, path, agent: false }, (response) => {
		hasHead = true;
		response.on("error", fail);
		receive(
			response,
			{
				onHead: (head) => isOver || handler.onHead(head),
				onBytes: (bytes, offset, stop) => isOver || handler.onBytes(bytes, offset, stop),
				onEnd: () => handler.onEnd(),
				onFailed: () => {},
			},
			end,
		);
	});
	client.on("error", fail);
	client.end();
	return {
		close() {
			isOver = true;
			client.destroy();
		},
	};
};
