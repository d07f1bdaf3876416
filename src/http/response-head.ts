import { literal } from "../core/literal.js";
import { type AsciiCache, asciiBytes } from "./ascii.js";
import type { HeaderList } from "./message.js";
import type { OutputBuffer } from "./output-buffer.js";
import { reasonLine } from "./status-lines.js";

/** `headers` for an answer without any of its own. */
export const NO_HEADERS: HeaderList = Object.freeze([]);
/** On an answer that says "later": a time in seconds. */
export const RETRY_SOON: HeaderList = Object.freeze(["Retry-After", "2"]);
/** The interim answer that asks for the body. */
export const CONTINUE = literal("HTTP/1.1 100 Continue\r\n\r\n");

const VERSION = literal("HTTP/1.1 ");
const LINE_END = literal("\r\n");
const SEPARATOR = literal(": ");
const CONTENT_TYPE = literal("Content-Type: ");
const NO_SNIFFING = literal("\r\nX-Content-Type-Options: nosniff\r\n");
const CONTENT_LENGTH = literal("Content-Length: ");
const CHUNKED = literal("Transfer-Encoding: chunked\r\n");
const NO_STORE = literal("Cache-Control: no-store\r\n");
const CLOSE = literal("Connection: close\r\n");
const KEEP_ALIVE = literal("Connection: keep-alive\r\n");

/** How the end of a body is known: its length in bytes, chunks, or the end of the connection; or what there is instead. */
export type BodyFraming = number | "chunked" | "until-close" | "none" | "taken-over";

/** What a head says of the connection: it ends, stays open as in HTTP/1.1 or as HTTP/1.0 must be told, or is given away. */
export type Persistence = "closes" | "stays" | "stays-1.0" | "given-away";

/**
 * Writes status lines and headers. There is no Date: the device may not know the time (RFC 9110 §6.6.1). What is the same
 * in every answer is bytes already.
 */
export class HeadWriter {
	readonly #names: AsciiCache;
	readonly #keepAliveHint: Uint8Array;

	/** @param idleMs - How long a connection may be idle: clients are told, so that they do not ask as it closes. */
	constructor(names: AsciiCache, idleMs: number) {
		this.#names = names;
		const seconds = Math.floor(idleMs / 1000);
		// Clients take 0 for "do not reuse".
		this.#keepAliveHint = asciiBytes(seconds > 0 ? `Keep-Alive: timeout=${seconds}\r\n` : "");
	}

	/** @throws RangeError when it does not fit, TypeError for a header that is not visible ASCII. */
	write(
		output: OutputBuffer,
		status: number,
		contentType: string,
		framing: BodyFraming,
		persistence: Persistence,
		noStore: boolean,
		headers: HeaderList,
	): void {
		output.literal(VERSION);
		output.decimal(status);
		output.literal(reasonLine(status));
		if (contentType !== "") {
			output.literal(CONTENT_TYPE);
			output.literal(this.#names.bytesOf(contentType));
			output.literal(NO_SNIFFING);
		}
		if (typeof framing === "number") {
			output.literal(CONTENT_LENGTH);
			output.decimal(framing);
			output.literal(LINE_END);
		} else if (framing === "chunked") output.literal(CHUNKED);
		if (noStore) output.literal(NO_STORE);
		for (let i = 0; i + 1 < headers.length; i += 2) {
			output.literal(this.#names.bytesOf(headers[i] as string));
			output.literal(SEPARATOR);
			output.text(headers[i + 1] as string, 0x20);
			output.literal(LINE_END);
		}
		if (persistence === "closes") output.literal(CLOSE);
		if (persistence === "stays-1.0") output.literal(KEEP_ALIVE);
		if (persistence === "stays" || persistence === "stays-1.0") output.literal(this.#keepAliveHint);
		output.literal(LINE_END);
	}
}
