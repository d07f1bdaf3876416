import type { JsonWriter } from "../../core/json-writer.js";
import type { BodyReader, HeaderList, HttpRequest, HttpResponse } from "../../http/message.js";
import { NO_HEADERS } from "../../http/response-head.js";
import type { Resource, Route } from "../../http/router.js";
import { writeAnswer, writeError } from "./frame.js";
import { componentIdOf, parseRequest } from "./request.js";
import { INVALID_ARGUMENT, METHODS, type Method, type RpcError, type ShellyRpc } from "./rpc.js";
import { MAX_REQUEST_BYTES, parseSmallJson } from "./small-json.js";

/** Every port pushes at least that often once it is activated (Branschrekommendation 2.0, 3.4): seconds. */
const RETRY_AFTER: HeaderList = Object.freeze(["Retry-After", "10"]);

function called(method: Method): Route {
	return Object.freeze({ method: "GET", path: `/rpc/${method}`, noStore: true });
}

function posted(path: string): Route {
	return Object.freeze({ method: "POST", path, access: "read", maxBodyBytes: MAX_REQUEST_BYTES, noStore: true });
}

const INFO: Route = Object.freeze({ method: "GET", path: "/shelly", noStore: true });
const FRAME = posted("/rpc");
/** Of {@link METHODS}, one of each kind. */
const CALLED = METHODS.map(called);
const POSTED = METHODS.map((method) => posted(`/rpc/${method}`));
const ROUTES: readonly Route[] = Object.freeze([INFO, FRAME, ...CALLED, ...POSTED]);

/** `?id=0`, or nothing. */
function queriedId(request: HttpRequest): number {
	const id = request.query("id");
	if (id === undefined) return 0;
	return id !== "" && String(Number(id)) === id ? componentIdOf({ id: Number(id) }) : Number.NaN;
}

/**
 * What a Shelly Pro 3EM answers over HTTP: `/shelly`, `/rpc/METHOD` with GET or POST, and `/rpc` with a request frame. What
 * fails has the HTTP status of a failure everywhere, so that nobody takes the lack of a value for 0.
 * @see https://shelly-api-docs.shelly.cloud/gen2/General/RPCChannels (1.0)
 */
export class ShellyHttp implements Resource {
	readonly #rpc: ShellyRpc;
	readonly #writer: JsonWriter;

	/** @param writer - Has room for ANSWER_BYTES; used while an answer is written only, so that others may use it between. */
	constructor(rpc: ShellyRpc, writer: JsonWriter) {
		this.#rpc = rpc;
		this.#writer = writer;
	}

	get routes(): readonly Route[] {
		return ROUTES;
	}

	handle(request: HttpRequest, response: HttpResponse, route: Route): void {
		if (route === INFO) this.#call("Shelly.GetDeviceInfo", 0, response);
		else if (route === FRAME) request.readBody(new Body(request, (bytes, end) => this.#answer(bytes, end, response)));
		else if (route.method === "GET") this.#call(METHODS[CALLED.indexOf(route)] as Method, queriedId(request), response);
		else {
			const method = METHODS[POSTED.indexOf(route)] as Method;
			request.readBody(new Body(request, (bytes, end) => this.#callWith(method, bytes, end, response)));
		}
	}

	#call(method: Method, componentId: number, response: HttpResponse): void {
		const writer = this.#writer;
		writer.reset();
		const error = this.#rpc.write(writer, method, componentId, true);
		if (error !== undefined) this.#refuse(error, response);
		else this.#respond(200, response);
	}

	/** A method whose parameters are the body; no body is none. */
	#callWith(method: Method, bytes: Uint8Array, end: number, response: HttpResponse): void {
		const params = end === 0 ? undefined : parseSmallJson(bytes, 0, end);
		if (end > 0 && params === undefined) this.#refuse(INVALID_ARGUMENT, response);
		else this.#call(method, componentIdOf(params), response);
	}

	/** A request frame. */
	#answer(bytes: Uint8Array, end: number, response: HttpResponse): void {
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
		response.respond(status, "application/json", this.#writer.bytes, 0, this.#writer.length, headers);
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
