import { isNotModified } from "../../http/etag.js";
import type { BodySource, HttpHandler, HttpRequest, HttpResponse } from "../../http/message.js";
import type { PageFile } from "./page-file.js";
import { preferenceFor } from "./preference.js";

const NOT_COMPRESSED =
	"This page is there in gzip only. Ask with Accept-Encoding: gzip (curl --compressed), or for application/json.";

/**
 * Answers with the page to those who ask for HTML, as browsers do, and leaves everybody else to `other`. The page is kept
 * compressed and the device cannot unpack it: a client that does not take gzip gets 406.
 * @param other - for programs; should say `Vary: Accept`.
 */
export function pageOr(page: PageFile, other: HttpHandler): HttpHandler {
	return (request, response) => {
		if (wantsPage(request)) respondPage(page, request, response);
		else other(request, response);
	};
}

function wantsPage(request: HttpRequest): boolean {
	const accept = request.header("accept");
	const html = preferenceFor(accept, "text/html");
	return html > 0 && html >= preferenceFor(accept, "application/json");
}

function respondPage(page: PageFile, request: HttpRequest, response: HttpResponse): void {
	if (preferenceFor(request.header("accept-encoding"), "gzip") === 0) {
		response.respondError(406, "not-acceptable", NOT_COMPRESSED, ["Vary", "Accept, Accept-Encoding"]);
	} else if (isNotModified(request, page.etag)) response.respondEmpty(304, page.headers);
	else response.respondSource(200, page.contentType, new PageBody(page), page.bodyHeaders);
}

/** The page's body, copied out of the file as the peer takes it. */
class PageBody implements BodySource {
	readonly lengthBytes: number;
	readonly #page: PageFile;

	constructor(page: PageFile) {
		this.#page = page;
		this.lengthBytes = page.bytes.length - page.bodyOffset;
	}

	read(into: Uint8Array, offset: number, end: number, position: number): number {
		const { bytes, bodyOffset } = this.#page;
		const start = bodyOffset + position;
		const count = Math.min(end - offset, bytes.length - start);
		into.set(bytes.subarray(start, start + count), offset);
		return count;
	}
}
