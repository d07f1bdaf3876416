import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type MosquittoOptions = {
	/** Port to listen on at 127.0.0.1; absent: a free one. Give the port of a broker that ended to start it again. */
	readonly port?: number;
	/** Absent: anyone may connect. */
	readonly credentials?: { readonly username: string; readonly password: string };
	/** PEM texts of the broker's own certificate and key; absent: no TLS. */
	readonly tls?: { readonly certificatePem: string; readonly keyPem: string };
};

export interface Mosquitto {
	readonly port: number;
	/** Ends it as a service manager would (SIGTERM). Idempotent. */
	stop(): Promise<void>;
	/** Ends it as a power cut would (SIGKILL). Idempotent. */
	kill(): Promise<void>;
}

// Debian puts the broker into a directory that a user's PATH may lack.
const CANDIDATES = ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto"];

/** @returns the path of the installed mosquitto (MOSQUITTO in the environment wins), or undefined. */
export function findMosquitto(): string | undefined {
	return [process.env.MOSQUITTO, ...CANDIDATES].find((path) => path !== undefined && existsSync(path));
}

/** @returns a port of 127.0.0.1 that was free a moment ago. */
export function findFreePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.once("error", reject);
		server.listen(0, "127.0.0.1", () => {
			const address = server.address();
			server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
		});
	});
}

function canConnect(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect({ host: "127.0.0.1", port });
		socket.once("connect", () => {
			socket.destroy();
			resolve(true);
		});
		socket.once("error", () => resolve(false));
	});
}

function writeConfiguration(directory: string, port: number, options: MosquittoOptions): string {
	const lines = ["per_listener_settings false", "persistence false", `listener ${port} 127.0.0.1`];
	// Started by root, it would change to a user who may not read this directory.
	if (process.getuid?.() === 0) lines.push("user root");
	if (options.credentials === undefined) {
		lines.push("allow_anonymous true");
	} else {
		const passwordFile = join(directory, "passwords");
		const { username, password } = options.credentials;
		execFileSync("mosquitto_passwd", ["-c", "-b", passwordFile, username, password]);
		lines.push("allow_anonymous false", `password_file ${passwordFile}`);
	}
	if (options.tls !== undefined) {
		writeFileSync(join(directory, "broker.crt"), options.tls.certificatePem);
		writeFileSync(join(directory, "broker.key"), options.tls.keyPem, { mode: 0o600 });
		lines.push(`certfile ${join(directory, "broker.crt")}`, `keyfile ${join(directory, "broker.key")}`);
	}
	const path = join(directory, "mosquitto.conf");
	writeFileSync(path, `${lines.join("\n")}\n`);
	return path;
}

async function waitUntilListening(child: ChildProcess, port: number, output: () => string): Promise<void> {
	for (let attempt = 0; attempt < 200; attempt++) {
		if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}: ${output()}`);
		if (await canConnect(port)) return;
		await new Promise((resolve) => setTimeout(resolve, 25));
	}
	child.kill("SIGKILL");
	throw new Error(`mosquitto does not listen on ${port}: ${output()}`);
}

/** Starts a real mosquitto with a configuration of its own in a temporary directory, and waits until it listens. */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
	const program = findMosquitto();
	if (program === undefined) throw new Error("mosquitto is not installed: apt-get install mosquitto");
	const port = options.port ?? (await findFreePort());
	const directory = mkdtempSync(join(tmpdir(), "p1-mosquitto-"));
	const configuration = writeConfiguration(directory, port, options);
	const child = spawn(program, ["-c", configuration], { stdio: ["ignore", "ignore", "pipe"] });
	let output = "";
	child.stderr.on("data", (chunk) => {
		output = `${output}${chunk}`.slice(-4000);
	});
	const ended = new Promise<void>((resolve) => {
		child.once("exit", () => {
			rmSync(directory, { recursive: true, force: true });
			resolve();
		});
	});
	await waitUntilListening(child, port, () => output);
	const end = (signal: NodeJS.Signals): Promise<void> => {
		if (child.exitCode === null) child.kill(signal);
		return ended;
	};
	return { port, stop: () => end("SIGTERM"), kill: () => end("SIGKILL") };
}
