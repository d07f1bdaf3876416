import { bytesOf } from "../support/fake-tcp.js";
import { ECHO, HELLO, httpHarness } from "../support/http-harness.js";
import type { HandledRoute } from "../support/routes.js";

// Runs on Node and on XS.

const LONG_BYTES = 2_000;

const LONG: HandledRoute = {
	method: "GET",
	path: "/long",
	handle: (_request, response) =>
		response.respondSource(200, "text/plain", {
			lengthBytes: LONG_BYTES,
			read(into, offset, end, position) {
				const count = Math.min(end - offset, LONG_BYTES - position);
				for (let i = 0; i < count; i++) into[offset + i] = 0x61 + ((position + i) % 26);
				return count;
			},
		}),
};

const LINES: HandledRoute = {
	method: "GET",
	path: "/lines",
	noStore: true,
	handle: (_request, response) => {
		let left = 30;
		const line = bytesOf("one of thirty lines\n");
		response.stream(200, "text/plain", {
			onWritable(stream) {
				while (left > 0 && stream.write(line, 0, line.length)) left--;
				if (left === 0) stream.end();
			},
			onClosed() {},
		});
	},
};

const SEEN: HandledRoute = {
	method: "GET",
	path: "/seen",
	handle: (request, response) => {
		const seen = [request.path, request.host, request.header("x-name"), request.query("q"), request.query("z")];
		const json = bytesOf(JSON.stringify(seen));
		response.respond(200, "application/json", json, 0, json.length);
	},
};

const UPGRADE: HandledRoute = {
	method: "GET",
	path: "/raw",
	handle: (_request, response) =>
		response.takeOver(101, ["Connection", "Upgrade", "Upgrade", "raw"], (connection) => ({
			onReadable: () => {
				const bytes = new Uint8Array(8);
				const count = connection.read(bytes, 0, bytes.length);
				if (count > 0) connection.write(bytes, 0, count);
			},
			onWritable: () => {},
			onClosed: () => {},
		})),
};

/** What may come: good and bad, of every kind that the server tells apart. */
export const REQUESTS = [
	"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n",
	"HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\nGET /nothing HTTP/1.1\r\nHost: a\r\n\r\n",
	"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\nPUT /hello HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET http://P1.local/seen?q=%C3%A5+b&z=%zz HTTP/1.1\r\nHost: a\r\nX-NAME: \t v w \r\n\r\n",
	"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nfirst",
	"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nse\r\n4\r\ncond\r\n0\r\nA: b\r\n\r\n",
	"GET /long HTTP/1.1\r\nHost: a\r\n\r\nGET /lines HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /lines HTTP/1.0\r\n\r\n",
	"GET /raw HTTP/1.1\r\nHost: a\r\n\r\nand what follows",
	"GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n\r\nGET /hello HTTP/1.0\r\n\r\n",
	"GET /hello HTTP/1.1\r\n\r\n",
	"GET /hello HTTP/1.1\nHost: a\n\n",
	"GET /hello HTTP/2.0\r\n\r\n",
	"GET /hello HTTP/1.1\r\nHost : a\r\n\r\n",
	"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
	"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 65\r\n\r\n",
	"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
	"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n",
	"GET /hello HTTP/1.1\r\nHost: a\r\nExpect: more\r\n\r\n",
	"GET /hel",
	"\x16\x03\x01",
	"",
];

/** All that the server sends for each of {@link REQUESTS} in `pieceBytes`, to a peer that takes little at a time. */
export function httpTranscript(pieceBytes: number): string[] {
	return REQUESTS.map((text) => {
		const { tcp, clock, faults } = httpHarness({
			routes: [HELLO, ECHO, LONG, LINES, SEEN, UPGRADE],
			limits: { maxConnections: 1, outputBytes: 512 },
		});
		const peer = tcp.connect(100);
		peer.send(text, pieceBytes);
		for (let turn = 0; turn < 60; turn++) {
			peer.take(100);
			clock.advance(0);
		}
		clock.advance(60_000);
		return `${peer.received}|${peer.state}|${faults.join("|")}`;
	});
}
