/** A request body above this is too large; a real one has 25 bytes. */
export const MAX_BODY_BYTES = 256;

/** `{"cloud_enabled":…}` has one; JSON.parse recurses on a small stack. */
const MAX_OPENING_BRACKETS = 4;

/** What a body of `/api/v1/system` asks for. */
export type SystemRequest = "invalid-json" | "invalid-value" | "cloud-on" | "cloud-off";

/** Reads the body of a request to change the system. @param end - At most {@link MAX_BODY_BYTES}. */
export function parseSystemBody(bytes: Uint8Array, end: number): SystemRequest {
	let text = "";
	let opening = 0;
	for (let i = 0; i < end; i++) {
		const byte = bytes[i] as number;
		if (byte === 0x7b || byte === 0x5b) opening++;
		text += String.fromCharCode(byte);
	}
	if (opening > MAX_OPENING_BRACKETS) return "invalid-value";
	let body: unknown;
	try {
		body = JSON.parse(text);
	} catch {
		return "invalid-json";
	}
	if (typeof body !== "object" || body === null || !("cloud_enabled" in body)) return "invalid-value";
	if (typeof body.cloud_enabled !== "boolean") return "invalid-value";
	return body.cloud_enabled ? "cloud-on" : "cloud-off";
}
