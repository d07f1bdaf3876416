import { isNotModified } from "../../http/etag.js";
import type { HttpRequest, HttpResponse } from "../../http/message.js";
import type { EntityTag } from "./entity-tag.js";
import type { DocumentView, MeterView } from "./views.js";
import { respondWaiting } from "./waiting.js";

/**
 * Answers with the latest reading as JSON, stale or not: 200, 304, 503 before the first telegram, or 500 when the reading is
 * larger than its document.
 * @param tag - Of this document. */
export function respondReading(
	meter: MeterView,
	document: DocumentView,
	tag: EntityTag,
	request: HttpRequest,
	response: HttpResponse,
): void {
	const { bytes, length, revision, isTooLarge } = document;
	if (meter.reading === undefined) {
		respondWaiting(meter, response);
		return;
	}
	if (isTooLarge) {
		response.respondError(
			500,
			"reading-too-large",
			`The reading needs more than the ${bytes.length} bytes kept for it. /api/v1/telegram has it; report the meter.`,
		);
		return;
	}
	tag.update(revision);
	if (isNotModified(request, tag.value)) response.respondEmpty(304, tag.headers);
	else response.respond(200, "application/json", bytes, 0, length, tag.headers);
}
