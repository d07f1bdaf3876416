import { literal } from "../core/literal.js";

const NO_REASON = literal(" \r\n");
/** What follows the number in a status line, its CR LF included. */
const REASONS: Readonly<Record<number, Uint8Array>> = Object.freeze({
	101: literal(" Switching Protocols\r\n"),
	200: literal(" OK\r\n"),
	201: literal(" Created\r\n"),
	202: literal(" Accepted\r\n"),
	204: literal(" No Content\r\n"),
	303: literal(" See Other\r\n"),
	304: literal(" Not Modified\r\n"),
	400: literal(" Bad Request\r\n"),
	401: literal(" Unauthorized\r\n"),
	403: literal(" Forbidden\r\n"),
	404: literal(" Not Found\r\n"),
	405: literal(" Method Not Allowed\r\n"),
	406: literal(" Not Acceptable\r\n"),
	408: literal(" Request Timeout\r\n"),
	409: literal(" Conflict\r\n"),
	411: literal(" Length Required\r\n"),
	413: literal(" Content Too Large\r\n"),
	414: literal(" URI Too Long\r\n"),
	415: literal(" Unsupported Media Type\r\n"),
	417: literal(" Expectation Failed\r\n"),
	421: literal(" Misdirected Request\r\n"),
	422: literal(" Unprocessable Content\r\n"),
	426: literal(" Upgrade Required\r\n"),
	429: literal(" Too Many Requests\r\n"),
	431: literal(" Request Header Fields Too Large\r\n"),
	500: literal(" Internal Server Error\r\n"),
	501: literal(" Not Implemented\r\n"),
	503: literal(" Service Unavailable\r\n"),
	505: literal(" HTTP Version Not Supported\r\n"),
});

/** The end of the status line of a response, behind its number; without a reason for a status that has no use here. */
export function reasonLine(status: number): Uint8Array {
	return REASONS[status] ?? NO_REASON;
}
