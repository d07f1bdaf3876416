import { reasonPhrase } from "./faults.js";
import type { HeaderList } from "./message.js";
import type { OutputBuffer } from "./output-buffer.js";

/** `headers` for an answer without any of its own. */
export const NO_HEADERS: HeaderList = Object.freeze([]);

/** The interim answer that asks for the body. */
export const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
/** On an answer that says "later": a time in seconds. */
export const RETRY_SOON: HeaderList = Object.freeze(["Retry-After", "2"]);

/** How the end of a body is known: its length in bytes, chunks, or the end of the connection; or what there is instead. */
export type BodyFraming = number | "chunked" | "until-close" | "none" | "taken-over";

/** The lines of a head that say whether the connection stays open, and for how long it may be idle. */
export function persistenceLines(staysOpen: boolean, isHttp11: boolean, idleMs: number): string {
	if (!staysOpen) return "Connection: close\r\n";
	const seconds = Math.floor(idleMs / 1000);
	const hint = seconds > 0 ? `Keep-Alive: timeout=${seconds}\r\n` : "";
	return isHttp11 ? hint : `Connection: keep-alive\r\n${hint}`;
}

/**
 * Writes status line and headers. There is no Date: the device may not know the time (RFC 9110 §6.6.1).
 * @param connectionLines - what the server has to say on persistence, complete lines.
 * @throws RangeError when it does not fit, TypeError for a header that is not visible ASCII.
 */
export function writeHead(
	output: OutputBuffer,
	status: number,
	contentType: string,
	framing: BodyFraming,
	connectionLines: string,
	noStore: boolean,
	headers: HeaderList,
): void {
	output.text(`HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n`);
	if (contentType !== "") writeHeader(output, "Content-Type", contentType);
	if (typeof framing === "number") output.text(`Content-Length: ${framing}\r\n`);
	else if (framing === "chunked") output.text("Transfer-Encoding: chunked\r\n");
	if (contentType !== "") output.text("X-Content-Type-Options: nosniff\r\n");
	if (noStore) output.text("Cache-Control: no-store\r\n");
	for (let i = 0; i + 1 < headers.length; i += 2) writeHeader(output, headers[i] as string, headers[i + 1] as string);
	output.text(connectionLines);
	output.text("\r\n");
}

function writeHeader(output: OutputBuffer, name: string, value: string): void {
	for (let i = 0; i < value.length; i++) {
		const unit = value.charCodeAt(i);
		if (unit < 0x20 || unit >= 0x7f) throw new TypeError(`${name}: not visible ASCII`);
	}
	output.text(name);
	output.text(": ");
	output.text(value);
	output.text("\r\n");
}
