import { connect, createServer, type Socket } from "node:net";

/** A TCP connection on the way to a server, that a test can stall or cut. */
export interface TcpLink {
	readonly port: number;
	/** From now on nothing that clients send is taken from them. */
	stall(): void;
	resume(): void;
	/** Breaks every connection at once; new ones are still passed on. */
	cut(): void;
	close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1 and passes every connection on to `targetPort`. */
export function openTcpLink(targetPort: number): Promise<TcpLink> {
	const sockets = new Set<Socket>();
	const clients = new Set<Socket>();
	let isStalled = false;
	const track = (socket: Socket, all: readonly Set<Socket>[]): void => {
		for (const set of all) set.add(socket);
		socket.on("error", () => {});
		socket.on("close", () => {
			for (const set of all) set.delete(socket);
		});
	};
	const server = createServer((client) => {
		const target = connect({ host: "127.0.0.1", port: targetPort });
		track(client, [sockets, clients]);
		track(target, [sockets]);
		client.on("data", (chunk) => target.write(chunk));
		if (isStalled) client.pause();
		target.on("data", (chunk) => client.write(chunk));
		client.on("end", () => target.end());
		target.on("end", () => client.end());
		client.on("close", () => target.destroy());
		target.on("close", () => client.destroy());
	});
	const link = (port: number): TcpLink => ({
		port,
		stall() {
			isStalled = true;
			for (const client of clients) client.pause();
		},
		resume() {
			isStalled = false;
			for (const client of clients) client.resume();
		},
		cut() {
			for (const socket of sockets) socket.resetAndDestroy();
		},
		close() {
			for (const socket of sockets) socket.destroy();
			return new Promise((resolve) => server.close(() => resolve()));
		},
	});
	return new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen(0, "127.0.0.1", () => {
			const address = server.address();
			resolve(link(typeof address === "object" && address !== null ? address.port : 0));
		});
	});
}
