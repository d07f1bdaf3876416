import { isNotModified } from "../../http/etag.js";
import type { HeaderList, HttpRequest, HttpResponse } from "../../http/message.js";
import type { EntityTag } from "./entity-tag.js";
import type { MeterView } from "./views.js";
import { respondWaiting } from "./waiting.js";

/** Marks what has no place for a mark inside. Its own RFC 9111 calls it obsolete, but nothing else says "stale". */
const STALE_WARNING = '110 - "Response is Stale"';

/**
 * Answers with the latest good telegram, byte for byte: 200, 304, or 503 before the first telegram. The answer is a copy, made
 * before a later telegram can touch the buffer: the server's `outputBytes` must have room for the largest telegram and 512
 * bytes of head.
 * @param tag - Of the telegrams. */
export function respondTelegram(meter: MeterView, tag: EntityTag, request: HttpRequest, response: HttpResponse): void {
	const { reading, stale } = meter;
	if (reading === undefined) {
		respondWaiting(meter, response);
		return;
	}
	tag.update(reading.sequence);
	const headers: HeaderList = stale ? [...tag.headers, "Warning", STALE_WARNING] : tag.headers;
	if (isNotModified(request, tag.value)) {
		response.respondEmpty(304, headers);
		return;
	}
	const { bytes, telegramOffset, telegramEnd } = reading;
	response.respond(200, "text/plain; charset=us-ascii", bytes, telegramOffset, telegramEnd, headers);
}
