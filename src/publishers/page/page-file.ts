import { latin1Text } from "../../http/ascii.js";
import type { HeaderList } from "../../http/message.js";

/**
 * The page as the build makes it: header lines, an empty line, and the body as it is sent, so that what depends on the body
 * (its tag, the hashes of its scripts) comes with it.
 */
export interface PageFile {
	readonly contentType: string;
	/** With its quotes. */
	readonly etag: string;
	/** Those that belong to the body. */
	readonly bodyHeaders: HeaderList;
	/** Those of every answer, 304 included; the ETag is among them. */
	readonly headers: HeaderList;
	/** The file; in flash on the device. */
	readonly bytes: Uint8Array;
	/** Where the body starts; it goes on to the end. */
	readonly bodyOffset: number;
}

const LINE_FEED = 0x0a;
/** More than the build writes; a file without an empty line is not read to its end. */
const MAX_HEAD_BYTES = 2048;
/** On every answer, also on the one that says that nothing is new (RFC 9110 §15.4.5). */
const ALWAYS = Object.freeze(["cache-control", "etag"]);

/**
 * Reads the file's head.
 * @param bytes - kept: they must not change.
 * @throws Error when it is no such file. */
export function parsePageFile(bytes: Uint8Array): PageFile {
	const always: string[] = [];
	const ofBody: string[] = [];
	let contentType = "";
	let etag = "";
	let start = 0;
	for (let at = 0; at < bytes.length && at < MAX_HEAD_BYTES; at++) {
		if (bytes[at] !== LINE_FEED) continue;
		if (at === start) {
			if (contentType === "" || etag === "") break;
			always.push("Vary", "Accept, Accept-Encoding");
			const bodyHeaders = Object.freeze([...always, ...ofBody]);
			return { contentType, etag, headers: Object.freeze(always), bodyHeaders, bytes, bodyOffset: at + 1 };
		}
		const line = latin1Text(bytes, start, at);
		start = at + 1;
		const colon = line.indexOf(": ");
		if (colon <= 0) break;
		const name = line.slice(0, colon);
		const value = line.slice(colon + 2);
		const key = name.toLowerCase();
		if (key === "etag") etag = value;
		if (key === "content-type") contentType = value;
		else (ALWAYS.includes(key) ? always : ofBody).push(name, value);
	}
	throw new Error("this is not the page's file: build it again with npm run build:web");
}
