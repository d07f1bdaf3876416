import { asciiBytes } from "./ascii.js";

const REASONS: Readonly<Record<number, string>> = Object.freeze({
	101: "Switching Protocols",
	200: "OK",
	201: "Created",
	202: "Accepted",
	204: "No Content",
	303: "See Other",
	304: "Not Modified",
	400: "Bad Request",
	401: "Unauthorized",
	403: "Forbidden",
	404: "Not Found",
	405: "Method Not Allowed",
	406: "Not Acceptable",
	408: "Request Timeout",
	409: "Conflict",
	411: "Length Required",
	413: "Content Too Large",
	414: "URI Too Long",
	415: "Unsupported Media Type",
	417: "Expectation Failed",
	421: "Misdirected Request",
	422: "Unprocessable Content",
	426: "Upgrade Required",
	429: "Too Many Requests",
	431: "Request Header Fields Too Large",
	500: "Internal Server Error",
	501: "Not Implemented",
	503: "Service Unavailable",
	505: "HTTP Version Not Supported",
});

const STATUS_LINES: Readonly<Record<number, Uint8Array>> = Object.freeze(
	Object.fromEntries(Object.keys(REASONS).map((status) => [status, makeLine(Number(status))])),
);

/** The status line of a response with its CR LF; without a reason for a status that has no use here. */
export function statusLine(status: number): Uint8Array {
	return STATUS_LINES[status] ?? makeLine(status);
}

function makeLine(status: number): Uint8Array {
	return asciiBytes(`HTTP/1.1 ${status} ${REASONS[status] ?? ""}\r\n`);
}
