import { describe, expect, test } from "vitest";
import { asciiBytes } from "../../src/http/ascii.js";
import { httpLimits, inputBytes } from "../../src/http/limits.js";
import { HOST, type RequestHead } from "../../src/http/request-head.js";
import { RequestParser } from "../../src/http/request-parser.js";

const LIMITS = httpLimits({ maxRequestLineBytes: 64, maxHeaderBytes: 200, maxHeaders: 5 });

type Outcome = { readonly result: string | number; readonly usedBytes: number; readonly head: RequestHead };

/** The result of parsing `text`, which arrives in pieces: "complete", "incomplete" or the status of the fault. */
function parse(text: string, pieceBytes = text.length, limits = LIMITS): Outcome {
	const bytes = new Uint8Array(inputBytes(limits));
	const source = Buffer.from(text, "latin1");
	const parser = new RequestParser(bytes, new Uint16Array(4 * limits.maxHeaders), limits);
	let filled = 0;
	let result: ReturnType<RequestParser["parse"]> = "incomplete";
	while (result === "incomplete" && filled < source.length) {
		const end = Math.min(source.length, filled + pieceBytes, bytes.length);
		if (end === filled) throw new Error("the buffer is full and nothing has been decided");
		bytes.set(source.subarray(filled, end), filled);
		filled = end;
		result = parser.parse(filled);
	}
	return { result: typeof result === "string" ? result : result.status, usedBytes: parser.headEnd, head: parser.head };
}

const HOST_LINE = "Host: p1.local\r\n";
const get = (headers: string): string => `GET / HTTP/1.1\r\n${HOST_LINE}${headers}\r\n`;

describe("RequestParser", () => {
	test.each<[name: string, text: string, result: string | number]>([
		["a plain request", get(""), "complete"],
		["an empty line before it", `\r\n${get("")}`, "complete"],
		["HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", "complete"],
		["an empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", "complete"],
		["a Host in brackets", "GET / HTTP/1.1\r\nHost: [fe80::1]:8080\r\n\r\n", "complete"],
		["an empty value", get("X-Empty:\r\n"), "complete"],
		["bytes above 0x7f in a value", get("X-Name: \xe5\xe4\xf6\r\n"), "complete"],
		["tabs around a value", get("X-Tab:\t a\tb \t\r\n"), "complete"],
		["every token byte in a name", get("!#$%&'*+-.^_`|~09azAZ: x\r\n"), "complete"],
		["an unknown method", "BREW /pot HTTP/1.0\r\n\r\n", "complete"],
		["an absolute target", "GET http://p1.local:80/a?b HTTP/1.1\r\nHost: other\r\n\r\n", "complete"],
		["an absolute target without path", "GET HTTP://p1.local HTTP/1.0\r\n\r\n", "complete"],
		["an absolute https target", "GET https://p1.local/ HTTP/1.0\r\n\r\n", "complete"],
		["OPTIONS *", "OPTIONS * HTTP/1.0\r\n\r\n", "complete"],
		["chunked", get("Transfer-Encoding: chunked\r\n"), "complete"],
		["Chunked in capitals", get("Transfer-Encoding: CHUNKED\r\n"), "complete"],
		["a length with leading zeros", get("Content-Length: 0007\r\n"), "complete"],
		["Expect: 100-continue", get("Expect: 100-Continue\r\nContent-Length: 1\r\n"), "complete"],
		["any Expect from HTTP/1.0", "GET / HTTP/1.0\r\nExpect: magic\r\n\r\n", "complete"],

		["nothing yet", "GE", "incomplete"],
		["no end of the head yet", `GET / HTTP/1.1\r\n${HOST_LINE}`, "incomplete"],
		["a CR that may become a line end", `GET / HTTP/1.1\r\n${HOST_LINE}\r`, "incomplete"],

		["two empty lines before it", `\r\n\r\n${get("")}`, 400],
		["a bare LF after the request line", `GET / HTTP/1.1\n${HOST_LINE}\r\n`, 400],
		["a bare LF after a header", "GET / HTTP/1.1\r\nHost: a\n\r\n", 400],
		["a bare LF at the end", `GET / HTTP/1.1\r\n${HOST_LINE}\n`, 400],
		["a bare CR in the request line", "GET /\rHTTP/1.1\r\n", 400],
		["a bare CR in a value", get("X: a\rb\r\n"), 400],
		["a bare CR before the line end", get("X: a\r\r\n"), 400],
		["NUL in the target", "GET /\0 HTTP/1.1\r\n", 400],
		["NUL in a value", get("X: a\0b\r\n"), 400],
		["DEL in a value", get("X: a\x7fb\r\n"), 400],
		["an escape in a value", get("X: a\x1bb\r\n"), 400],
		["a TLS hello", "\x16\x03\x01\x02\x00", 400],
		["no target", "GET  HTTP/1.1\r\n", 400],
		["no version", "GET /\r\n", 400],
		["HTTP/0.9 with a blank", "GET / \r\n", 400],
		["two spaces before the target", "GET  / HTTP/1.1\r\n", 400],
		["two spaces before the version", "GET /  HTTP/1.1\r\n", 400],
		["a tab for a space", "GET\t/ HTTP/1.1\r\n", 400],
		["a space before the method", " GET / HTTP/1.1\r\n", 400],
		["a space after the version", "GET / HTTP/1.1 \r\n", 400],
		["a method that is no token", "G@T / HTTP/1.1\r\n", 400],
		["a version in lower case", "GET / http/1.1\r\n", 400],
		["a version without minor digit", "GET / HTTP/1\r\n", 400],
		["a version of many digits", "GET / HTTP/1.11\r\n", 400],
		["a target that does not begin with /", "GET index.html HTTP/1.1\r\n", 400],
		["authority form", "CONNECT p1.local:80 HTTP/1.1\r\n", 400],
		["* with GET", "GET * HTTP/1.1\r\n", 400],
		["another scheme", "GET ftp://p1.local/ HTTP/1.1\r\n", 400],
		["an absolute target without host", "GET http:///path HTTP/1.1\r\n", 400],
		["an absolute target with a user", "GET http://me@p1.local/ HTTP/1.1\r\n", 400],
		["a fragment", "GET /a#b HTTP/1.1\r\n", 400],
		["a target in Latin-1", "GET /\xe5 HTTP/1.1\r\n", 400],
		["a folded header", get("X: a\r\n b\r\n"), 400],
		["a first header that begins with a blank", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400],
		["a space before the colon", get("X : a\r\n"), 400],
		["a header without colon", get("nonsense\r\n"), 400],
		["a header without name", get(": a\r\n"), 400],
		["a name that is no token", get("X(y): a\r\n"), 400],
		["no Host", "GET / HTTP/1.1\r\n\r\n", 400],
		["two Hosts", get("Host: p1.local\r\n"), 400],
		["two Hosts in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", 400],
		["a Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400],
		["a list of Hosts", "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n", 400],
		["a Host with a blank", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400],
		["a Host with a user", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400],
		["Content-Length twice, the same", get("Content-Length: 3\r\nContent-Length: 3\r\n"), 400],
		["Content-Length twice, different", get("Content-Length: 3\r\nContent-Length: 4\r\n"), 400],
		["a list of lengths", get("Content-Length: 3, 3\r\n"), 400],
		["a signed length", get("Content-Length: +3\r\n"), 400],
		["a negative length", get("Content-Length: -3\r\n"), 400],
		["a length in hex", get("Content-Length: 0x3\r\n"), 400],
		["a length with a blank inside", get("Content-Length: 1 2\r\n"), 400],
		["an empty length", get("Content-Length:\r\n"), 400],
		["length and chunked", get("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"), 400],
		["chunked and length", get("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"), 400],
		["length and an unknown coding", get("Content-Length: 3\r\nTransfer-Encoding: x\r\n"), 400],
		["chunked from HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400],

		["another coding", get("Transfer-Encoding: gzip\r\n"), 501],
		["chunked twice", get("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 501],
		["a list of codings", get("Transfer-Encoding: gzip, chunked\r\n"), 501],
		["a coding that only looks like chunked", get("Transfer-Encoding: xchunked\r\n"), 501],
		["an unknown expectation", get("Expect: magic\r\n"), 417],
		["HTTP/2 with prior knowledge", "PRI * HTTP/2.0\r\n", 505],
		["HTTP/1.2", "GET / HTTP/1.2\r\n", 505],
		["HTTP/0.9 with a version", "GET / HTTP/0.9\r\n", 505],

		["a request line at the limit", `GET /${"a".repeat(64 - 14)} HTTP/1.0\r\n\r\n`, "complete"],
		["a request line one byte above it", `GET /${"a".repeat(65 - 14)} HTTP/1.0\r\n\r\n`, 414],
		["a request line without end", "a".repeat(65), 414],
		["headers at the limit", `GET / HTTP/1.0\r\nA: ${"a".repeat(94)}\r\nB: ${"b".repeat(98)}\r\n\r\n`, "complete"],
		["headers one byte above it", `GET / HTTP/1.0\r\nA: ${"a".repeat(94)}\r\nB: ${"b".repeat(99)}\r\n\r\n`, 431],
		["a header without end", `GET / HTTP/1.0\r\n${"A".repeat(201)}`, 431],
		["as many headers as there may be", `GET / HTTP/1.0\r\n${"A: b\r\n".repeat(5)}\r\n`, "complete"],
		["one header more", `GET / HTTP/1.0\r\n${"A: b\r\n".repeat(6)}\r\n`, 431],
	])("%s: in one piece or byte by byte, the same", (_name, text, result) => {
		for (const pieceBytes of [text.length, 1, 2, 7]) expect(parse(text, pieceBytes).result).toBe(result);
	});

	test("leaves what follows the head alone", () => {
		const text = get("Content-Length: 5\r\n");
		const { result, usedBytes, head } = parse(`${text}12345GET /next`);
		expect(result).toBe("complete");
		expect(usedBytes).toBe(text.length);
		expect(head.contentLengthBytes).toBe(5);
	});

	test("is as new after reset", () => {
		const limits = LIMITS;
		const bytes = new Uint8Array(inputBytes(limits));
		const parser = new RequestParser(bytes, new Uint16Array(4 * limits.maxHeaders), limits);
		const first = Buffer.from("HEAD http://a/b?c=d HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
		bytes.set(first);
		expect(parser.parse(first.length)).toBe("complete");
		parser.reset();
		const second = Buffer.from("GET /x HTTP/1.0\r\n\r\n");
		bytes.set(second);
		expect(parser.parse(second.length)).toBe("complete");
		const { head } = parser;
		expect([head.method, head.path, head.host, head.isChunked, head.isHttp11]).toEqual([
			"GET",
			"/x",
			undefined,
			false,
			false,
		]);
		expect([head.headerCount, head.keepAlive, head.query(asciiBytes("c"))]).toEqual([0, false, undefined]);
	});

	test.each<[target: string, path: string, host: string]>([
		["/", "/", "p1.local"],
		["/api/v1/reading?x=1", "/api/v1/reading", "p1.local"],
		["/a//b/../c%2fd", "/a//b/../c%2fd", "p1.local"],
		["?x", "", ""],
		["http://Dongle:8080/a?b", "/a", "dongle:8080"],
		["http://dongle?b=1", "/", "dongle"],
	])("target %s has path %s and host %s", (target, path, host) => {
		const { result, head } = parse(`GET ${target} HTTP/1.1\r\nHost: P1.local\r\n\r\n`);
		if (path === "") expect(result).toBe(400);
		else expect([result, head.path, head.host]).toEqual(["complete", path, host]);
	});

	test.each<[lines: string, keepAlive10: boolean, keepAlive11: boolean]>([
		["", false, true],
		["Connection: close\r\n", false, false],
		["Connection: Close\r\n", false, false],
		["Connection: keep-alive\r\n", true, true],
		["Connection: foo, Keep-Alive\r\n", true, true],
		["Connection: keep-alive, close\r\n", false, false],
		["Connection: keep-alive\r\nConnection: close\r\n", false, false],
		["Connection: closed\r\n", false, true],
		["Connection: upgrade ,close\r\n", false, false],
	])("persistence with %j", (lines, keepAlive10, keepAlive11) => {
		expect(parse(`GET / HTTP/1.0\r\n${lines}\r\n`).head.keepAlive).toBe(keepAlive10);
		expect(parse(get(lines)).head.keepAlive).toBe(keepAlive11);
	});

	test("a length beyond counting stays the largest number", () => {
		expect(parse(get(`Content-Length: ${"9".repeat(40)}\r\n`)).head.contentLengthBytes).toBe(Number.MAX_SAFE_INTEGER);
	});

	test("expects to continue only where there is a body", () => {
		expect(parse(get("Expect: 100-continue\r\n")).head.expectsContinue).toBe(false);
		expect(parse(get("Expect: 100-continue\r\nContent-Length: 1\r\n")).head.expectsContinue).toBe(true);
	});
});

describe("RequestHead", () => {
	test("finds headers by lower-case name, the first of several, with its value trimmed", () => {
		const { head } = parse(get("X-Thing: \t One two \r\nx-THING: second\r\n"));
		expect(head.header(asciiBytes("x-thing"))).toBe("One two");
		expect(head.header(asciiBytes("x-thin"))).toBeUndefined();
		expect(head.header(HOST)).toBe("p1.local");
	});

	test.each<[query: string, name: string, value: string | undefined]>([
		["a=1&b=2", "a", "1"],
		["a=1&b=2", "b", "2"],
		["a=1&a=2", "a", "1"],
		["a", "a", ""],
		["a&b=1", "a", ""],
		["a=", "a", ""],
		["a=b=c", "a", "b=c"],
		["ab=1", "a", undefined],
		["", "a", undefined],
		["&&a=1", "", undefined],
		["a=%C3%A5+b%20c%26", "a", "å b c&"],
		["a=%zz", "a", undefined],
		["a=%ff", "a", undefined],
		["a=1?b=2", "a", "1?b=2"],
	])("query %j has %j = %j", (query, name, value) => {
		expect(parse(`GET /?${query} HTTP/1.0\r\n\r\n`).head.query(asciiBytes(name))).toBe(value);
	});

	test("has no query without a question mark", () => {
		expect(parse("GET /a=1 HTTP/1.0\r\n\r\n").head.query(asciiBytes("a"))).toBeUndefined();
	});
});
