import { createReadStream } from "node:fs";
import { PassThrough, Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { NodeTimers } from "../../../src/platform/node/clock.js";
import { createOpenP1SerialPort, explainSerialError } from "../../../src/platform/node/p1-serial-port.js";
import { createOpenP1StreamPort } from "../../../src/platform/node/p1-stream-port.js";
import { createOpenP1TcpPort } from "../../../src/platform/node/p1-tcp-port.js";
import type { P1PortHandler } from "../../../src/ports/p1-port.js";
import { describeP1PortContract } from "../../contracts/p1-port.contract.js";
import { describeSerialP1PortContract, describeTcpP1PortContract } from "../../contracts/p1-port-rows.js";
import { FakeClock } from "../../support/fake-clock.js";
import { TcpBridge } from "../../support/p1-sources.js";
import { waitUntil } from "../../support/wait-until.js";

const timers = new NodeTimers();
const delays = { nextDelayMs: () => 10, reset: () => {} };

describeTcpP1PortContract("TCP", (port) => createOpenP1TcpPort({ host: "127.0.0.1", port, timers, delays }));

describeP1PortContract({
	name: "stream",
	hasLineFormat: false,
	ends: true,
	detail: /capture\.txt/,
	async startSource() {
		const stream = new PassThrough();
		return {
			openP1Port: createOpenP1StreamPort({ name: "capture.txt", openStream: () => stream, pauseMs: 0, timers }),
			send: (bytes) => {
				stream.write(Buffer.from(bytes));
			},
			async remove() {
				stream.end();
			},
			async close() {},
		};
	},
});

describeSerialP1PortContract("serial", (path) => createOpenP1SerialPort({ path, timers, delays }));

describe("P1 port over TCP", () => {
	const record = (): { handler: P1PortHandler; links: string[]; count: () => number } => {
		const links: string[] = [];
		let count = 0;
		const handler: P1PortHandler = {
			onBytes: (_bytes, offset, end) => {
				count += end - offset;
			},
			onFault: () => {},
			onLinkChanged: (_connected, detail) => links.push(detail),
			onEnd: () => {},
		};
		return { handler, links, count: () => count };
	};

	test.each([
		{ host: "", port: 2001 },
		{ host: "localhost", port: 0 },
		{ host: "localhost", port: 65_536 },
		{ host: "localhost", port: 1.5 },
	])("$host:$port can never work: the opener throws", ({ host, port }) => {
		const { handler } = record();
		expect(() => createOpenP1TcpPort({ host, port, timers, delays })(handler)).toThrow(RangeError);
	});

	test.each([
		{ host: "127.0.0.1", port: 1, detail: "127.0.0.1:1: nothing listens there (ECONNREFUSED)" },
		{ host: "::1", port: 1, detail: /^\[::1\]:1: / },
		{ host: "no-such-bridge.invalid", port: 2001, detail: /^no-such-bridge\.invalid:2001: the name / },
	])("why $host cannot be reached is said for people", async ({ host, port, detail }) => {
		const { handler, links } = record();
		const opened = createOpenP1TcpPort({ host, port, timers, delays })(handler);
		await waitUntil(() => links.length > 0);
		opened.close();
		expect(links[0]).toMatch(detail);
	});

	test("a connection that stays silent is made again; the delays start over only when bytes come", async () => {
		const bridge = new TcpBridge();
		await bridge.start();
		const { handler, links, count } = record();
		let resets = 0;
		const counted = { nextDelayMs: () => 1, reset: () => resets++ };
		const opened = createOpenP1TcpPort({
			host: "127.0.0.1",
			port: bridge.port,
			timers,
			delays: counted,
			idleTimeoutMs: 100,
		})(handler);
		await waitUntil(() => links.length >= 3);
		const where = `127.0.0.1:${bridge.port}`;
		expect(links.slice(0, 3)).toEqual([`connected to ${where}`, `${where}: silent for 0.1 s`, `connected to ${where}`]);
		expect(resets).toBe(0);
		await waitUntil(() => bridge.connections === 1);
		bridge.send(Uint8Array.of(1, 2, 3));
		await waitUntil(() => count() === 3);
		expect(resets).toBe(1);
		opened.close();
		await waitUntil(() => bridge.connections === 0);
		await bridge.stop();
	});
});

describe("P1 port over a stream", () => {
	const play = (chunks: readonly string[], pauseMs: number) => {
		const clock = new FakeClock();
		const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
		const played: string[] = [];
		const port = createOpenP1StreamPort({ name: "x.txt", openStream: () => stream, pauseMs, timers: clock })({
			onBytes: (bytes, offset, end) => {
				const text = Buffer.from(bytes.subarray(offset, end)).toString();
				played.push(`${clock.monotonicMs()} ${text}`);
			},
			onFault: () => {},
			onLinkChanged: (_connected, detail) => played.push(`${clock.monotonicMs()} ${detail}`),
			onEnd: () => played.push(`${clock.monotonicMs()} end`),
		});
		const advance = async (durationMs: number): Promise<void> => {
			for (let i = 0; i < durationMs; i += 10) {
				clock.advance(10);
				await new Promise((resolve) => setImmediate(resolve));
				await new Promise((resolve) => setImmediate(resolve));
			}
		};
		return { played, port, clock, advance };
	};

	test.each([
		{ name: "one chunk", chunks: ["/a\n!1\n/b\n!2\n/c\n!3\n"] },
		{ name: "a chunk per byte", chunks: [..."/a\n!1\n/b\n!2\n/c\n!3\n"] },
		{ name: "chunks that end inside a CRC", chunks: ["/a\n!", "1\n/b\n!2", "\n/c\n!3\n"] },
		{ name: "chunks that end with a telegram", chunks: ["/a\n!1\n", "/b\n!2\n", "/c\n!3\n"] },
	])("a pause before each telegram but the first: $name", async ({ chunks }) => {
		const { played, advance } = play(chunks, 1000);
		await advance(3000);
		const at = new Map<string, string>();
		for (const line of played.slice(1, -2)) {
			const [timeMs = "", text = ""] = line.split(/ ([\s\S]*)/);
			at.set(timeMs, (at.get(timeMs) ?? "") + text);
		}
		const texts = [...at.values()];
		expect(texts).toEqual(["/a\n!1\n", "/b\n!2\n", "/c\n!3\n"]);
		const [firstMs = 0, secondMs = 0, thirdMs = 0] = [...at.keys()].map(Number);
		expect(firstMs).toBeLessThan(100);
		expect(secondMs - firstMs).toBe(1000);
		expect(thirdMs - secondMs).toBe(1000);
		expect(played.at(0)).toMatch(/reading x\.txt$/);
		expect(played.at(-2)).toMatch(/x\.txt has been read to its end$/);
		expect(played.at(-1)).toMatch(/end$/);
	});

	test("without a pause it is played at once", async () => {
		const { played, advance } = play(["/a\n!1\n/b\n!2\n"], 0);
		await advance(20);
		expect(played.slice(1).map((line) => line.replace(/^\d+ /, ""))).toEqual([
			"/a\n!1\n",
			"/b\n!2\n",
			"x.txt has been read to its end",
			"end",
		]);
	});

	test("close during a pause: nothing comes after it, and no timer is left", async () => {
		const { played, port, clock, advance } = play(["/a\n!1\n/b\n!2\n"], 1000);
		await advance(500);
		const count = played.length;
		port.close();
		await advance(2000);
		expect({ count: played.length, timers: clock.timerCount }).toEqual({ count, timers: 0 });
	});

	test("a stream that breaks is said for people, and ends", async () => {
		const events: string[] = [];
		const openStream = (): Readable => createReadStream(import.meta.dirname);
		createOpenP1StreamPort({ name: "folder", openStream, pauseMs: 0, timers })({
			onBytes: () => {},
			onFault: () => {},
			onLinkChanged: (connected, detail) => events.push(`${connected} ${detail}`),
			onEnd: () => events.push("end"),
		});
		await waitUntil(() => events.includes("end"));
		expect(events).toEqual(["true reading folder", "false folder: that is a directory, not a file", "end"]);
	});
});

describe("serial port errors", () => {
	test.each([
		{ message: "Error: No such file or directory, cannot open /dev/x", says: /is the cable plugged in/ },
		{ message: "Error: Permission denied, cannot open /dev/x", says: /dialout/ },
		{ message: "Error Resource temporarily unavailable Cannot lock port", says: /another program/ },
		{ message: "Error: Is a directory, cannot open /dev/x", says: /no serial port/ },
		{ message: "bad file descriptor", says: /has gone/ },
		{ message: "something new", says: /something new/ },
	])("$message", ({ message, says }) => {
		expect(explainSerialError("/dev/x", new Error(message))).toMatch(says);
		expect(explainSerialError("/dev/x", new Error(message))).toMatch(/^\/dev\/x: /);
	});

	test.each([
		{ path: "/no/such/device", says: /there is no such device/ },
		{ path: "/dev/null", says: /that is no serial port/ },
	])("$path is reported as such by the system", async ({ path, says }) => {
		const details: string[] = [];
		const port = createOpenP1SerialPort({ path, timers, delays })({
			onBytes: () => {},
			onFault: () => {},
			onLinkChanged: (_connected, detail) => details.push(detail),
			onEnd: () => {},
		});
		await waitUntil(() => details.length > 0);
		port.close();
		expect(details[0]).toMatch(says);
	});

	test("an empty path can never work: the opener throws", () => {
		const open = createOpenP1SerialPort({ path: "", timers, delays });
		const handler = { onBytes: () => {}, onFault: () => {}, onLinkChanged: () => {}, onEnd: () => {} };
		expect(() => open(handler)).toThrow(RangeError);
	});
});
