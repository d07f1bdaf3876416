import { describe, expect, test } from "vitest";
import { acceptHandshake, acceptKey } from "../../../src/http/websocket/handshake.js";
import { httpHarness, type ParsedResponse, parseResponses } from "../../support/http-harness.js";
import type { HandledRoute } from "../../support/routes.js";

/** The example of RFC 6455 §1.3. */
const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
const GOOD = [
	"Host: p1.local",
	"Upgrade: websocket",
	"Connection: Upgrade",
	`Sec-WebSocket-Key: ${KEY}`,
	"Sec-WebSocket-Version: 13",
];

const WS: HandledRoute = {
	method: "GET",
	path: "/ws",
	maxBodyBytes: 10,
	handle(request, response) {
		const headers = acceptHandshake(request, response);
		if (headers === undefined) return;
		const handler = { onReadable() {}, onWritable() {}, onClosed() {} };
		response.takeOver(101, headers, () => handler);
	},
};

function ask(lines: readonly string[], method = "GET"): ParsedResponse {
	const { tcp } = httpHarness({ routes: [WS] });
	const peer = tcp.connect();
	peer.send(`${[`${method} /ws HTTP/1.1`, ...lines].join("\r\n")}\r\n\r\n`);
	const [response] = parseResponses(peer.received, [method], true);
	if (response === undefined) throw new Error("no answer");
	return response;
}

/** {@link GOOD} with one line instead of another, or without it. */
function but(name: string, line?: string): string[] {
	return GOOD.flatMap((good) => (good.startsWith(`${name}:`) ? (line ?? []) : good));
}

describe("WebSocket handshake", () => {
	test("answers the key of RFC 6455 as RFC 6455 does", () => {
		expect(acceptKey(KEY)).toBe("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
	});

	test.each([
		["as clients send it", GOOD],
		["in other letters", but("Upgrade", "UPGRADE: WebSocket").map((line) => line.replace("Upgrade", "upgrade"))],
		["with more in its lists", but("Connection", "Connection: keep-alive, Upgrade")],
		[
			"with extensions and protocols, which are not agreed on",
			[...GOOD, "Sec-WebSocket-Extensions: permessage-deflate"],
		],
		["from a page of this device", [...GOOD, "Origin: http://P1.local"]],
		["from one behind a proxy with TLS", [...GOOD, "Origin: https://p1.local"]],
	])("accepts it %s", (_what, lines) => {
		const { status, headers } = ask(lines);
		expect(status).toBe(101);
		expect(headers.get("upgrade")).toBe("websocket");
		expect(headers.get("connection")).toBe("Upgrade");
		expect(headers.get("sec-websocket-accept")).toBe("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
		expect(headers.has("sec-websocket-extensions")).toBe(false);
	});

	test.each([
		["no upgrade", but("Upgrade"), 426],
		["another upgrade", but("Upgrade", "Upgrade: h2c"), 426],
		["an upgrade for the next hop only", but("Connection", "Connection: keep-alive"), 426],
		["no version", but("Sec-WebSocket-Version"), 426],
		["an older version", but("Sec-WebSocket-Version", "Sec-WebSocket-Version: 8"), 426],
		["no key", but("Sec-WebSocket-Key"), 400],
		["a key that is too short", but("Sec-WebSocket-Key", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j"), 400],
		["a key that is too long", but("Sec-WebSocket-Key", `Sec-WebSocket-Key: dGhl${KEY}`), 400],
		["a key that is no Base64", but("Sec-WebSocket-Key", "Sec-WebSocket-Key: dGhl!HNhbXBsZSBub25jZQ=="), 400],
		["a key with a bit too many", but("Sec-WebSocket-Key", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR=="), 400],
		["a page of another host", [...GOOD, "Origin: http://evil.example"], 403],
		["a page of another port", [...GOOD, "Origin: http://p1.local:8080"], 403],
		["a page without a name", [...GOOD, "Origin: null"], 403],
	])("refuses %s", (_what, lines, status) => {
		const response = ask(lines);
		expect(response.status).toBe(status);
		if (status === 426) expect(response.headers.get("upgrade")).toBe("websocket");
	});

	test("says which version it speaks", () => {
		const lines = but("Sec-WebSocket-Version", "Sec-WebSocket-Version: 8");
		expect(ask(lines).headers.get("sec-websocket-version")).toBe("13");
	});

	test("HEAD is no way to open one", () => {
		expect(ask(GOOD, "HEAD").status).toBe(426);
	});
});
