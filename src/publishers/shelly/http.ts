import { JsonWriter } from "../../core/json-writer.js";
import type { BodyReader, HeaderList, HttpRequest, HttpResponse } from "../../http/message.js";
import type { Route } from "../../http/router.js";
import { writeAnswer, writeError } from "./frame.js";
import { componentIdOf, parseRequest } from "./request.js";
import { INVALID_ARGUMENT, METHODS, type Method, type RpcError, type ShellyRpc } from "./rpc.js";
import { MAX_REQUEST_BYTES, parseSmallJson } from "./small-json.js";

/** Every port pushes at least that often once it is activated (Branschrekommendation 2.0, 3.4): seconds. */
const RETRY_AFTER: HeaderList = Object.freeze(["Retry-After", "10"]);
const NO_HEADERS: HeaderList = Object.freeze([]);

/**
 * The routes of a Shelly Pro 3EM: `/shelly`, `/rpc/METHOD` with GET or POST, and `/rpc` with a request frame. What fails has
 * the HTTP status of a failure everywhere, so that nobody takes the lack of a value for 0.
 * @param scratch - ANSWER_BYTES or more; used while an answer is written only, so that others may use it between.
 * @see https://shelly-api-docs.shelly.cloud/gen2/General/RPCChannels (1.0)
 */
export function shellyRoutes(rpc: ShellyRpc, scratch: Uint8Array): readonly Route[] {
	const http = new ShellyHttp(rpc, scratch);
	return [
		{
			method: "GET",
			path: "/shelly",
			noStore: true,
			handle: (_request, response) => http.call("Shelly.GetDeviceInfo", 0, response),
		},
		{
			method: "POST",
			path: "/rpc",
			access: "read",
			maxBodyBytes: MAX_REQUEST_BYTES,
			noStore: true,
			handle: (request, response) =>
				request.readBody(new Body(request, (bytes, end) => http.answer(bytes, end, response))),
		},
		...METHODS.flatMap((method): Route[] => [
			{
				method: "GET",
				path: `/rpc/${method}`,
				noStore: true,
				handle: (request, response) => http.call(method, queriedId(request), response),
			},
			{
				method: "POST",
				path: `/rpc/${method}`,
				access: "read",
				maxBodyBytes: MAX_REQUEST_BYTES,
				noStore: true,
				handle: (request, response) =>
					request.readBody(new Body(request, (bytes, end) => http.callWith(method, bytes, end, response))),
			},
		]),
	];
}

/** `?id=0`, or nothing. */
function queriedId(request: HttpRequest): number {
	const id = request.query("id");
	if (id === undefined) return 0;
	return id !== "" && String(Number(id)) === id ? componentIdOf({ id: Number(id) }) : Number.NaN;
}

class ShellyHttp {
	readonly #rpc: ShellyRpc;
	readonly #scratch: Uint8Array;
	readonly #writer: JsonWriter;

	constructor(rpc: ShellyRpc, scratch: Uint8Array) {
		this.#rpc = rpc;
		this.#scratch = scratch;
		this.#writer = new JsonWriter(scratch);
	}

	call(method: Method, componentId: number, response: HttpResponse): void {
		const writer = this.#writer;
		writer.reset();
		const error = this.#rpc.write(writer, method, componentId, true);
		if (error !== undefined) this.#refuse(error, response);
		else this.#respond(200, response);
	}

	/** A method whose parameters are the body; no body is none. */
	callWith(method: Method, bytes: Uint8Array, end: number, response: HttpResponse): void {
		const params = end === 0 ? undefined : parseSmallJson(bytes, 0, end);
		if (end > 0 && params === undefined) this.#refuse(INVALID_ARGUMENT, response);
		else this.call(method, componentIdOf(params), response);
	}

	/** A request frame. */
	answer(bytes: Uint8Array, end: number, response: HttpResponse): void {
		const request = parseRequest(bytes, 0, end);
		if (request === undefined) {
			this.#refuse(INVALID_ARGUMENT, response);
			return;
		}
		const error = writeAnswer(this.#writer, this.#rpc, request, true);
		this.#respond(error?.status ?? 200, response);
	}

	#refuse(error: RpcError, response: HttpResponse): void {
		this.#writer.reset();
		writeError(this.#writer, error);
		this.#respond(error.status, response);
	}

	#respond(status: number, response: HttpResponse): void {
		const headers = status === 503 ? RETRY_AFTER : NO_HEADERS;
		response.respond(status, "application/json", this.#scratch, 0, this.#writer.length, headers);
	}
}

/** Collects a body, which the router has bounded. */
class Body implements BodyReader {
	readonly #bytes: Uint8Array;
	readonly #onComplete: (bytes: Uint8Array, end: number) => void;
	#end = 0;

	constructor(request: HttpRequest, onComplete: (bytes: Uint8Array, end: number) => void) {
		this.#bytes = new Uint8Array(request.contentLengthBytes ?? MAX_REQUEST_BYTES);
		this.#onComplete = onComplete;
	}

	onBytes(bytes: Uint8Array, offset: number, end: number): void {
		for (let i = offset; i < end; i++) this.#bytes[this.#end++] = bytes[i] as number;
	}

	onEnd(): void {
		this.#onComplete(this.#bytes, this.#end);
	}

	onAborted(): void {}
}
