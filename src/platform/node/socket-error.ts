import { systemErrorCode } from "./file-error.js";

const EXPLANATIONS: Readonly<Record<string, string>> = {
	ECONNREFUSED: "nothing listens there",
	ECONNRESET: "the other side broke the connection",
	ENOTFOUND: "the name is not known",
	EAI_AGAIN: "the name cannot be looked up now",
	EHOSTUNREACH: "there is no route to it",
	ENETUNREACH: "there is no route to it",
	ETIMEDOUT: "it does not answer",
};

/** Says for people why a connection to `where` ("host:port") failed. */
export function explainSocketError(where: string, error: unknown): string {
	const code = systemErrorCode(error);
	const known = code === undefined ? undefined : EXPLANATIONS[code];
	return `${where}: ${known ?? "no connection"}${code === undefined ? "" : ` (${code})`}`;
}
