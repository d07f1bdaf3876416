import host from "platform/moddable/chip/host";
import type { Random, TimerHandle } from "../../ports/clock.js";
import type { AskTimeServer, TimeQuery } from "../../ports/time-server.js";
import type { UdpSocket } from "../../ports/udp.js";
import { NtpExchange } from "../../services/time/ntp-exchange.js";
import type { TcpContext } from "./tcp-stream.js";
import { createOpenUdpSocket } from "./udp.js";

const NTP_PORT = 123;
const PACKET_BYTES = 48;
/** Version 4, mode 3: a client asks (RFC 4330 §4). */
const CLIENT = 0x23;
/** Names and answers together; a server that is there answers in a tenth of a second. */
const ANSWER_MS = 10_000;

class Query implements TimeQuery {
	readonly #onAnswer: (utcMs: number | undefined) => void;
	readonly #exchange: NtpExchange;
	readonly #limit: TimerHandle;
	#socket: UdpSocket | undefined;
	#isOver = false;

	constructor(context: TcpContext, random: Random, server: string, onAnswer: (utcMs: number | undefined) => void) {
		this.#onAnswer = onAnswer;
		this.#exchange = new NtpExchange(random);
		this.#limit = context.timers.after(ANSWER_MS, () => this.#finish());
		host.resolve(server, context.guard, (address) => {
			if (this.#isOver) return;
			if (address === undefined) this.#finish();
			else this.#ask(context, address);
		});
	}

	cancel(): void {
		this.#isOver = true;
		this.#limit.cancel();
		this.#socket?.close();
	}

	#ask(context: TcpContext, address: string): void {
		const packet = new Uint8Array(PACKET_BYTES);
		packet[0] = CLIENT;
		this.#exchange.mark(packet);
		this.#socket = createOpenUdpSocket(context)({
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
export function createAskTimeServer(context: TcpContext, random: Random): AskTimeServer {
	return (server, onAnswer) => new Query(context, random, server, onAnswer);
}
