import { asciiJson } from "../core/json-text.js";

/** A request that the server answers by itself: the status, a code for programs and a sentence that says what to do. */
export interface HttpFault {
	readonly status: number;
	readonly code: string;
	readonly message: string;
}

function fault(status: number, code: string, message: string): HttpFault {
	return Object.freeze({ status, code, message });
}

export const MALFORMED_REQUEST_LINE = fault(
	400,
	"malformed-request-line",
	"Send a request line such as GET /path HTTP/1.1, with single spaces and ASCII only.",
);
export const MALFORMED_LINE = fault(
	400,
	"malformed-line",
	"The request head has a control byte or a line that does not end with CR LF. Send HTTP/1.1 lines.",
);
export const MALFORMED_HEADER = fault(
	400,
	"malformed-header",
	"A header line is not Name: value. Send no folded lines and no space before the colon.",
);
export const MALFORMED_HOST = fault(400, "malformed-host", "Send exactly one Host header with the host's name.");
export const AMBIGUOUS_LENGTH = fault(
	400,
	"ambiguous-length",
	"Give the body's length once: Content-Length in digits, or Transfer-Encoding: chunked with HTTP/1.1.",
);
export const MALFORMED_CHUNK = fault(400, "malformed-chunk", "The chunked body is damaged. Send it again.");
export const REQUEST_TIMEOUT = fault(408, "request-timeout", "The request came too slowly. Send it again in one go.");
export const BODY_TOO_LARGE = fault(413, "body-too-large", "This address does not take a body of that size.");
export const URI_TOO_LONG = fault(414, "uri-too-long", "The request line is too long. Send a shorter address.");
export const EXPECTATION_FAILED = fault(417, "expectation-failed", "Only Expect: 100-continue is known. Leave it out.");
export const HEADERS_TOO_LARGE = fault(
	431,
	"headers-too-large",
	"The headers are too many or too long. Send fewer, for example without cookies.",
);
export const INTERNAL_ERROR = fault(500, "internal-error", "The device failed to answer. Try again, then report it.");
export const UNKNOWN_CODING = fault(501, "unknown-coding", "Only Transfer-Encoding: chunked is known. Use it alone.");
export const NO_ANSWER = fault(503, "no-answer", "The device is too busy to answer. Try again in a few seconds.");
export const TOO_MANY_CONNECTIONS = fault(
	503,
	"too-many-connections",
	"All connections are in use. Try again in a second, or close one.",
);
export const UNKNOWN_VERSION = fault(505, "unknown-version", "Only HTTP/1.1 and HTTP/1.0 are spoken here.");

/** `{"error":{"code":…,"message":…}}` in ASCII, whatever the message holds. */
export function errorJson(code: string, message: string): string {
	return asciiJson({ error: { code, message } });
}
