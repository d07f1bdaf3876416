import { describe, expect, test } from "vitest";
import { BodyDecoder } from "../../src/http/body-decoder.js";

type Outcome = { readonly payload: string; readonly result: "done" | "more" | number; readonly rest: string };

/** What the decoder makes of `text`, which arrives in pieces; `lengthBytes` undefined means chunked. */
function decode(text: string, lengthBytes: number | undefined, maxBytes = 100, pieceBytes = 1): Outcome {
	const decoder = new BodyDecoder();
	const bytes = Buffer.from(text, "latin1");
	let payload = "";
	const fault = decoder.start(lengthBytes ?? 0, lengthBytes === undefined, maxBytes);
	if (fault !== undefined) return { payload, result: fault.status, rest: text };
	let at = 0;
	while (!decoder.done && at < bytes.length) {
		const filled = Math.min(bytes.length, at + pieceBytes);
		const next = decoder.next(bytes, at, filled);
		if (typeof next !== "number") return { payload, result: next.status, rest: text.slice(at) };
		payload += text.slice(decoder.pieceStart, decoder.pieceEnd);
		at = next;
	}
	expect(decoder.receivedBytes).toBe(payload.length);
	return { payload, result: decoder.done ? "done" : "more", rest: text.slice(at) };
}

describe("BodyDecoder", () => {
	test.each<[name: string, text: string, payload: string, result: "done" | "more" | number]>([
		["two chunks", "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "abcde", "done"],
		["an empty body", "0\r\n\r\n", "", "done"],
		["sizes in hex of any case", "A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n", "01234567890123456789", "done"],
		["leading zeros", "00000003\r\nabc\r\n000\r\n\r\n", "abc", "done"],
		["line ends in the payload", "4\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n", "done"],
		["an extension", '3;name="value"\r\nabc\r\n0;last\r\n\r\n', "abc", "done"],
		["a trailer", "0\r\nX-Sum: 1\r\nY: 2\r\n\r\n", "", "done"],
		["half a size", "1", "", "more"],
		["half a chunk", "5\r\nab", "ab", "more"],
		["no end of the trailers", "0\r\n", "", "more"],
		["a size that is none", "x\r\n", "", 400],
		["an empty size", "\r\n", "", 400],
		["an extension without size", ";a\r\n", "", 400],
		["a signed size", "+3\r\nabc\r\n", "", 400],
		["a size with 0x", "0x3\r\nabc\r\n", "", 400],
		["a blank before the size", " 3\r\nabc\r\n", "", 400],
		["a blank behind the size", "3 \r\nabc\r\n", "", 400],
		["a size of nine digits", "000000003\r\nabc\r\n", "", 400],
		["a bare LF behind the size", "3\nabc\r\n", "", 400],
		["a CR that is not followed by LF", "3\rabc\r\n", "", 400],
		["a bare LF in an extension", "3;a\nabc\r\n", "", 400],
		["NUL in an extension", "3;\0\r\nabc\r\n", "", 400],
		["a chunk that is longer than said", "3\r\nabcd\r\n0\r\n\r\n", "abc", 400],
		["a bare LF behind a chunk", "3\r\nabc\n0\r\n\r\n", "abc", 400],
		["CR and something behind a chunk", "3\r\nabc\rx0\r\n\r\n", "abc", 400],
		["a bare LF behind a trailer", "0\r\nX: 1\n\r\n", "", 400],
		["a bare CR in a trailer", "0\r\nX: 1\rY\r\n\r\n", "", 400],
		["a bare LF at the end", "0\r\n\n", "", 400],
		["CR and something at the end", "0\r\n\rx", "", 400],
		["endless extensions", `3;${"a".repeat(600)}`, "", 400],
		["endless trailers", `0\r\n${"a: b\r\n".repeat(200)}`, "", 400],
		["a chunk above the limit", "65\r\n", "", 413],
		["chunks above the limit together", `64\r\n${"a".repeat(100)}\r\n1\r\n`, "a".repeat(100), 413],
		["a chunk of many gigabytes", "ffffffff\r\n", "", 413],
	])("chunked: %s, in any pieces", (_name, text, payload, result) => {
		for (const pieceBytes of [1, 2, 3, 1000]) {
			const outcome = decode(text, undefined, 100, pieceBytes);
			expect([outcome.payload, outcome.result]).toEqual([payload, result]);
		}
	});

	test.each([1, 3, 1000])("stops at the end of the body (pieces of %i)", (pieceBytes) => {
		expect(decode("2\r\nab\r\n0\r\n\r\nGET /", undefined, 100, pieceBytes).rest).toBe("GET /");
		expect(decode("abcdeGET /", 5, 100, pieceBytes)).toEqual({ payload: "abcde", result: "done", rest: "GET /" });
	});

	test.each<[name: string, text: string, lengthBytes: number, result: "done" | "more" | number]>([
		["none", "", 0, "done"],
		["at the limit", "a".repeat(100), 100, "done"],
		["above the limit", "a", 101, 413],
		["not complete", "abc", 4, "more"],
	])("by length: %s", (_name, text, lengthBytes, result) => {
		expect(decode(text, lengthBytes).result).toBe(result);
	});
});
