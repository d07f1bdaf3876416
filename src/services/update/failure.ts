/** Why there is no update. Programs switch on `code`; `message` says what happened and what to do. */
export type UpdateFailure = { readonly code: UpdateFailureCode; readonly message: string };

/** What an image can be refused for. */
export type ImageFaultCode =
	/** No image of an ESP32 at all. */
	| "not-an-image"
	/** An image, but of another program. */
	| "not-our-image"
	| "wrong-chip"
	| "wrong-board"
	/** Its parts do not add up, or its hash does not fit. */
	| "damaged-image"
	/** It ends too early. */
	| "truncated-image"
	| "too-large";

export type UpdateFailureCode =
	| ImageFaultCode
	/** Another one runs, or is about to be started. */
	| "update-running"
	/** The running image has not shown yet that it works. */
	| "on-trial"
	| "bad-url"
	/** The address has no answer that is an image: status, length, redirect. */
	| "bad-answer"
	| "unknown-host"
	| "unreachable"
	/** Whoever sent it has stopped, or has been too slow. */
	| "broken-off"
	| "flash-failed"
	/** The new image was left again. */
	| "rolled-back";

/** Makes a failure; frozen, since it is kept and shown. */
export function failure(code: UpdateFailureCode, message: string): UpdateFailure {
	return Object.freeze({ code, message });
}
