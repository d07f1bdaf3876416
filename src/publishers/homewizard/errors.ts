import type { HeaderList, HttpResponse } from "../../http/message.js";

/** An error as the compatible API tells it: its number, a text for people, and the HTTP status that goes with it. */
export interface ApiError {
	readonly status: number;
	readonly json: string;
	/** Whether to ask again soon helps. */
	readonly isPassing: boolean;
}

function apiError(status: number, id: number, description: string): ApiError {
	return Object.freeze({
		status,
		json: `{"error":{"id":${id},"description":"${description}"}}`,
		isPassing: status === 503,
	});
}

/**
 * The errors; the ids are the documented ones. What the documentation has no id for is 901, an internal error: programs go
 * by the status.
 * @see https://api-documentation.homewizard.com/docs/v1/error-handling
 */
export const API_ERROR = Object.freeze({
	invalidJson: apiError(400, 2, "Body contains invalid json"),
	invalidValue: apiError(400, 7, "cloud_enabled must be true or false"),
	notModifiable: apiError(400, 8, "cloud_enabled cannot be turned on, there is no cloud"),
	tooLarge: apiError(413, 201, "Request too large"),
	disabled: apiError(403, 202, "API not enabled"),
	noRoom: apiError(500, 901, "The measurement is larger than the room kept for it"),
	waiting: apiError(503, 901, "No telegram from the meter yet"),
	stale: apiError(503, 901, "The meter is silent, so nothing is known of now"),
	incomplete: apiError(503, 901, "The latest telegram lacks values that the meter usually sends"),
	noPower: apiError(503, 901, "The meter does not send its power"),
});

/** Every port pushes at least that often once it is activated (Branschrekommendation 2.0, 3.4): seconds. */
const RETRY_AFTER: HeaderList = Object.freeze(["Retry-After", "10"]);

/** Answers with an error of the compatible API. */
export function respondApiError(response: HttpResponse, { status, json, isPassing }: ApiError): void {
	if (isPassing) response.respondText(status, "application/json", json, RETRY_AFTER);
	else response.respondText(status, "application/json", json);
}
