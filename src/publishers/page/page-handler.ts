import { isNotModified } from "../../http/etag.js";
import type { BodySource, HttpRequest, HttpResponse } from "../../http/message.js";
import type { PageFile } from "./page-file.js";
import { preferenceFor } from "./preference.js";

const NOT_COMPRESSED =
	"This page is there in gzip only. Ask with Accept-Encoding: gzip (curl --compressed), or for application/json.";

/**
 * Answers with the page whoever asks for HTML, as browsers do. The page is kept compressed and the device cannot unpack it: a
 * client that does not take gzip gets 406.
 * @returns false, having answered nothing, for everybody else; what they get should say `Vary: Accept`. */
export function respondPage(page: PageFile, request: HttpRequest, response: HttpResponse): boolean {
	const accept = request.header("accept");
	const html = preferenceFor(accept, "text/html");
	if (html === 0 || html < preferenceFor(accept, "application/json")) return false;
	if (preferenceFor(request.header("accept-encoding"), "gzip") === 0) {
		response.respondError(406, "not-acceptable", NOT_COMPRESSED, ["Vary", "Accept, Accept-Encoding"]);
	} else if (isNotModified(request, page.etag)) response.respondEmpty(304, page.headers);
	else response.respondSource(200, page.contentType, new PageBody(page), page.bodyHeaders);
	return true;
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
