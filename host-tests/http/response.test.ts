import { describe, expect, test } from "vitest";
import type { BodySource, ResponseStream, StreamProducer } from "../../src/http/message.js";
import type { TcpConnection } from "../../src/ports/tcp.js";
import { type HttpHarness, type HttpHarnessOptions, httpHarness, parseResponses } from "../support/http-harness.js";
import type { Handler } from "../support/routes.js";

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

function serve(handle: Handler, options: HttpHarnessOptions = {}): HttpHarness {
	return httpHarness({ routes: [{ method: "GET", path: "/", handle }], ...options });
}

function ascii(text: string): Uint8Array {
	return Uint8Array.from(Buffer.from(text, "latin1"));
}

/** A source of `lengthBytes` letters that gives at most `pieceBytes` at a time and counts its releases. */
function letters(lengthBytes: number, pieceBytes = 1e9): BodySource & { releases: number } {
	return {
		lengthBytes,
		releases: 0,
		read(into, offset, end, position) {
			const count = Math.min(end - offset, lengthBytes - position, pieceBytes);
			for (let i = 0; i < count; i++) into[offset + i] = 0x61 + ((position + i) % 26);
			return count;
		},
		release() {
			this.releases++;
		},
	};
}

function alphabet(length: number): string {
	return "abcdefghijklmnopqrstuvwxyz".repeat(length / 26 + 1).slice(0, length);
}

describe("respond", () => {
	test("a slow peer gets the body as it was, though the caller reuses its buffer at once", () => {
		const bytes = ascii("..reading 1..");
		const { tcp } = serve((_request, response) => {
			response.respond(200, "application/json", bytes, 2, 11, ["ETag", '"1"']);
			bytes.fill(0x58);
		});
		const peer = tcp.connect(0);
		peer.send(GET);
		for (let i = 0; i < 500; i++) peer.take(1);
		const [response] = parseResponses(peer.received);
		expect(response?.body).toBe("reading 1");
		expect(Object.fromEntries(response?.headers ?? [])).toMatchObject({
			"content-type": "application/json",
			"content-length": "9",
			"x-content-type-options": "nosniff",
			etag: '"1"',
		});
	});

	test("two slow peers never see a mix of two readings", () => {
		const bytes = new Uint8Array(1000);
		let reading = 0;
		const { tcp } = serve((_request, response) => response.respond(200, "text/plain", bytes, 0, bytes.length));
		const peers = [tcp.connect(0), tcp.connect(0)];
		for (const peer of peers) {
			bytes.fill(0x30 + ++reading);
			peer.send(GET);
		}
		bytes.fill(0x39);
		for (let i = 0; i < 1_300; i++) for (const peer of peers) peer.take(1);
		expect(peers.map((peer) => new Set(parseResponses(peer.received)[0]?.body))).toEqual([new Set("1"), new Set("2")]);
	});

	test("a body that does not fit is a fault, answered with 500", () => {
		const { tcp, faults } = serve(
			(_request, response) => response.respond(200, "text/plain", new Uint8Array(600), 0, 600),
			{ limits: { outputBytes: 600 } },
		);
		const peer = tcp.connect();
		peer.send(GET + GET);
		expect(parseResponses(peer.received).map(({ status }) => status)).toEqual([500]);
		expect(faults[0]).toMatch(/room for/);
	});

	test.each([
		["a\r\nb", "d"],
		["å", "e5"],
		["a\0", "0"],
	])("a header value that is not visible ASCII (%j) is a fault", (value, unit) => {
		const { tcp, faults } = serve((_request, response) => response.respondText(200, "text/plain", "", ["X-A", value]));
		const peer = tcp.connect();
		peer.send(GET);
		expect(parseResponses(peer.received).map(({ status }) => status)).toEqual([500]);
		expect(faults).toEqual([`http handler: not visible ASCII: U+${unit} in an answer`]);
	});

	test("text that is not ASCII is a fault: it would have another length in bytes", () => {
		const { tcp, faults } = serve((_request, response) => response.respondText(200, "text/plain", "Kök"));
		const peer = tcp.connect();
		peer.send(GET);
		expect(parseResponses(peer.received).map(({ status }) => status)).toEqual([500]);
		expect(faults).toHaveLength(1);
	});

	test("an error message may hold anything", () => {
		const message = 'The name "Kök" is taken: \u{1f600}\n';
		const { tcp } = serve((_request, response) => response.respondError(409, "name-taken", message));
		const peer = tcp.connect();
		peer.send(GET);
		const [response] = parseResponses(peer.received);
		expect(response?.body).toMatch(/^[ -~]*$/);
		expect(JSON.parse(response?.body ?? "")).toEqual({ error: { code: "name-taken", message } });
	});

	test.each([
		[204, undefined],
		[304, undefined],
		[303, "0"],
	])("an empty %i has content-length %s", (status, length) => {
		const { tcp } = serve((_request, response) => response.respondEmpty(status));
		const peer = tcp.connect();
		peer.send(GET + GET);
		const responses = parseResponses(peer.received);
		expect(responses.map((response) => response.status)).toEqual([status, status]);
		expect(responses[0]?.headers.get("content-length")).toBe(length);
		expect(responses[0]?.headers.has("content-type")).toBe(false);
	});
});

describe("respondSource", () => {
	test.each([
		[0, 1e9],
		[1, 1e9],
		[511, 1e9],
		[2_000, 1e9],
		[2_000, 7],
		[100_000, 1e9],
	])("%i bytes in pieces of %i, through a buffer of 512, and released once", (lengthBytes, pieceBytes) => {
		const source = letters(lengthBytes, pieceBytes);
		const { tcp, clock } = serve((_request, response) => response.respondSource(200, "text/css", source), {
			limits: { outputBytes: 512 },
		});
		const peer = tcp.connect();
		peer.send(GET);
		clock.advance(0);
		const [response] = parseResponses(peer.received);
		expect(response?.headers.get("content-length")).toBe(String(lengthBytes));
		expect(response?.body).toBe(alphabet(lengthBytes));
		expect(source.releases).toBe(1);
		expect(peer.state).toBe("open");
	});

	test("is read as the peer takes it", () => {
		const source = letters(10_000);
		let readBytes = 0;
		const counting: BodySource = {
			lengthBytes: source.lengthBytes,
			read(into, offset, end, position) {
				const count = source.read(into, offset, end, position);
				readBytes += count;
				return count;
			},
		};
		const { tcp, clock } = serve((_request, response) => response.respondSource(200, "text/css", counting), {
			limits: { outputBytes: 512 },
		});
		const peer = tcp.connect(100);
		peer.send(GET);
		expect(readBytes).toBe(0);
		peer.take(1_000);
		expect(readBytes).toBeLessThan(2_000);
		peer.take(100_000);
		clock.advance(0);
		expect(parseResponses(peer.received)[0]?.body).toBe(alphabet(10_000));
	});

	test("is released when the peer goes, when only the head is wanted, and when nobody waits", () => {
		const source = letters(10_000);
		const late: (() => void)[] = [];
		const { tcp } = httpHarness({
			routes: [
				{ method: "GET", path: "/", handle: (_request, response) => response.respondSource(200, "text/css", source) },
				{
					method: "GET",
					path: "/late",
					handle: (_request, response) => late.push(() => response.respondSource(200, "text/css", source)),
				},
			],
		});
		const leaving = tcp.connect(100);
		leaving.send(GET);
		expect(source.releases).toBe(0);
		leaving.end();
		expect(source.releases).toBe(1);
		const curious = tcp.connect();
		curious.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
		expect(parseResponses(curious.received, ["HEAD"])[0]?.headers.get("content-length")).toBe("10000");
		expect(source.releases).toBe(2);
		const impatient = tcp.connect();
		impatient.send("GET /late HTTP/1.1\r\nHost: a\r\n\r\n");
		impatient.end();
		late[0]?.();
		expect(source.releases).toBe(3);
	});

	test.each([0, -1, Number.NaN, 1_000])(
		"a source that gives %d bytes is a fault, and the body is seen to be cut",
		(count) => {
			const { tcp, faults } = serve(
				(_request, response) => response.respondSource(200, "text/css", { lengthBytes: 600, read: () => count }),
				{ limits: { outputBytes: 512 } },
			);
			const peer = tcp.connect();
			peer.send(GET);
			expect(peer.state).toBe("reset");
			expect(faults).toEqual([`http handler: body source gave ${count} of 537 bytes`]);
		},
	);
});

/** A producer that a test drives by hand. */
class Producer implements StreamProducer {
	readonly calls: string[] = [];
	stream: ResponseStream | undefined;
	onRoom: ((stream: ResponseStream, roomBytes: number) => void) | undefined;

	onWritable(stream: ResponseStream, roomBytes: number): void {
		this.calls.push("writable");
		this.stream = stream;
		this.onRoom?.(stream, roomBytes);
	}

	onClosed(): void {
		this.calls.push("closed");
	}

	write(text: string): boolean {
		return this.stream?.write(ascii(text), 0, text.length) ?? false;
	}
}

function streaming(producer: Producer, options: HttpHarnessOptions = {}): HttpHarness {
	return serve((_request, response) => {
		producer.stream = response.stream(200, "text/event-stream", producer);
	}, options);
}

describe("stream", () => {
	test("sends chunks when they are written, and the connection serves on after the end", () => {
		const producer = new Producer();
		const { tcp } = streaming(producer);
		const peer = tcp.connect();
		peer.send(GET);
		expect(producer.calls).toEqual(["writable"]);
		expect(producer.write("data: 1\n\n")).toBe(true);
		expect(peer.received).toMatch(/Transfer-Encoding: chunked\r\n[\s\S]*\r\n\r\n9\r\ndata: 1\n\n\r\n$/);
		expect(producer.write("")).toBe(true);
		expect(producer.write("data: 2\n\n")).toBe(true);
		peer.send(GET);
		producer.stream?.end();
		producer.stream?.end();
		expect(producer.write("late")).toBe(false);
		const [response, ...others] = parseResponses(peer.received.slice(0, peer.received.lastIndexOf("HTTP/1.1")));
		expect(response?.body).toBe("data: 1\n\ndata: 2\n\n");
		expect(others).toEqual([]);
		expect(peer.received.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
		expect(producer.calls).not.toContain("closed");
	});

	test("HTTP/1.0 gets the bytes as they are, ended by the end of the connection", () => {
		const producer = new Producer();
		const { tcp } = streaming(producer);
		const peer = tcp.connect();
		peer.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
		producer.write("one");
		producer.write("two");
		producer.stream?.end();
		const [response] = parseResponses(peer.received, ["GET"], true);
		expect(response?.body).toBe("onetwo");
		expect(response?.headers.get("connection")).toBe("close");
		expect(peer.state).toBe("closed");
	});

	test("a long body is made as the peer takes it", () => {
		const producer = new Producer();
		let left = 20_000;
		let made = "";
		producer.onRoom = (stream, roomBytes) => {
			const piece = alphabet(Math.min(left, roomBytes));
			left -= piece.length;
			made += piece;
			expect(stream.write(ascii(piece), 0, piece.length)).toBe(true);
			if (left === 0) stream.end();
		};
		const { tcp, clock } = streaming(producer, { limits: { outputBytes: 512 } });
		const peer = tcp.connect(300);
		peer.send(GET);
		expect(made.length).toBeLessThan(600);
		for (let i = 0; i < 200; i++) peer.take(150);
		clock.advance(0);
		const [response] = parseResponses(peer.received);
		expect(response?.body).toBe(made);
		expect(made).toHaveLength(20_000);
	});

	test("takes all or nothing, and says what it can take", () => {
		const producer = new Producer();
		const { tcp } = streaming(producer, { limits: { outputBytes: 512 } });
		const peer = tcp.connect(0);
		peer.send(GET);
		const roomBytes = producer.stream?.roomBytes ?? 0;
		expect(roomBytes).toBeGreaterThan(100);
		expect(producer.write("x".repeat(roomBytes + 1))).toBe(false);
		expect(producer.write("x".repeat(roomBytes))).toBe(true);
		expect(producer.write("yyyyyyyyyyyyy")).toBe(false);
		peer.take(1_000);
		expect(producer.write("z")).toBe(true);
		producer.stream?.end();
		expect(parseResponses(peer.received)[0]?.body).toBe(`${"x".repeat(roomBytes)}z`);
	});

	test("what is written behind bytes that were taken in part arrives in order", () => {
		const producer = new Producer();
		const { tcp } = streaming(producer, { limits: { outputBytes: 512 } });
		const peer = tcp.connect(0);
		peer.send(GET);
		let written = "";
		for (let turn = 0; turn < 40; turn++) {
			const text = String.fromCharCode(0x41 + (turn % 26)).repeat(90);
			if (producer.write(text)) written += text;
			peer.take(61);
		}
		producer.stream?.end();
		peer.take(10_000);
		expect(written.length).toBeGreaterThan(1_000);
		expect(parseResponses(peer.received)[0]?.body).toBe(written);
	});

	test.each([512, 6_000])("a body that fills the buffer of %i bytes to the brim ends well", (outputBytes) => {
		const producer = new Producer();
		let lengthBytes = 0;
		producer.onRoom = (stream, roomBytes) => {
			lengthBytes = roomBytes;
			expect(stream.write(new Uint8Array(roomBytes).fill(0x61), 0, roomBytes)).toBe(true);
			stream.end();
		};
		const { tcp, faults } = streaming(producer, { limits: { outputBytes } });
		const peer = tcp.connect();
		peer.send(GET);
		expect(faults).toEqual([]);
		expect(parseResponses(peer.received)[0]?.body).toHaveLength(lengthBytes);
		expect(lengthBytes).toBeGreaterThan(outputBytes - 20);
	});

	test("a producer that has nothing to say may be silent for hours", () => {
		const producer = new Producer();
		const { tcp, clock } = streaming(producer);
		const peer = tcp.connect();
		peer.send(GET);
		clock.advance(3_600_000);
		expect(producer.write("still here")).toBe(true);
		expect(peer.state).toBe("open");
	});

	test("a peer that takes nothing is reset, and the producer told", () => {
		const producer = new Producer();
		const { tcp, clock } = streaming(producer);
		const peer = tcp.connect(400);
		peer.send(GET);
		clock.advance(3_600_000);
		producer.write("x".repeat(400));
		clock.advance(11_000);
		expect(peer.state).toBe("reset");
		expect(producer.calls).toEqual(["writable", "closed"]);
		expect(producer.write("y")).toBe(false);
		expect(producer.stream?.roomBytes).toBe(0);
	});

	test("a producer that is woken says all it has to say in one piece, once the peer has room", () => {
		const producer = new Producer();
		let news: string[] = [];
		producer.onRoom = () => {
			for (const text of news) producer.write(text);
			news = [];
		};
		const { tcp } = streaming(producer);
		const peer = tcp.connect(250);
		peer.send(GET);
		peer.takeReceived();
		news = ["one", "two"];
		producer.stream?.wake();
		expect(peer.takeReceived()).toBe("3\r\none\r\n3\r\ntwo\r\n");
		producer.write("x".repeat(250));
		news = ["three"];
		producer.stream?.wake();
		expect(news).toEqual(["three"]);
		peer.take(1_000);
		expect(peer.received).toMatch(/x\r\n5\r\nthree\r\n$/);
		producer.stream?.end();
		producer.stream?.wake();
		expect(peer.received).toMatch(/three\r\n0\r\n\r\n$/);
	});

	test("the producer is told that the peer has gone, once", () => {
		const producer = new Producer();
		const { tcp, server } = streaming(producer);
		const peer = tcp.connect();
		peer.send(GET);
		peer.end();
		server.close();
		producer.stream?.end();
		producer.stream?.abort();
		expect(producer.calls).toEqual(["writable", "closed"]);
	});

	test("abort resets the connection and is not answered", () => {
		const producer = new Producer();
		const { tcp, server } = streaming(producer);
		const peer = tcp.connect();
		peer.send(GET);
		producer.write("half of");
		producer.stream?.abort();
		expect(peer.state).toBe("reset");
		expect(server.openConnections).toBe(0);
		expect(producer.calls).not.toContain("closed");
	});

	test("a producer may abort when it is asked for more", () => {
		const producer = new Producer();
		producer.onRoom = (stream) => stream.abort();
		const { tcp, server, faults } = streaming(producer);
		const peer = tcp.connect();
		peer.send(GET);
		expect([peer.state, faults, server.openConnections]).toEqual(["reset", [], 0]);
		expect(producer.calls).toEqual(["writable"]);
	});

	test("HEAD gets the head, and the stream is over", () => {
		const producer = new Producer();
		const { tcp } = streaming(producer);
		const peer = tcp.connect();
		peer.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
		expect(parseResponses(peer.received, ["HEAD"])).toMatchObject([{ status: 200, body: "" }]);
		expect(producer.calls).toEqual(["closed"]);
		expect(producer.write("x")).toBe(false);
		expect(peer.state).toBe("open");
	});

	test("a producer that throws costs its connection only", () => {
		const producer = new Producer();
		producer.onRoom = () => {
			throw new Error("no more");
		};
		const { tcp, faults, server } = streaming(producer);
		const peer = tcp.connect();
		peer.send(GET);
		expect([peer.state, faults, server.openConnections]).toEqual(["reset", ["http handler: no more"], 0]);
		producer.onRoom = undefined;
		tcp.connect().send(GET);
		expect(producer.calls).toEqual(["writable", "closed", "writable"]);
	});
});

describe("takeOver", () => {
	/** Answers 101 and then sends back what comes, in capitals. */
	function shouting(calls: string[] = []): { harness: HttpHarness; connections: TcpConnection[] } {
		const connections: TcpConnection[] = [];
		const handle: Handler = (_request, response) =>
			response.takeOver(101, ["Connection", "Upgrade", "Upgrade", "shout"], (connection) => {
				connections.push(connection);
				return {
					onReadable: () => {
						const bytes = new Uint8Array(16);
						for (let count = 1; count > 0; ) {
							count = connection.read(bytes, 0, bytes.length);
							for (let i = 0; i < count; i++) bytes[i] = (bytes[i] as number) & 0xdf;
							connection.write(bytes, 0, count);
						}
					},
					onWritable: () => calls.push("writable"),
					onClosed: () => calls.push("closed"),
				};
			});
		return { harness: serve(handle), connections };
	}

	test("the owner gets what was sent behind the request, and then the connection", () => {
		const { harness, connections } = shouting();
		const peer = harness.tcp.connect();
		peer.send(`${GET}hello`);
		peer.send("world");
		expect(peer.received).toBe(
			"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\nHELLOWORLD",
		);
		expect(connections[0]?.remoteAddress).toBe("192.0.2.7");
		harness.clock.advance(3_600_000);
		peer.send("x");
		expect(peer.received.endsWith("WORLDX")).toBe(true);
	});

	test("the owner is told to read once the head is out, if that takes time", () => {
		const { harness } = shouting();
		const peer = harness.tcp.connect(10);
		peer.send(`${GET}hello`);
		peer.take(1_000);
		expect(peer.received).toMatch(/Upgrade: shout\r\n\r\nHELLO$/);
	});

	test("what the owner writes goes behind the head, though there is room sooner than it is told", () => {
		const { harness, connections } = shouting();
		const peer = harness.tcp.connect(10);
		peer.send(GET);
		peer.allow(1_000);
		expect(connections[0]?.write(ascii("early"), 0, 5)).toBe(5);
		expect(peer.received).toMatch(/Upgrade: shout\r\n\r\nearly$/);
	});

	test("nothing of the owner's goes out before the whole head", () => {
		const calls: string[] = [];
		const { harness, connections } = shouting(calls);
		const peer = harness.tcp.connect(10);
		peer.send(GET);
		expect(connections[0]?.write(ascii("early"), 0, 5)).toBe(0);
		expect(calls).toEqual([]);
		peer.take(1_000);
		expect(calls).toEqual(["writable"]);
		expect(connections[0]?.write(ascii("late"), 0, 4)).toBe(4);
		expect(peer.received.endsWith("shout\r\n\r\nlate")).toBe(true);
	});

	test("the place counts until the owner or the peer closes the connection", () => {
		const calls: string[] = [];
		const { harness, connections } = shouting(calls);
		const peers = [harness.tcp.connect(), harness.tcp.connect(), harness.tcp.connect()];
		for (const peer of peers) peer.send(GET);
		expect(harness.server.openConnections).toBe(3);
		connections[0]?.close();
		connections[0]?.close();
		expect([harness.server.openConnections, peers[0]?.state, calls]).toEqual([2, "closed", []]);
		peers[1]?.end();
		expect([harness.server.openConnections, calls]).toEqual([1, ["closed"]]);
		harness.server.close();
		expect([harness.server.openConnections, calls]).toEqual([0, ["closed", "closed"]]);
	});

	test("an owner that throws costs its connection only", () => {
		const { tcp, faults, server } = serve((_request, response) =>
			response.takeOver(101, [], () => ({
				onReadable: () => {
					throw new Error("bad frame");
				},
				onWritable() {},
				onClosed() {},
			})),
		);
		const peer = tcp.connect();
		peer.send(GET);
		expect([peer.state, server.openConnections]).toEqual(["reset", 0]);
		expect(faults).toEqual(["http handler: bad frame"]);
	});

	test("a connection may be closed while it is given away", () => {
		const { tcp, faults, server } = serve((_request, response) =>
			response.takeOver(101, [], (connection) => {
				connection.close();
				return { onReadable() {}, onWritable() {}, onClosed() {} };
			}),
		);
		const peer = tcp.connect();
		peer.send(GET);
		expect([peer.state, faults, server.openConnections]).toEqual(["reset", [], 0]);
	});

	test("a request with a body keeps its connection", () => {
		const { tcp, faults } = httpHarness({
			routes: [
				{
					method: "POST",
					path: "/",
					maxBodyBytes: 10,
					handle: (_request, response) =>
						response.takeOver(101, [], () => ({ onReadable() {}, onWritable() {}, onClosed() {} })),
				},
			],
		});
		const peer = tcp.connect();
		peer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
		expect(parseResponses(peer.received).map(({ status }) => status)).toEqual([500]);
		expect(faults[0]).toMatch(/body/);
	});
});
