import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { OpenTcpListener, TcpConnection, TcpConnectionHandler, TcpListener } from "../../src/ports/tcp.js";
import { settled, waitUntil } from "../support/wait-until.js";

/** What a test's side of a connection does; every part is optional. */
type Script = Partial<TcpConnectionHandler> & { readonly onConnection?: (connection: TcpConnection) => void };

/**
 * What every TCP listener must do, whatever it is made of. It listens on the loopback address; peers are real sockets.
 * `open` is the implementation; it must be able to take port 0.
 */
export function tcpListenerContract(name: string, open: OpenTcpListener): void {
	describe(`${name} as a TcpListener`, () => {
		const cleanups: (() => void)[] = [];
		afterEach(() => {
			for (const cleanup of cleanups.splice(0)) cleanup();
		});

		function listen(options: Partial<Parameters<OpenTcpListener>[0]> = {}): Promise<number> {
			return new Promise((resolve, reject) => {
				const listener: TcpListener = open({
					port: 0,
					host: "127.0.0.1",
					onConnection: () => undefined,
					onListening: resolve,
					onError: (code, detail) => reject(new Error(`${code}: ${detail}`)),
					...options,
				});
				cleanups.push(() => listener.close());
			});
		}

		/** A listener whose connections follow `script`; gives the first of them and its peer. */
		async function pair(script: Script = {}): Promise<{ near: TcpConnection; peer: Peer; port: number }> {
			const connections: TcpConnection[] = [];
			const port = await listen({
				onConnection: (connection) => {
					connections.push(connection);
					script.onConnection?.(connection);
					return {
						onReadable: () => script.onReadable?.(),
						onWritable: () => script.onWritable?.(),
						onClosed: () => script.onClosed?.(),
					};
				},
			});
			const peer = new Peer(port);
			cleanups.push(() => peer.socket.destroy());
			await waitUntil(() => connections.length > 0);
			const near = connections[0] as TcpConnection;
			cleanups.push(() => near.close(true));
			return { near, peer, port };
		}

		test("tells the port in use, later than it returns", async () => {
			let isReturned = false;
			const port = await new Promise<number>((resolve, reject) => {
				const listener = open({
					port: 0,
					host: "127.0.0.1",
					onConnection: () => undefined,
					onListening: (used) => (isReturned ? resolve(used) : reject(new Error("too early"))),
					onError: reject,
				});
				isReturned = true;
				cleanups.push(() => listener.close());
			});
			expect(port).toBeGreaterThan(0);
		});

		test("reports a taken port as such, once", async () => {
			const port = await listen();
			const codes: string[] = [];
			const second = open({
				port,
				host: "127.0.0.1",
				onConnection: () => undefined,
				onListening: () => codes.push("listening"),
				onError: (code) => codes.push(code),
			});
			cleanups.push(() => second.close());
			await waitUntil(() => codes.length > 0);
			expect(codes).toEqual(["port-taken"]);
			second.close();
		});

		test("gives the peer's address", async () => {
			const { near } = await pair();
			expect(near.remoteAddress).toBe("127.0.0.1");
		});

		test("resets a connection that is refused", async () => {
			const port = await listen({ onConnection: () => undefined });
			const peer = new Peer(port);
			await peer.closed;
			expect(peer.received.length).toBe(0);
		});

		test("takes no connection after close, and close is idempotent; open connections stay open", async () => {
			const connections: TcpConnection[] = [];
			let listener: TcpListener | undefined;
			const port = await new Promise<number>((resolve, reject) => {
				listener = open({
					port: 0,
					host: "127.0.0.1",
					onConnection: (connection) => {
						connections.push(connection);
						return { onReadable() {}, onWritable() {}, onClosed() {} };
					},
					onListening: resolve,
					onError: reject,
				});
			});
			const first = new Peer(port);
			cleanups.push(() => first.socket.destroy());
			await waitUntil(() => connections.length === 1);
			listener?.close();
			listener?.close();
			const second = new Peer(port);
			await second.closed;
			expect(connections).toHaveLength(1);
			const near = connections[0] as TcpConnection;
			near.write(Uint8Array.of(7), 0, 1);
			await waitUntil(() => first.received.length === 1);
			near.close();
			await first.closed;
		});

		test("reads in the pieces that are asked for, in order, and 0 when nothing waits", async () => {
			let readable = 0;
			const { near, peer } = await pair({ onReadable: () => readable++ });
			const bytes = new Uint8Array(8);
			expect(near.read(bytes, 0, 8)).toBe(0);
			peer.socket.write("abcdef");
			await waitUntil(() => readable > 0);
			expect(near.read(bytes, 2, 4)).toBe(2);
			expect(text(bytes)).toBe("\0\0ab\0\0\0\0");
			expect(near.read(bytes, 0, 0)).toBe(0);
			expect(near.read(bytes, 4, 8)).toBe(4);
			expect(text(bytes)).toBe("\0\0abcdef");
			expect(near.read(bytes, 0, 8)).toBe(0);
			peer.socket.write("gh");
			await waitUntil(() => readable > 1);
			expect(near.read(bytes, 0, 8)).toBe(2);
			expect(text(bytes.subarray(0, 2))).toBe("gh");
		});

		test("leaves what is not read in the peer's window", async () => {
			const { near, peer } = await pair();
			const block = new Uint8Array(1 << 20).fill(1);
			let sentBytes = 0;
			const pump = (): void => {
				while (sentBytes < 64 * block.length && peer.socket.write(block)) sentBytes += block.length;
			};
			peer.socket.on("drain", pump);
			pump();
			await settled(() => peer.socket.bytesWritten - peer.socket.writableLength);
			expect(peer.socket.writableLength).toBeGreaterThan(0);
			expect(sentBytes).toBeLessThan(64 * block.length);
			near.close(true);
		});

		test("writes what the send window has room for, and tells when there is room again", async () => {
			let writable = 0;
			const { near, peer } = await pair({ onWritable: () => writable++ });
			peer.socket.pause();
			const block = counted(4096);
			let takenBytes = 0;
			for (;;) {
				if (takenBytes > 64 << 20) throw new Error("no bound in sight");
				const count = near.write(block, takenBytes % 4096, 4096);
				takenBytes += count;
				if (count > 0) continue;
				// The operating system takes some between turns, until its own buffers are full.
				const writableBefore = writable;
				await settled(() => writable);
				if (writable === writableBefore) break;
			}
			writable = 0;
			expect(near.write(block, 0, 4096)).toBe(0);
			expect(writable).toBe(0);
			peer.socket.resume();
			await waitUntil(() => writable > 0);
			expect(near.write(block, takenBytes % 4096, 4096)).toBeGreaterThan(0);
			await waitUntil(() => peer.received.length >= takenBytes);
			expect(peer.received.every((byte, index) => byte === block[index % 4096])).toBe(true);
		});

		test("does not say that it is writable when nothing was cut short", async () => {
			let writable = 0;
			const { near, peer } = await pair({ onWritable: () => writable++ });
			expect(near.write(counted(100), 0, 100)).toBe(100);
			await waitUntil(() => peer.received.length === 100);
			await settled(() => writable);
			expect(writable).toBe(0);
		});

		test("keeps no reference to the bytes it was given", async () => {
			const { near, peer } = await pair();
			const bytes = counted(2000);
			expect(near.write(bytes, 0, 2000)).toBe(2000);
			bytes.fill(0xff);
			await waitUntil(() => peer.received.length === 2000);
			expect(Buffer.compare(peer.received, counted(2000))).toBe(0);
		});

		test("sends what was written before it closes, though the peer's bytes were not read", async () => {
			const { near, peer } = await pair();
			peer.socket.write(counted(3000));
			await settled(() => peer.socket.bytesWritten);
			const count = near.write(counted(2000), 0, 2000);
			near.close();
			await peer.closed;
			expect(peer.error).toBeUndefined();
			expect(peer.received.length).toBe(count);
		});

		test("resets the peer on abort", async () => {
			const { near, peer } = await pair();
			near.close(true);
			await peer.closed;
			expect(peer.error).toBe("ECONNRESET");
		});

		test("calls nothing back after close, is idempotent, and reads and writes nothing then", async () => {
			const calls: string[] = [];
			const { near, peer } = await pair({
				onReadable: () => calls.push("readable"),
				onWritable: () => calls.push("writable"),
				onClosed: () => calls.push("closed"),
			});
			near.close();
			near.close();
			near.close(true);
			peer.socket.write("late");
			await peer.closed;
			await settled(() => calls.length);
			expect(calls).toEqual([]);
			expect(near.read(new Uint8Array(8), 0, 8)).toBe(0);
			expect(near.write(counted(8), 0, 8)).toBe(0);
		});

		test.each(["end", "resetAndDestroy"] as const)("tells once that the peer has gone (%s)", async (farewell) => {
			let closed = 0;
			const { near, peer } = await pair({ onClosed: () => closed++ });
			peer.socket[farewell]();
			await waitUntil(() => closed > 0);
			expect(near.read(new Uint8Array(8), 0, 8)).toBe(0);
			expect(near.write(counted(8), 0, 8)).toBe(0);
			near.close();
			await settled(() => closed);
			expect(closed).toBe(1);
		});

		test("gives the peer's last bytes before it tells the peer's close", async () => {
			const calls: string[] = [];
			const { near, peer } = await pair({
				onReadable: () => calls.push("readable"),
				onClosed: () => calls.push("closed"),
			});
			peer.socket.end("last words");
			await waitUntil(() => calls.includes("readable"));
			await settled(() => calls.length);
			expect(calls).not.toContain("closed");
			const bytes = new Uint8Array(32);
			expect(near.read(bytes, 0, 5)).toBe(5);
			expect(near.read(bytes, 5, 32)).toBe(5);
			expect(text(bytes.subarray(0, 10))).toBe("last words");
			near.read(bytes, 0, 32);
			await waitUntil(() => calls.includes("closed"));
		});

		test.each(["onConnection", "onReadable", "onClosed"] as const)("may be closed in %s", async (moment) => {
			const seen: string[] = [];
			let near: TcpConnection | undefined;
			const act = (callback: string): void => {
				if (callback === moment) {
					seen.push(callback);
					near?.close();
				} else if (callback === "onReadable") {
					near?.read(new Uint8Array(8), 0, 8);
				}
			};
			const { peer } = await pair({
				onConnection: (connection) => {
					near = connection;
					act("onConnection");
				},
				onReadable: () => act("onReadable"),
				onClosed: () => act("onClosed"),
			});
			peer.socket.end("x");
			await peer.closed;
			await settled(() => seen.length);
			expect(seen).toEqual([moment]);
		});
	});
}

/** The other end, with everything it has received. */
class Peer {
	readonly socket: Socket;
	readonly closed: Promise<void>;
	received: Buffer = Buffer.alloc(0);
	error: string | undefined;

	constructor(port: number) {
		this.socket = connect({ port, host: "127.0.0.1" });
		this.socket.on("data", (chunk: Buffer) => {
			this.received = Buffer.concat([this.received, chunk]);
		});
		this.socket.on("error", (error: NodeJS.ErrnoException) => {
			this.error = error.code;
		});
		this.closed = new Promise((resolve) => this.socket.on("close", () => resolve()));
	}
}

function counted(length: number): Uint8Array {
	return Uint8Array.from({ length }, (_, index) => index % 251);
}

function text(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString("latin1");
}
