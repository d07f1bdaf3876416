import { createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { HttpFetch, HttpFetchFailure, HttpFetchHead, HttpFetchJob } from "../../src/ports/http-fetch.js";

/** What came of a fetch. */
type Outcome = {
	head: HttpFetchHead | undefined;
	body: Buffer;
	end: "complete" | HttpFetchFailure | undefined;
	/** Callbacks in all. */
	calls: number;
};

const PATTERN = Buffer.from(Uint8Array.from({ length: 100_000 }, (_, at) => (at * 7 + (at >> 8)) & 0xff));

/** What every {@link HttpFetch} does, against a server that sends bytes as a test says. */
export function httpFetchContract(name: string, fetch: () => HttpFetch): void {
	describe(`${name}: the contract of HttpFetch`, () => {
		let server: Server;
		let port: number;
		let requests: string[];
		let sockets: Set<Socket>;
		let serve: (socket: Socket) => void;

		beforeEach(async () => {
			requests = [];
			sockets = new Set();
			server = createServer((socket) => {
				sockets.add(socket);
				socket.on("error", () => {});
				socket.on("close", () => sockets.delete(socket));
				let head = "";
				socket.on("data", (bytes) => {
					const wasDone = head.includes("\r\n\r\n");
					head += bytes.toString("latin1");
					if (wasDone || !head.includes("\r\n\r\n")) return;
					requests.push(head);
					serve(socket);
				});
			});
			await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
			const address = server.address();
			port = typeof address === "object" && address !== null ? address.port : 0;
		});
		afterEach(async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		});

		/** Begins a fetch; `onHead` and `onBytes` may close it. */
		function begin(
			options: {
				readonly path?: string;
				readonly host?: string;
				readonly port?: number;
				readonly onHead?: () => void;
				readonly onBytes?: () => void;
			} = {},
		): { outcome: Outcome; job: HttpFetchJob; ended: Promise<Outcome> } {
			const outcome: Outcome = { head: undefined, body: Buffer.alloc(0), end: undefined, calls: 0 };
			let end: (outcome: Outcome) => void = () => {};
			const ended = new Promise<Outcome>((resolve) => {
				end = resolve;
			});
			const target = { host: options.host ?? "127.0.0.1", port: options.port ?? port, path: options.path ?? "/p1.bin" };
			const job = fetch()(target, {
				onHead(head) {
					outcome.calls++;
					outcome.head = head;
					options.onHead?.();
				},
				onBytes(bytes, offset, stop) {
					outcome.calls++;
					outcome.body = Buffer.concat([outcome.body, Buffer.from(bytes.slice(offset, stop))]);
					options.onBytes?.();
				},
				onEnd() {
					outcome.calls++;
					outcome.end = "complete";
					end(outcome);
				},
				onFailed(failure, detail) {
					outcome.calls++;
					expect(detail).not.toBe("");
					outcome.end = failure;
					end(outcome);
				},
			});
			return { outcome, job, ended };
		}

		const answer =
			(head: readonly string[], body: string | Uint8Array = "") =>
			(socket: Socket): void => {
				socket.write(`${head.join("\r\n")}\r\n\r\n`);
				socket.write(body);
			};

		test("gets a body of known length, whole and in order", async () => {
			serve = answer(["HTTP/1.1 200 OK", `Content-Length: ${PATTERN.length}`], PATTERN);
			const { head, body, end } = await begin({ path: "/a/b?c=d" }).ended;
			expect(head).toEqual({ status: 200, contentLength: "100000", location: undefined });
			expect([end, body.length, Buffer.compare(body, PATTERN)]).toEqual(["complete", PATTERN.length, 0]);
			expect(requests[0]).toMatch(/^GET \/a\/b\?c=d HTTP\/1\.1\r\n/);
			expect(requests[0]?.toLowerCase()).toContain(`\r\nhost: 127.0.0.1:${port}\r\n`);
		});

		test("calls nothing back before it has returned", async () => {
			serve = answer(["HTTP/1.1 200 OK", "Content-Length: 1"], "x");
			const { outcome, ended } = begin();
			expect(outcome.calls).toBe(0);
			await ended;
		});

		test("gets what comes in small pieces, head and body", async () => {
			serve = (socket) => {
				const bytes = Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello");
				let at = 0;
				const timer = setInterval(() => {
					if (at === bytes.length || socket.destroyed) clearInterval(timer);
					else socket.write(bytes.subarray(at, ++at));
				}, 1);
			};
			socketsNoDelay();
			const { body, end } = await begin().ended;
			expect([body.toString(), end]).toEqual(["hello", "complete"]);
		});

		function socketsNoDelay(): void {
			server.on("connection", (socket: Socket) => socket.setNoDelay(true));
		}

		test.each([
			["HTTP/1.1 302 Found", 302],
			["HTTP/1.1 404 Not Found", 404],
		])("passes on %s, and follows nothing", async (line, status) => {
			serve = answer([line, "Content-Length: 0", "Location: http://192.0.2.1/elsewhere"]);
			const { head } = await begin().ended;
			expect(head).toEqual({ status, contentLength: "0", location: "http://192.0.2.1/elsewhere" });
			expect(requests).toHaveLength(1);
		});

		test("has no length of a body that is chunked", async () => {
			serve = answer(["HTTP/1.1 200 OK", "Transfer-Encoding: chunked"], "5\r\nhello\r\n0\r\n\r\n");
			expect((await begin().ended).head?.contentLength).toBeUndefined();
		});

		test("a body that ends too early has failed", async () => {
			serve = (socket) => {
				answer(["HTTP/1.1 200 OK", "Content-Length: 1000"], PATTERN.subarray(0, 500))(socket);
				socket.end();
			};
			const { body, end } = await begin().ended;
			expect([body.length, end]).toEqual([500, "broken-off"]);
		});

		test.each([
			["nothing", ""],
			["what is no HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n"],
		])("a server that says %s and goes has failed", async (_what, text) => {
			serve = (socket) => socket.end(text);
			expect(["unreachable", "broken-off"]).toContain((await begin().ended).end);
		});

		test("nobody there: unreachable", async () => {
			const other = createServer();
			await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
			const address = other.address();
			const free = typeof address === "object" && address !== null ? address.port : 0;
			await new Promise((resolve) => other.close(resolve));
			const { head, end } = await begin({ port: free }).ended;
			expect([head, end]).toEqual([undefined, "unreachable"]);
		});

		test("a head without end is given up", async () => {
			serve = (socket) => {
				socket.write("HTTP/1.1 200 OK\r\nX: ");
				const timer = setInterval(() => {
					if (socket.destroyed) clearInterval(timer);
					else socket.write("x".repeat(4096));
				}, 2);
			};
			expect(["unreachable", "broken-off"]).toContain((await begin().ended).end);
		});

		test.each(["onHead", "onBytes"] as const)(
			"closed in %s: nothing more is called, and the connection ends",
			async (when) => {
				serve = answer(["HTTP/1.1 200 OK", `Content-Length: ${PATTERN.length}`], PATTERN);
				let job: HttpFetchJob | undefined;
				let callsThen = 0;
				const { outcome, job: begun } = begin({
					[when]: () => {
						job?.close();
						callsThen = outcome.calls;
					},
				});
				job = begun;
				await expect.poll(() => callsThen).toBeGreaterThan(0);
				await expect.poll(() => sockets.size).toBe(0);
				expect([outcome.calls, outcome.end]).toEqual([callsThen, undefined]);
				job.close();
			},
		);

		test("closed before anything came: nothing is called", async () => {
			serve = () => {};
			const { outcome, job } = begin();
			await expect.poll(() => requests.length).toBe(1);
			job.close();
			job.close();
			await expect.poll(() => sockets.size).toBe(0);
			expect(outcome.calls).toBe(0);
		});
	});
}
