import type { OpenUdpSocket, UdpSocket, UdpSocketOptions } from "../../ports/udp.js";

/** @see RFC 1035 §4.2.1: what a message over UDP may have; no question of a phone is as long. */
const MESSAGE_BYTES = 512;
const HEADER_BYTES = 12;
/** Name by pointer, type, class, time to live, length, address. */
const ANSWER_BYTES = 16;
const MAX_NAME_BYTES = 255;
const MAX_LABEL_BYTES = 63;

const TYPE_A = 1;
const TYPE_ANY = 255;
const CLASS_IN = 1;
const CLASS_ANY = 255;

const RESPONSE = 0x80;
const OPCODE_MASK = 0x78;
const RECURSION_DESIRED = 0x01;
const AUTHORITATIVE = 0x04;
const RECURSION_AVAILABLE = 0x80;
const NO_ERROR = 0;
const FORMAT_ERROR = 1;
const NOT_IMPLEMENTED = 4;

/** A phone that is back in its own network must not remember us under the names of others. */
const TIME_TO_LIVE_S = 1;
/** @see RFC 1035 §4.2.1 */
export const DNS_PORT = 53;

export type CaptiveDnsOptions = {
	readonly openSocket: OpenUdpSocket;
	/** Default 53. */
	readonly port?: number;
	/** Absent: every address of the device. */
	readonly host?: string;
	/** The address that every name has: four octets. */
	readonly address: readonly [number, number, number, number];
	/** Who is answered: the phones in the setup network, and nobody in the house. */
	readonly isClient: (address: string) => boolean;
	readonly onListening?: (port: number) => void;
	/** It answers nobody; `detail` is for people. */
	readonly onError: (detail: string) => void;
};

/**
 * Name server of the setup network: every name is this device, so that a phone which looks for its maker's page finds ours.
 * A (and ANY) questions get the address, all others an empty answer, which sends nobody elsewhere. It keeps nothing of a
 * question, answers from one buffer, and believes no length: what is no question with one name is answered with an error
 * of twelve bytes, or not at all when it is not even that.
 * @see RFC 1035 §4
 */
export class CaptiveDns {
	readonly #options: CaptiveDnsOptions;
	readonly #message = new Uint8Array(MESSAGE_BYTES + ANSWER_BYTES);
	readonly #socket: UdpSocket;

	constructor(options: CaptiveDnsOptions) {
		const { openSocket, port = DNS_PORT, host, onListening, onError } = options;
		this.#options = options;
		const socketOptions: UdpSocketOptions = {
			port,
			...(host === undefined ? {} : { host }),
			onDatagram: (bytes, end, address, from) => this.#onQuestion(bytes, end, address, from),
			...(onListening === undefined ? {} : { onListening }),
			onError: (_code, detail) => onError(detail),
		};
		this.#socket = openSocket(socketOptions);
	}

	/** Idempotent. */
	close(): void {
		this.#socket.close();
	}

	#onQuestion(bytes: Uint8Array, end: number, fromAddress: string, fromPort: number): void {
		if (!this.#options.isClient(fromAddress)) return;
		const length = this.#answer(bytes, end);
		if (length > 0) this.#socket.send(this.#message, 0, length, fromAddress, fromPort);
	}

	/** Fills {@link #message}; returns its length, 0 for what is not to be answered. */
	#answer(bytes: Uint8Array, end: number): number {
		const flags = bytes[2] as number;
		// An answer is never answered, or two of us would talk forever.
		if (end < HEADER_BYTES || (flags & RESPONSE) !== 0) return 0;
		if ((flags & OPCODE_MASK) !== 0) return this.#head(bytes, NOT_IMPLEMENTED, 0, 0);
		const questions = ((bytes[4] as number) << 8) | (bytes[5] as number);
		const nameEnd = questions === 1 ? endOfName(bytes, Math.min(end, MESSAGE_BYTES)) : 0;
		const questionEnd = nameEnd + 4;
		if (nameEnd === 0 || questionEnd > Math.min(end, MESSAGE_BYTES)) return this.#head(bytes, FORMAT_ERROR, 0, 0);
		const type = ((bytes[nameEnd] as number) << 8) | (bytes[nameEnd + 1] as number);
		const kind = ((bytes[nameEnd + 2] as number) << 8) | (bytes[nameEnd + 3] as number);
		const isOurs = (type === TYPE_A || type === TYPE_ANY) && (kind === CLASS_IN || kind === CLASS_ANY);
		this.#head(bytes, NO_ERROR, 1, isOurs ? 1 : 0);
		for (let i = HEADER_BYTES; i < questionEnd; i++) this.#message[i] = bytes[i] as number;
		return isOurs ? this.#addAddress(questionEnd) : questionEnd;
	}

	/** The header, with the question's own identifier. @returns its length. */
	#head(question: Uint8Array, code: number, questions: number, answers: number): number {
		const message = this.#message;
		message[0] = question[0] as number;
		message[1] = question[1] as number;
		message[2] = RESPONSE | ((question[2] as number) & (OPCODE_MASK | RECURSION_DESIRED)) | AUTHORITATIVE;
		message[3] = RECURSION_AVAILABLE | code;
		message[4] = 0;
		message[5] = questions;
		message[6] = 0;
		message[7] = answers;
		for (let i = 8; i < HEADER_BYTES; i++) message[i] = 0;
		return HEADER_BYTES;
	}

	/** @returns the message's length with the answer at `at`. */
	#addAddress(at: number): number {
		const message = this.#message;
		const { address } = this.#options;
		message[at] = 0xc0;
		message[at + 1] = HEADER_BYTES;
		message[at + 2] = 0;
		message[at + 3] = TYPE_A;
		message[at + 4] = 0;
		message[at + 5] = CLASS_IN;
		message[at + 6] = 0;
		message[at + 7] = 0;
		message[at + 8] = 0;
		message[at + 9] = TIME_TO_LIVE_S;
		message[at + 10] = 0;
		message[at + 11] = 4;
		for (let i = 0; i < 4; i++) message[at + 12 + i] = address[i] as number;
		return at + ANSWER_BYTES;
	}
}

/** Where the first question's name ends; 0 when it has no end, or is compressed, which the first name cannot be. */
function endOfName(bytes: Uint8Array, end: number): number {
	let at = HEADER_BYTES;
	while (at < end) {
		const label = bytes[at] as number;
		at += 1 + label;
		if (at - HEADER_BYTES > MAX_NAME_BYTES || label > MAX_LABEL_BYTES) return 0;
		if (label === 0) return at;
	}
	return 0;
}
