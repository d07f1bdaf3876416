import type { Random, TimerHandle, Timers } from "../../ports/clock.js";
import type { AskTimeServer, TimeQuery } from "../../ports/time-server.js";
import type { OpenUdpSocket, UdpSocket } from "../../ports/udp.js";
import { NtpExchange } from "./ntp-exchange.js";

const NTP_PORT = 123;
const PACKET_BYTES = 48;
/** Version 4, mode 3: a client asks (RFC 4330 §4). */
const CLIENT = 0x23;
/** Names and answers together; a server that is there answers in a tenth of a second. */
export const ANSWER_MS = 10_000;

export type SntpOptions = {
	readonly openSocket: OpenUdpSocket;
	/** Calls back exactly once, later, with a dotted IPv4 address, or with undefined. */
	readonly resolve: (name: string, onResolved: (address: string | undefined) => void) => void;
	readonly timers: Timers;
	readonly random: Random;
};

class Query implements TimeQuery {
	readonly #options: SntpOptions;
	readonly #onAnswer: (utcMs: number | undefined) => void;
	readonly #exchange: NtpExchange;
	readonly #limit: TimerHandle;
	#socket: UdpSocket | undefined;
	#isOver = false;

	constructor(options: SntpOptions, server: string, onAnswer: (utcMs: number | undefined) => void) {
		this.#options = options;
		this.#onAnswer = onAnswer;
		this.#exchange = new NtpExchange(options.random);
		this.#limit = options.timers.after(ANSWER_MS, () => this.#finish());
		options.resolve(server, (address) => {
			if (this.#isOver) return;
			if (address === undefined) this.#finish();
			else this.#ask(address);
		});
	}

	cancel(): void {
		this.#isOver = true;
		this.#limit.cancel();
		this.#socket?.close();
	}

	#ask(address: string): void {
		const packet = new Uint8Array(PACKET_BYTES);
		packet[0] = CLIENT;
		this.#exchange.mark(packet);
		this.#socket = this.#options.openSocket({
			port: 0,
			onDatagram: (bytes, end, from) => {
				if (from === address && this.#exchange.accept(bytes.subarray(0, end))) this.#finish();
			},
			onListening: () => this.#socket?.send(packet, 0, PACKET_BYTES, address, NTP_PORT),
			onError: () => this.#finish(),
		});
	}

	#finish(): void {
		if (this.#isOver) return;
		this.cancel();
		this.#onAnswer(this.#exchange.utcMs);
	}
}

/**
 * Asks time servers by SNTP. The SDK's own client (embedded:network/ntp/client) takes whatever datagram comes for its
 * answer, and throws on a short one. */
export function createAskTimeServer(options: SntpOptions): AskTimeServer {
	return (server, onAnswer) => new Query(options, server, onAnswer);
}
