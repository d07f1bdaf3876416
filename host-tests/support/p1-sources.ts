import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitUntil } from "./wait-until.js";

/** True when socat, which makes pairs of pseudo terminals, is installed. */
export function hasSocat(): boolean {
	try {
		execFileSync("socat", ["-V"], { stdio: "ignore" });
		return true;
	} catch {
		return false;
	}
}

/** A serial cable that a test can pull out: two pseudo terminals that are joined. */
export class SerialCable {
	readonly #directory = mkdtempSync(join(tmpdir(), "p1-cable-"));
	/** The dongle's end. */
	readonly path = join(this.#directory, "port");
	readonly #meterPath = join(this.#directory, "meter");
	#socat: ChildProcess | undefined;
	#meter: number | undefined;

	async plug(): Promise<void> {
		const end = (path: string): string => `pty,raw,echo=0,link=${path}`;
		this.#socat = spawn("socat", [end(this.path), end(this.#meterPath)], { stdio: "ignore" });
		await waitUntil(() => existsSync(this.path) && existsSync(this.#meterPath), 5000, "socat makes its terminals");
		this.#meter = openSync(this.#meterPath, "w");
	}

	async unplug(): Promise<void> {
		if (this.#meter !== undefined) closeSync(this.#meter);
		this.#meter = undefined;
		const socat = this.#socat;
		this.#socat = undefined;
		if (socat === undefined) return;
		const exited = new Promise((resolve) => socat.once("exit", resolve));
		socat.kill();
		await exited;
		for (const path of [this.path, this.#meterPath]) rmSync(path, { force: true });
	}

	/** Sends in pieces that the terminal has room for. */
	send(bytes: Uint8Array): void {
		if (this.#meter === undefined) throw new Error("the cable is not plugged in");
		for (let at = 0; at < bytes.length; ) at += writeSync(this.#meter, bytes, at, Math.min(1024, bytes.length - at));
	}

	async close(): Promise<void> {
		await this.unplug();
		rmSync(this.#directory, { recursive: true, force: true });
	}
}

/** A TCP bridge like ser2net, on a free port that it keeps when it stops and starts again. */
export class TcpBridge {
	readonly #sockets = new Set<Socket>();
	#server: Server | undefined;
	#port = 0;

	get port(): number {
		return this.#port;
	}

	/** Connections at present. */
	get connections(): number {
		return this.#sockets.size;
	}

	async start(): Promise<void> {
		const server = createServer((socket) => {
			this.#sockets.add(socket);
			socket.on("error", () => {});
			socket.on("close", () => this.#sockets.delete(socket));
		});
		await new Promise<void>((resolve, reject) => {
			server.once("error", reject);
			server.listen(this.#port, "127.0.0.1", resolve);
		});
		this.#server = server;
		const address = server.address();
		if (typeof address === "object" && address !== null) this.#port = address.port;
	}

	send(bytes: Uint8Array): void {
		for (const socket of this.#sockets) socket.write(bytes);
	}

	async stop(): Promise<void> {
		const server = this.#server;
		this.#server = undefined;
		for (const socket of this.#sockets) socket.destroy();
		// The server may say that it has ended before its sockets do.
		this.#sockets.clear();
		if (server !== undefined) await new Promise((resolve) => server.close(resolve));
	}
}
