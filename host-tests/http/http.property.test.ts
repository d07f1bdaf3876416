import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ECHO, HELLO, type HttpHarness, httpHarness, parseResponses } from "../support/http-harness.js";
import type { HandledRoute } from "../support/routes.js";

// A failing run prints its seed and the shrunk input; `FUZZ_RUNS` makes the search longer.
const RUNS = Number(process.env.FUZZ_RUNS ?? 300);
const LIMITS = {
	maxRequestLineBytes: 80,
	maxHeaderBytes: 160,
	maxHeaders: 6,
	bodyWindowBytes: 16,
	outputBytes: 512,
	outputBuffers: 2,
} as const;

const BIG: HandledRoute = {
	method: "GET",
	path: "/big",
	handle: (_request, response) =>
		response.respondSource(200, "text/plain", {
			lengthBytes: 3_000,
			read(into, offset, end, position) {
				const count = Math.min(end - offset, 3_000 - position);
				for (let i = 0; i < count; i++) into[offset + i] = 0x61 + ((position + i) % 26);
				return count;
			},
		}),
};
const CHUNKS: HandledRoute = {
	method: "GET",
	path: "/chunks",
	handle: (_request, response) => {
		let left = 40;
		const line = Uint8Array.from(Buffer.from("one line of many\n"));
		response.stream(200, "text/plain", {
			onWritable(stream) {
				while (left > 0 && stream.write(line, 0, line.length)) left--;
				if (left === 0) stream.end();
			},
			onClosed() {},
		});
	},
};

function harness(): HttpHarness {
	return httpHarness({ routes: [HELLO, { ...ECHO, maxBodyBytes: 400 }, BIG, CHUNKS], limits: LIMITS });
}

const body = fc.uint8Array({ maxLength: 120 }).map((bytes) => Buffer.from(bytes).toString("latin1"));
const chunked = fc
	.array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.constantFrom("", ";x", ";a=b")), { maxLength: 4 })
	.map((chunks) => {
		const text = chunks.map(([bytes, extension]) => {
			return `${bytes.length.toString(16)}${extension}\r\n${Buffer.from(bytes).toString("latin1")}\r\n`;
		});
		const payload = chunks.map(([bytes]) => Buffer.from(bytes).toString("latin1")).join("");
		return { payload, text: `${text.join("")}0\r\n\r\n` };
	});

/** A request that is answered with 200, and the body of the answer if it is known. */
const goodRequest = fc.oneof(
	fc.constantFrom(
		{ text: "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n", answer: "hello" },
		{ text: "\r\nGET http://a/hello?x HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n", answer: "hello" },
		{ text: "GET /big HTTP/1.1\r\nHost: a\r\n\r\n", answer: undefined },
		{ text: "GET /chunks HTTP/1.1\r\nHost: a\r\n\r\n", answer: "one line of many\n".repeat(40) },
	),
	body.map((answer) => ({
		text: `POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: ${answer.length}\r\n\r\n${answer}`,
		answer,
	})),
	chunked.map(({ text, payload }) => ({
		text: `POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${text}`,
		answer: payload,
	})),
);

const badRequest = fc.constantFrom(
	"GET /hello HTTP/1.1\r\n\r\n",
	"GET /hello HTTP/1.0\r\n\r\n",
	"GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n",
	"DELETE /hello HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /hello HTTP/1.1\nHost: a\r\n\r\n",
	"GET /hello HTTP/1.1\r\nHost : a\r\n\r\n",
	"GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
	"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd",
	"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 401\r\n\r\n",
	"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nabcde",
	`GET /${"x".repeat(100)} HTTP/1.1\r\n\r\n`,
	`GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(200)}\r\n\r\n`,
	"\x16\x03\x01\x00\xa5\x01",
);

type Exchange = { readonly received: string; readonly state: string; readonly faults: readonly string[] };

/** Sends `text` cut at `cuts`, while the peer takes what comes in the portions `portions`, over and over. */
function converse(text: string, cuts: readonly number[], portions: readonly number[]): Exchange {
	const { tcp, clock, faults } = harness();
	const peer = tcp.connect(portions.length > 0 ? 0 : Number.POSITIVE_INFINITY);
	const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
	let turn = 0;
	const take = (): void => {
		if (portions.length > 0) peer.take(portions[turn++ % portions.length] ?? 1);
		clock.advance(0);
	};
	for (let i = 1; i < places.length; i++) {
		peer.send(text.slice(places[i - 1], places[i]));
		take();
	}
	for (let before = -1; before !== peer.received.length; ) {
		before = peer.received.length;
		for (let i = 0; i < 50; i++) take();
	}
	return { received: peer.received, state: peer.state, faults };
}

/** Without the interim answers: they depend on whether the body is there already, and may. */
function final(exchange: Exchange): Exchange {
	return { ...exchange, received: exchange.received.replace(/HTTP\/1\.1 100 Continue\r\n\r\n/g, "") };
}

const cuts = fc.array(fc.nat(4_000), { maxLength: 12 });
const portions = fc.array(fc.integer({ min: 1, max: 700 }), { maxLength: 5 });

describe("any division of the same bytes", () => {
	test("gives the same answers, however the peer takes them", () => {
		const requests = fc.array(fc.oneof({ weight: 3, arbitrary: goodRequest.map(({ text }) => text) }, badRequest), {
			minLength: 1,
			maxLength: 6,
		});
		fc.assert(
			fc.property(requests, cuts, portions, (texts, places, sizes) => {
				const text = texts.join("");
				const whole = final(converse(text, [], []));
				expect(final(converse(text, places, sizes))).toEqual(whole);
				expect(whole.faults).toEqual([]);
			}),
			{ numRuns: RUNS },
		);
	});

	test("gives each request its own answer, and no more", () => {
		fc.assert(
			fc.property(fc.array(goodRequest, { maxLength: 6 }), cuts, portions, (requests, places, sizes) => {
				const { received, state } = converse(requests.map(({ text }) => text).join(""), places, sizes);
				const responses = parseResponses(received);
				expect(responses.map(({ status }) => status)).toEqual(requests.map(() => 200));
				for (const [index, { answer }] of requests.entries()) {
					if (answer !== undefined) expect(responses[index]?.body).toBe(answer);
				}
				expect(state).toBe("open");
			}),
			{ numRuns: RUNS },
		);
	});
});

describe("any bytes at all", () => {
	const anything = fc.oneof(
		fc.uint8Array({ maxLength: 600 }),
		fc
			.array(
				fc.oneof(
					badRequest,
					fc.constantFrom(
						"GET ",
						"POST /echo",
						" HTTP/1.1",
						"\r\n",
						"\r\n\r\n",
						"Host: a",
						": ",
						"\r",
						"\n",
						"\0",
						"0\r\n",
					),
					fc.constantFrom(
						"Content-Length: ",
						"Transfer-Encoding: chunked",
						"Connection: close",
						"Expect: 100-continue",
					),
					fc.string({ maxLength: 20 }),
					fc.nat(500).map(String),
				),
				{ maxLength: 20 },
			)
			.map((parts) => Uint8Array.from(Buffer.from(parts.join(""), "latin1"))),
		fc
			.tuple(goodRequest, fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 3 }))
			.map(([{ text }, changes]) => {
				const bytes = Uint8Array.from(Buffer.from(text, "latin1"));
				for (const [place, value] of changes) bytes[place % bytes.length] = value;
				return bytes;
			}),
	);

	test("are answered with HTTP or silence, break nothing, and cost their connection no longer than the limits say", () => {
		fc.assert(
			fc.property(anything, fc.integer({ min: 1, max: 100 }), portions, (bytes, pieceBytes, sizes) => {
				const { tcp, clock, faults, server } = harness();
				const peer = tcp.connect(sizes.length > 0 ? 0 : Number.POSITIVE_INFINITY);
				peer.send(bytes, pieceBytes);
				for (let i = 0; i < 500; i++) {
					if (sizes.length > 0) peer.take(sizes[i % sizes.length] ?? 1);
					clock.advance(0);
				}
				peer.take(1_000_000);
				clock.advance(60_000);
				expect(peer.state).not.toBe("open");
				expect(server.openConnections).toBe(0);
				expect(faults).toEqual([]);
				// Methods that do not matter here: HEAD never comes out of the parts above.
				const responses = parseResponses(peer.received, [], true);
				for (const [index, { status, headers }] of responses.entries()) {
					if (headers.get("connection") === "close") expect(index).toBe(responses.length - 1);
					expect([100, 200, 204, 400, 404, 405, 408, 413, 414, 417, 431, 501, 505]).toContain(status);
				}
				// The place is as good as new.
				const next = tcp.connect();
				next.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
				expect(parseResponses(next.received)).toMatchObject([{ status: 200, body: "hello" }]);
			}),
			{ numRuns: RUNS * 4 },
		);
	});
});
