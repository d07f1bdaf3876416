import type { HttpRequest } from "./message.js";

/**
 * Whether the client has this version already, so that 304 is the answer: `If-None-Match` compared weakly, a list and `*`
 * included (RFC 9110 §13.1.2). False for a header that is malformed.
 * @param etag - the current version's, with its quotes: `"42"` or `W/"42"`.
 */
export function isNotModified(request: HttpRequest, etag: string): boolean {
	const list = request.header("if-none-match");
	if (list === undefined) return false;
	if (list === "*") return true;
	const wanted = opaqueTag(etag);
	let at = 0;
	while (at < list.length) {
		if (list.startsWith("W/", at)) at += 2;
		const end = list.charAt(at) === '"' ? list.indexOf('"', at + 1) + 1 : 0;
		if (end === 0) return false;
		if (list.slice(at, end) === wanted) return true;
		at = end;
		while (list.charAt(at) === " " || list.charAt(at) === "," || list.charAt(at) === "\t") at++;
	}
	return false;
}

function opaqueTag(etag: string): string {
	return etag.startsWith("W/") ? etag.slice(2) : etag;
}
