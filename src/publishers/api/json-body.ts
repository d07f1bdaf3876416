import { asciiJson } from "../../core/json-text.js";
import { utf8Text } from "../../core/utf8.js";
import type { BodyReader, HttpRequest, HttpResponse } from "../../http/message.js";

/** Deeper JSON has no use here, and a parser that recurses has little stack on a device. */
const MAX_DEPTH = 4;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const JSON_TYPES: readonly string[] = Object.freeze(["application/json", "application/merge-patch+json"]);

/**
 * Reads the JSON of a request's body; answers 415 when it says that it is something else (a form of another site cannot
 * say that it is JSON) and 400 when it is none, and then calls nobody.
 * @param maxBytes - As the route has it.
 * @param onValue - Called once, later, with what was sent. */
export function readJson(
	request: HttpRequest,
	response: HttpResponse,
	maxBytes: number,
	onValue: (value: unknown) => void,
): void {
	const type = (request.header("content-type") ?? "").split(";")[0] ?? "";
	if (!JSON_TYPES.includes(type.trim().toLowerCase())) {
		response.respondError(415, "json-expected", "Send JSON with Content-Type: application/json (curl --json does).");
		return;
	}
	request.readBody(new JsonBody(request.contentLengthBytes ?? maxBytes, response, onValue));
}

/** The text that a body has under its only member; undefined when it is another. */
export function onlyText(value: unknown, name: string): string | undefined {
	const isObject = typeof value === "object" && value !== null && Object.keys(value).length === 1;
	const text: unknown = isObject ? Reflect.get(value, name) : undefined;
	return typeof text === "string" ? text : undefined;
}

/** 400 with the member that is wrong, and what it should be. */
export function respondBadValue(response: HttpResponse, key: string, message: string): void {
	response.respondText(400, "application/json", asciiJson({ error: { code: "bad-value", key, message } }));
}

class JsonBody implements BodyReader {
	readonly #bytes: Uint8Array;
	readonly #response: HttpResponse;
	readonly #onValue: (value: unknown) => void;
	#length = 0;

	constructor(maxBytes: number, response: HttpResponse, onValue: (value: unknown) => void) {
		this.#bytes = new Uint8Array(maxBytes);
		this.#response = response;
		this.#onValue = onValue;
	}

	onBytes(bytes: Uint8Array, offset: number, end: number): void {
		for (let i = offset; i < end; i++) this.#bytes[this.#length++] = bytes[i] as number;
	}

	onEnd(): void {
		const value = parseJson(this.#bytes, this.#length);
		if (value === undefined) {
			const message = `The body is no JSON in UTF-8, or it is nested more than ${MAX_DEPTH} deep.`;
			this.#response.respondError(400, "malformed-json", message);
		} else this.#onValue(value);
	}

	onAborted(): void {}
}

/** What the first `length` bytes are as JSON; undefined when they are none, or nested too deep. */
export function parseJson(bytes: Uint8Array, length: number): unknown {
	const text = depthOf(bytes, length) <= MAX_DEPTH ? utf8Text(bytes, 0, length) : undefined;
	if (text === undefined) return undefined;
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

/** How deep arrays and objects are nested, outside strings. */
function depthOf(bytes: Uint8Array, length: number): number {
	let depth = 0;
	let deepest = 0;
	let isInString = false;
	for (let i = 0; i < length; i++) {
		const byte = bytes[i] as number;
		if (isInString && byte === BACKSLASH) i++;
		else if (byte === QUOTE) isInString = !isInString;
		else if (isInString) continue;
		// "[" and "{", "]" and "}" differ in one bit.
		else if ((byte | 0x20) === 0x7b) deepest = Math.max(deepest, ++depth);
		else if ((byte | 0x20) === 0x7d) depth--;
	}
	return deepest;
}
