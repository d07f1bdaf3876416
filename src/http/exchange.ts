import type { TcpConnection, TcpConnectionHandler } from "../ports/tcp.js";
import { asciiBytes } from "./ascii.js";
import type { HttpConnection } from "./connection.js";
import { errorJson, type HttpFault } from "./faults.js";
import type {
	BodyReader,
	BodySource,
	HeaderList,
	HttpRequest,
	HttpResponse,
	ResponseStream,
	StreamProducer,
} from "./message.js";
import type { RequestHead } from "./request-head.js";
import { SourceBody, StreamBody } from "./response-body.js";
import { type BodyFraming, NO_HEADERS } from "./response-head.js";

const NOTHING = new Uint8Array(0);

/**
 * One request and its answer, as the handler sees them. Made for each request, so that a handler that answers late cannot
 * answer the next one: once {@link detach}ed it does nothing.
 */
export class Exchange implements HttpRequest, HttpResponse {
	readonly remoteAddress: string;
	/** Set by the router from the route. */
	maxBodyBytes = 0;
	noStore = false;
	readonly #head: RequestHead;
	#connection: HttpConnection | undefined;
	#isAnswered = false;

	constructor(connection: HttpConnection, head: RequestHead, remoteAddress: string) {
		this.#connection = connection;
		this.#head = head;
		this.remoteAddress = remoteAddress;
	}

	/** The connection goes on without this exchange. */
	detach(): void {
		this.#connection = undefined;
	}

	get method(): string {
		return this.#connection === undefined ? "" : this.#head.method;
	}

	get path(): string {
		return this.#connection === undefined ? "" : this.#head.path;
	}

	get host(): string | undefined {
		return this.#connection === undefined ? undefined : this.#head.host;
	}

	hostIs(host: Uint8Array): boolean {
		return this.#connection !== undefined && this.#head.hostIs(host);
	}

	get hasBody(): boolean {
		return this.#connection !== undefined && this.#head.hasBody;
	}

	get contentLengthBytes(): number | undefined {
		return this.#connection === undefined || this.#head.isChunked ? undefined : this.#head.contentLengthBytes;
	}

	header(name: string): string | undefined {
		return this.#connection === undefined ? undefined : this.#head.header(this.#connection.host.names.bytesOf(name));
	}

	headerHasToken(name: string, token: string): boolean {
		return this.#connection !== undefined && this.#head.hasToken(asciiBytes(name), asciiBytes(token));
	}

	query(name: string): string | undefined {
		return this.#connection === undefined ? undefined : this.#head.query(asciiBytes(name));
	}

	pathIs(path: string): boolean {
		return this.matches(asciiBytes(path));
	}

	/** As {@link pathIs}, for the bytes `[start, end)`: without a look at a string. */
	matches(paths: Uint8Array, start = 0, end = paths.length): boolean {
		const head = this.#head;
		if (this.#connection === undefined) return false;
		if (head.pathEnd > head.pathStart) return head.equals(head.pathStart, head.pathEnd, paths, start, end);
		return end - start === 1 && paths[start] === 0x2f;
	}

	readBody(reader: BodyReader): void {
		if (this.#connection === undefined) reader.onAborted();
		else this.#connection.receiveBody(reader, this.maxBodyBytes);
	}

	get isOpen(): boolean {
		return this.#connection !== undefined && !this.#isAnswered;
	}

	respond(
		status: number,
		contentType: string,
		bytes: Uint8Array,
		offset: number,
		end: number,
		headers: HeaderList = NO_HEADERS,
	): void {
		const connection = this.#begin(status, contentType, end - offset, headers, "", bytes, offset, end);
		connection?.startResponse(status, undefined);
	}

	respondText(status: number, contentType: string, text: string, headers: HeaderList = NO_HEADERS): void {
		this.#begin(status, contentType, text.length, headers, text)?.startResponse(status, undefined);
	}

	respondEmpty(status: number, headers: HeaderList = NO_HEADERS): void {
		const framing = status === 204 || status === 304 ? "none" : 0;
		this.#begin(status, "", framing, headers)?.startResponse(status, undefined);
	}

	respondError(status: number, code: string, message: string, headers: HeaderList = NO_HEADERS): void {
		this.noStore = true;
		this.respondText(status, "application/json", errorJson(code, message), headers);
	}

	/** As {@link respondError}, for the server's own answers. */
	respondFault(fault: HttpFault, headers: HeaderList = NO_HEADERS): void {
		this.respondError(fault.status, fault.code, fault.message, headers);
	}

	respondSource(status: number, contentType: string, source: BodySource, headers: HeaderList = NO_HEADERS): void {
		const connection = this.#begin(status, contentType, source.lengthBytes, headers);
		const isWanted = connection !== undefined && !this.#isHeadOnly;
		if (!isWanted) source.release?.();
		connection?.startResponse(status, isWanted ? new SourceBody(source) : undefined);
	}

	stream(
		status: number,
		contentType: string,
		producer: StreamProducer,
		headers: HeaderList = NO_HEADERS,
	): ResponseStream {
		const isChunked = this.#head.isHttp11;
		const connection = this.#begin(status, contentType, isChunked ? "chunked" : "until-close", headers);
		const isWanted = connection !== undefined && !this.#isHeadOnly;
		const body = new StreamBody(producer, isChunked, isWanted ? connection : undefined);
		if (!isWanted) body.release(false);
		connection?.startResponse(status, isWanted ? body : undefined);
		return body;
	}

	takeOver(status: number, headers: HeaderList, open: (connection: TcpConnection) => TcpConnectionHandler): void {
		if (this.#head.hasBody) throw new Error("a request with a body cannot give its connection away");
		this.#begin(status, "", "taken-over", headers)?.takeOver(open);
	}

	get #isHeadOnly(): boolean {
		return this.#head.method === "HEAD";
	}

	/**
	 * Writes the head, and as body `text` or the bytes `[offset, end)`; undefined when nobody waits for it. If it does not
	 * fit, the request is as unanswered as before.
	 */
	#begin(
		status: number,
		contentType: string,
		framing: BodyFraming,
		headers: HeaderList,
		text = "",
		bytes: Uint8Array = NOTHING,
		offset = 0,
		end = 0,
	): HttpConnection | undefined {
		const connection = this.#connection;
		if (connection === undefined) return undefined;
		if (this.#isAnswered) throw new Error("this request was answered before");
		const { output } = connection;
		if (!output.hold(true)) {
			// All buffers are in use by answers further up the call stack: not the handler's fault.
			connection.close(true);
			return undefined;
		}
		const { pendingBytes } = output;
		const persistence = framing === "taken-over" ? "given-away" : connection.persistence(framing === "until-close");
		try {
			connection.host.headWriter.write(output, status, contentType, framing, persistence, this.noStore, headers);
			if (!this.#isHeadOnly) {
				output.text(text, 0);
				output.copy(bytes, offset, end);
			}
		} catch (error) {
			output.truncate(pendingBytes);
			throw error;
		}
		this.#isAnswered = true;
		return connection;
	}
}
