import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type Server } from "node:net";
import { Aedes, type AuthenticateError, type Client, type PublishPacket } from "aedes";

export type EmbeddedBrokerOptions = {
	/** 0 lets the system choose; see {@link EmbeddedBroker.port}. */
	readonly port: number;
	/** Address to listen on; default 127.0.0.1: a broker without a password is for this machine only. */
	readonly host?: string;
	/** Absent: anyone who reaches the port may connect. */
	readonly credentials?: { readonly username: string; readonly password: string };
	/** Connections at once; more are closed at once. Default 64. */
	readonly maxConnections?: number;
};

export interface EmbeddedBroker {
	/** The port in use. */
	readonly port: number;
	/** Lets what has just arrived (such as `offline`) reach its readers for `graceMs` (default 100), then ends. Idempotent. */
	close(graceMs?: number): Promise<void>;
}

export type EmbeddedBrokerErrorCode = "port-taken" | "not-permitted" | "failed";

/** Why the broker could not start; the message is for people. */
export class EmbeddedBrokerError extends Error {
	readonly code: EmbeddedBrokerErrorCode;

	constructor(code: EmbeddedBrokerErrorCode, message: string) {
		super(message);
		this.name = "EmbeddedBrokerError";
		this.code = code;
	}
}

/** CONNACK return code of MQTT 3.1.1 §3.2.2.3; aedes' own enum is a type only. */
const BAD_USERNAME_OR_PASSWORD = 4;

type PublishDone = (error?: Error) => void;
/** As aedes calls it itself; its typings have only the form without a client. */
type PublishFrom = (packet: PublishPacket, client: Client | null, done?: PublishDone) => void;

/**
 * Takes one message at a time. By itself aedes 1.2 numbers messages as they come, holds those back that it has to store
 * (QoS 1, retained), and then takes the late ones for duplicates: a retained state with values close behind it never
 * reached its readers (moscajs/aedes issue 994). What waits here is bounded: aedes reads on from a client only when the
 * messages of the last read are done.
 */
class OrderedBroker extends Aedes {
	readonly #waiting: (() => void)[] = [];
	#isBusy = false;

	override publish(packet: PublishPacket, clientOrDone: Client | null | PublishDone, done?: PublishDone): void {
		const client = typeof clientOrDone === "function" ? null : clientOrDone;
		const onDone = typeof clientOrDone === "function" ? clientOrDone : done;
		const start = (): void => {
			(super.publish as unknown as PublishFrom).call(this, packet, client, (error) => {
				onDone?.(error);
				const next = this.#waiting.shift();
				if (next === undefined) this.#isBusy = false;
				else queueMicrotask(next);
			});
		};
		if (this.#isBusy) {
			this.#waiting.push(start);
		} else {
			this.#isBusy = true;
			start();
		}
	}
}

function sha256(text: string | Uint8Array): Buffer {
	return createHash("sha256").update(text).digest();
}

function listen(server: Server, port: number, host: string): Promise<number> {
	return new Promise((resolve, reject) => {
		server.once("error", (error: NodeJS.ErrnoException) => {
			const where = `${host}:${port}`;
			if (error.code === "EADDRINUSE") {
				reject(new EmbeddedBrokerError("port-taken", `${where} is taken: is another MQTT broker running?`));
			} else if (error.code === "EACCES") {
				reject(new EmbeddedBrokerError("not-permitted", `not allowed to listen on ${where}`));
			} else {
				reject(new EmbeddedBrokerError("failed", `cannot listen on ${where} (${error.code ?? error.message})`));
			}
		});
		server.listen(port, host, () => {
			server.removeAllListeners("error");
			const address = server.address();
			resolve(typeof address === "object" && address !== null ? address.port : port);
		});
	});
}

/**
 * Starts an MQTT 3.1.1 broker in this process, so that `npm start` needs none; nothing is kept when it ends.
 * Every session is a clean one: a reader that went away with a persistent session would make the memory grow for ever.
 * @throws EmbeddedBrokerError - `port-taken`, `not-permitted` or `failed`.
 */
export async function startEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
	const server = createServer();
	server.maxConnections = options.maxConnections ?? 64;
	const port = await listen(server, options.port, options.host ?? "127.0.0.1");
	const { credentials } = options;
	const broker = new OrderedBroker({
		// A reader that does not read holds the others up for this long at most.
		drainTimeout: 2000,
		preConnect(_client, packet, done) {
			packet.clean = true;
			done(null, true);
		},
		authenticate(_client, username, password, done) {
			if (credentials === undefined) {
				done(null, true);
				return;
			}
			const nameFits = timingSafeEqual(sha256(username ?? ""), sha256(credentials.username));
			const passwordFits = timingSafeEqual(sha256(password ?? ""), sha256(credentials.password));
			if (nameFits && passwordFits) {
				done(null, true);
			} else {
				const error = new Error("bad username or password");
				done(Object.assign(error, { returnCode: BAD_USERNAME_OR_PASSWORD }) as AuthenticateError, false);
			}
		},
	});
	await broker.listen();
	server.on("connection", (socket) => {
		socket.setNoDelay(true);
		broker.handle(socket);
	});
	let closing: Promise<void> | undefined;
	return {
		port,
		close(graceMs = 100) {
			closing ??= (async () => {
				server.close();
				await new Promise((resolve) => setTimeout(resolve, graceMs));
				await new Promise<void>((resolve) => broker.close(() => resolve()));
			})();
			return closing;
		},
	};
}
