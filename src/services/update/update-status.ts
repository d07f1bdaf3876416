import type { UpdateFailure } from "./failure.js";

/** Named by what it awaits. */
export type UpdateState =
	| "idle"
	/** The head of a server's answer. */
	| "awaiting-response"
	/** The rest of an image. */
	| "receiving"
	/** The restart into the new image. */
	| "awaiting-restart"
	/** That the running image shows that it works. */
	| "on-trial";

export type UpdateStatus = {
	readonly state: UpdateState;
	/** How the image comes; where one comes. */
	readonly source?: "upload" | "url";
	readonly receivedBytes?: number;
	readonly byteLength?: number;
	/** Of the new image, once it is known. */
	readonly newVersion?: string;
	/** Until an image on trial is left. */
	readonly trialLeftMs?: number;
	/** Of the last update that was begun, or that was left again; undefined: none failed. */
	readonly lastFailure?: UpdateFailure;
};
