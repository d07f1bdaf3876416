import { asObject, numberOf, parseObject, textOf } from "./json.js";
import { isDone, type Owner, type Problem, problemOf } from "./owner.js";

/** A file of 2 MB at the slowest speed that the dongle still takes. */
const UPLOAD_MS = 2_000_000;
const ADDRESS = "/api/v1/update";

/** What an update is at, as docs/http-api.yaml has it. */
export type UpdateInfo = {
	readonly state: "idle" | "awaiting-response" | "receiving" | "awaiting-restart" | "on-trial" | "elsewhere";
	/** How far it has come, 0 to 1; undefined while that is not known. */
	readonly progress: number | undefined;
	/** The board that files have to be for. */
	readonly board: string | undefined;
	/** The dongle's own words, in English: what went wrong last, or how the program is updated. */
	readonly message: string | undefined;
};

const STATES: readonly string[] = [
	"idle",
	"awaiting-response",
	"receiving",
	"awaiting-restart",
	"on-trial",
	"elsewhere",
];

/** Reads the dongle's answer; undefined when it is none. */
export function parseUpdate(text: string): UpdateInfo | undefined {
	const update = parseObject(text);
	const state = textOf(update, "state");
	if (state === undefined || !STATES.includes(state)) return undefined;
	const received = numberOf(update, "receivedBytes");
	const length = numberOf(update, "byteLength");
	return {
		state: state as UpdateInfo["state"],
		progress: received === undefined || length === undefined ? undefined : received / length,
		board: textOf(update, "board"),
		message: textOf(asObject(update?.lastFailure), "message") ?? textOf(update, "message"),
	};
}

/** What an update is at; undefined when there is no answer, "none" where there are no updates over HTTP. */
export async function askUpdate(owner: Owner): Promise<UpdateInfo | "none" | undefined> {
	const { status, text } = await owner.ask("GET", ADDRESS);
	return status === 404 ? "none" : parseUpdate(text);
}

/**
 * Sends a file, or has the dongle fetch it from an address. A refusal in the middle of a file may be lost with the connection:
 * then the problem is "lost", and {@link askUpdate} has the reason. */
export async function startUpdate(owner: Owner, from: Blob | string): Promise<Problem | undefined> {
	const answer =
		typeof from === "string"
			? await owner.ask("POST", `${ADDRESS}/url`, JSON.stringify({ url: from }))
			: // Its own type may be another one; the header says ours.
				await owner.ask("POST", ADDRESS, from, UPLOAD_MS);
	return isDone(answer) ? undefined : problemOf(answer);
}
