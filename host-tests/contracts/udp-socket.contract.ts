import { afterEach, describe, expect, test } from "vitest";
import type { OpenUdpSocket, UdpSocket } from "../../src/ports/udp.js";
import { settled, waitUntil } from "../support/wait-until.js";

type Datagram = { readonly text: string; readonly address: string; readonly port: number };

type OpenedSocket = {
	readonly socket: UdpSocket;
	readonly port: number;
	readonly datagrams: Datagram[];
	readonly errors: string[];
};

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Holds an implementation of {@link OpenUdpSocket} to what the port promises, on the loopback address. */
export function describeUdpSocketContract(name: string, openUdpSocket: OpenUdpSocket): void {
	describe(`UDP socket contract: ${name}`, () => {
		const opened: UdpSocket[] = [];
		afterEach(() => {
			for (const socket of opened.splice(0)) socket.close();
		});

		const open = async (port = 0, host = "127.0.0.1"): Promise<OpenedSocket> => {
			const datagrams: Datagram[] = [];
			const errors: string[] = [];
			let listening: number | undefined;
			const socket = openUdpSocket({
				port,
				host,
				onDatagram: (bytes, end, address, from) =>
					datagrams.push({ text: decoder.decode(bytes.subarray(0, end)), address, port: from }),
				onListening: (actual) => {
					listening = actual;
				},
				onError: (code) => errors.push(code),
			});
			opened.push(socket);
			expect({ listening, errors }).toEqual({ listening: undefined, errors: [] });
			await waitUntil(() => listening !== undefined || errors.length > 0);
			return { socket, port: listening ?? 0, datagrams, errors };
		};
		const send = (socket: UdpSocket, text: string, port: number, address = "127.0.0.1"): void => {
			const bytes = encoder.encode(`<<${text}>>`);
			socket.send(bytes, 2, bytes.length - 2, address, port);
			// The caller reuses its buffer at once.
			bytes.fill(0);
		};

		test("datagrams arrive whole, each with the sender's address, and can be answered", async () => {
			const [a, b] = [await open(), await open()];
			send(a.socket, "one", b.port);
			send(a.socket, "two", b.port);
			await waitUntil(() => b.datagrams.length === 2);
			expect(b.datagrams).toEqual([
				{ text: "one", address: "127.0.0.1", port: a.port },
				{ text: "two", address: "127.0.0.1", port: a.port },
			]);
			send(b.socket, "answer", a.port);
			await waitUntil(() => a.datagrams.length === 1);
			expect(a.datagrams[0]?.text).toBe("answer");
		});

		test("an empty datagram and one of 1400 bytes arrive as they are", async () => {
			const [a, b] = [await open(), await open()];
			send(a.socket, "", b.port);
			send(a.socket, "x".repeat(1400), b.port);
			await waitUntil(() => b.datagrams.length === 2);
			expect(b.datagrams.map(({ text }) => text.length)).toEqual([0, 1400]);
		});

		test.each([
			{ what: "a port where nothing listens", port: 9, address: "127.0.0.1" },
			{ what: "a port that cannot be", port: 65_536, address: "127.0.0.1" },
			{ what: "port 0", port: 0, address: "127.0.0.1" },
			{ what: "an address that is none", port: 9, address: "no-such-name.invalid" },
		])("a datagram to $what is dropped, and the socket lives", async ({ port, address }) => {
			const [a, b] = [await open(), await open()];
			send(a.socket, "lost", port, address);
			await settled(() => a.errors.length);
			send(a.socket, "kept", b.port);
			await waitUntil(() => b.datagrams.length === 1);
			expect(a.errors).toEqual([]);
		});

		test("a taken port: port-taken, once", async () => {
			const first = await open();
			const second = await open(first.port);
			await settled(() => second.errors.length);
			expect(second.errors).toEqual(["port-taken"]);
			send(second.socket, "nothing", first.port);
			await settled(() => first.datagrams.length);
			expect(first.datagrams).toEqual([]);
		});

		test("an address that is not this machine's: failed", async () => {
			const { errors } = await open(0, "192.0.2.1");
			expect(errors).toEqual(["failed"]);
		});

		test("close: idempotent, nothing comes after it, and the port is free", async () => {
			const [a, b] = [await open(), await open()];
			b.socket.close();
			b.socket.close();
			send(a.socket, "late", b.port);
			send(b.socket, "late", a.port);
			await settled(() => a.datagrams.length + b.datagrams.length);
			expect([a.datagrams, b.datagrams, b.errors]).toEqual([[], [], []]);
			const again = await open(b.port);
			expect(again.errors).toEqual([]);
		});

		test("close before it listens: nothing is called", async () => {
			const calls: string[] = [];
			openUdpSocket({
				port: 0,
				host: "127.0.0.1",
				onDatagram: () => calls.push("datagram"),
				onListening: () => calls.push("listening"),
				onError: () => calls.push("error"),
			}).close();
			await settled(() => calls.length);
			expect(calls).toEqual([]);
		});
	});
}
