import type { JsonWriter } from "../../core/json-writer.js";
import type { Clock } from "../../ports/clock.js";
import type { StatusSource } from "../../ports/status-source.js";
import type { OpenUdpSocket, UdpSocket, UdpSocketOptions } from "../../ports/udp.js";
import { writeAnswer } from "./frame.js";
import { parseRequest } from "./request.js";
import type { ShellyRpc } from "./rpc.js";

/**
 * Where batteries ask: Marstek's 1010, and 2220 since firmware 226 (AstraMeter 964e0bf, Energy2Shelly_ESP 746292d). A real
 * Shelly listens where its owner says.
 */
export const SHELLY_UDP_PORTS: readonly number[] = Object.freeze([1010, 2220]);

/** Answers a second, over all ports: a battery asks once or twice, and a flood must not keep a device busy. */
const MAX_ANSWERS_PER_SECOND = 20;
const SECOND_MS = 1000;

/** What the sockets listen on, and what they answer with. */
export interface ShellyUdpOptions {
	readonly openSocket: OpenUdpSocket;
	readonly ports?: readonly number[];
	/** Address to listen on; absent: every address of the device. */
	readonly host?: string;
	readonly rpc: ShellyRpc;
	readonly clock: Clock;
	/** Has room for ANSWER_BYTES; used while an answer is written only. */
	readonly writer: JsonWriter;
	/** @param port - in use; `asked` of the options. */
	onListening?(port: number, asked: number): void;
	/** This port is not listened on; the others are. */
	onError(port: number, code: Parameters<UdpSocketOptions["onError"]>[0], detail: string): void;
}

/** What happened since start. */
export interface ShellyUdpCounters {
	answers: number;
	/** Datagrams that were no request for what there is. */
	ignored: number;
	/** Requests without an answer because there is no value to act on. */
	unavailable: number;
	/** Requests above the limit. */
	limited: number;
}

const COUNTERS = Object.freeze(["answers", "ignored", "unavailable", "limited"] as const);

/**
 * Shelly's RPC over UDP, as batteries poll it. Only what can be answered with a result is answered: a battery that hears
 * nothing stops, as it does when a real Shelly is unplugged, and what a battery makes of an error is not known. It is the
 * section `shelly` of the status, too.
 */
export class ShellyUdp implements StatusSource {
	readonly statusName = "shelly";
	readonly #options: ShellyUdpOptions;
	readonly #sockets: UdpSocket[] = [];
	readonly #counters: ShellyUdpCounters = { answers: 0, ignored: 0, unavailable: 0, limited: 0 };
	#secondFromMs = Number.NEGATIVE_INFINITY;
	#answersInSecond = 0;

	constructor(options: ShellyUdpOptions) {
		const { openSocket, ports = SHELLY_UDP_PORTS, host } = options;
		this.#options = options;
		for (const port of ports) {
			const socket: UdpSocket = openSocket({
				port,
				...(host === undefined ? {} : { host }),
				onDatagram: (bytes, end, address, from) => this.#onDatagram(socket, bytes, end, address, from),
				onListening: (actual) => options.onListening?.(actual, port),
				onError: (code, detail) => options.onError(port, code, detail),
			});
			this.#sockets.push(socket);
		}
	}

	get counters(): Readonly<ShellyUdpCounters> {
		return this.#counters;
	}

	writeStatus(writer: JsonWriter): void {
		writer.openObject();
		for (let i = 0; i < COUNTERS.length; i++) {
			const name = COUNTERS[i] as (typeof COUNTERS)[number];
			writer.name(name);
			writer.number(this.#counters[name]);
		}
		writer.closeObject();
	}

	/** Idempotent. */
	close(): void {
		for (const socket of this.#sockets) socket.close();
	}

	#onDatagram(socket: UdpSocket, bytes: Uint8Array, end: number, address: string, port: number): void {
		const counters = this.#counters;
		if (!this.#mayAnswer()) {
			counters.limited++;
			return;
		}
		const request = parseRequest(bytes, 0, end);
		if (request === undefined) {
			counters.ignored++;
			return;
		}
		const { rpc, writer } = this.#options;
		const error = writeAnswer(writer, rpc, request, false);
		if (error !== undefined) {
			counters[error.status === 503 ? "unavailable" : "ignored"]++;
			return;
		}
		counters.answers++;
		socket.send(writer.bytes, 0, writer.length, address, port);
	}

	/** Counts what is looked at, answered or not: a flood of nonsense costs as much. */
	#mayAnswer(): boolean {
		const nowMs = this.#options.clock.monotonicMs();
		if (nowMs - this.#secondFromMs >= SECOND_MS) {
			this.#secondFromMs = nowMs;
			this.#answersInSecond = 0;
		}
		return this.#answersInSecond++ < MAX_ANSWERS_PER_SECOND;
	}
}
