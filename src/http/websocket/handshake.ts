import { sha1 } from "../../core/sha1.js";
import { asciiBytes } from "../ascii.js";
import type { HeaderList, HttpRequest, HttpResponse } from "../message.js";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/** 16 bytes in Base64: 22 digits, of which the last has four bits that are 0, and two signs that fill up. */
const KEY_DIGITS = 22;
const KEY_FILL = "==";

const UPGRADE: HeaderList = Object.freeze(["Upgrade", "websocket", "Connection", "Upgrade"]);
const UPGRADE_13: HeaderList = Object.freeze([...UPGRADE, "Sec-WebSocket-Version", "13"]);

function base64(bytes: Uint8Array): string {
	let text = "";
	for (let i = 0; i < bytes.length; i += 3) {
		const word = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
		const digits = Math.min(bytes.length - i, 3) + 1;
		for (let digit = 0; digit < 4; digit++) {
			text += digit < digits ? BASE64.charAt((word >> (18 - 6 * digit)) & 63) : "=";
		}
	}
	return text;
}

/** The `Sec-WebSocket-Accept` that answers a `Sec-WebSocket-Key` (RFC 6455 §4.2.2). */
export function acceptKey(key: string): string {
	return base64(sha1(asciiBytes(key + GUID)));
}

function isKey(key: string | undefined): key is string {
	if (key === undefined || key.length !== KEY_DIGITS + KEY_FILL.length || !key.endsWith(KEY_FILL)) return false;
	for (let i = 0; i < KEY_DIGITS; i++) if (!BASE64.includes(key.charAt(i))) return false;
	return (BASE64.indexOf(key.charAt(KEY_DIGITS - 1)) & 15) === 0;
}

/** A page may open a WebSocket to any host, and no rule of the browser keeps it from reading: so its own host only. */
function isForeign(request: HttpRequest): boolean {
	const origin = request.header("origin")?.toLowerCase();
	if (origin === undefined) return false;
	return origin !== `http://${request.host}` && origin !== `https://${request.host}`;
}

/**
 * Judges the opening handshake of a WebSocket: gives the headers to take it over with (status 101), or undefined when it
 * is none and has been answered with 400, 403 or 426. No subprotocol and no extension is ever agreed on.
 * @see RFC 6455 §4.2
 */
export function acceptHandshake(request: HttpRequest, response: HttpResponse): HeaderList | undefined {
	const isUpgrade = request.headerHasToken("upgrade", "websocket") && request.headerHasToken("connection", "upgrade");
	const key = request.header("sec-websocket-key");
	if (!isUpgrade || request.method !== "GET") {
		response.respondError(426, "upgrade-required", "This address speaks WebSocket. Open it as ws://.", UPGRADE);
	} else if (request.header("sec-websocket-version") !== "13") {
		response.respondError(426, "upgrade-required", "Only version 13 of WebSocket is spoken here.", UPGRADE_13);
	} else if (!isKey(key)) {
		response.respondError(400, "malformed-upgrade", "Sec-WebSocket-Key must be 16 bytes in Base64.");
	} else if (isForeign(request)) {
		response.respondError(403, "foreign-origin", "In a browser, only pages of this device may open this.");
	} else {
		return [...UPGRADE, "Sec-WebSocket-Accept", acceptKey(key)];
	}
	return undefined;
}
