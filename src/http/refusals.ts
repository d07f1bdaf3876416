import type { TcpConnection, TcpConnectionHandler } from "../ports/tcp.js";
import { asciiBytes } from "./ascii.js";
import { errorJson, TOO_MANY_CONNECTIONS } from "./faults.js";

/** Refused connections that are kept until the peer has read its answer; one above them is reset. */
const MAX_REFUSALS = 4;
const MAX_READS = 16;

/** Answers connections above the limit with 503, all from the same bytes, and reads over what they send. */
export class Refusals {
	readonly #lingerMs: number;
	readonly #answer: Uint8Array;
	/** What is read over; nobody looks at it. */
	readonly #waste = new Uint8Array(128);
	readonly #open: Refusal[] = [];

	constructor(lingerMs: number) {
		this.#lingerMs = lingerMs;
		this.#answer = answerBytes();
	}

	/** Answers `tcp`; undefined when it is to be closed at once. */
	refuse(tcp: TcpConnection, nowMs: number): TcpConnectionHandler | undefined {
		const isCut = this.#open.length === MAX_REFUSALS || tcp.write(this.#answer, 0, this.#answer.length) === 0;
		if (isCut) return undefined;
		const refusal: Refusal = {
			untilMs: nowMs + this.#lingerMs,
			onReadable: () => {
				for (let reads = 0; reads < MAX_READS; reads++) {
					if (tcp.read(this.#waste, 0, this.#waste.length) === 0) return;
				}
				this.#close(refusal);
			},
			onWritable: () => this.#close(refusal),
			onClosed: () => this.#forget(refusal),
			close: (abort) => tcp.close(abort),
		};
		this.#open.push(refusal);
		return refusal;
	}

	/** Closes those that have had their time. */
	tick(nowMs: number): void {
		for (let i = this.#open.length - 1; i >= 0; i--) {
			const refusal = this.#open[i] as Refusal;
			if (nowMs > refusal.untilMs) this.#close(refusal);
		}
	}

	close(): void {
		while (this.#open.length > 0) this.#open.pop()?.close(true);
	}

	#close(refusal: Refusal): void {
		this.#forget(refusal);
		refusal.close(false);
	}

	#forget(refusal: Refusal): void {
		const index = this.#open.indexOf(refusal);
		if (index >= 0) this.#open.splice(index, 1);
	}
}

interface Refusal extends TcpConnectionHandler {
	readonly untilMs: number;
	close(abort: boolean): void;
}

function answerBytes(): Uint8Array {
	const { code, message } = TOO_MANY_CONNECTIONS;
	const body = errorJson(code, message);
	const head =
		"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nX-Content-Type-Options: nosniff\r\n" +
		`Cache-Control: no-store\r\nRetry-After: 2\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`;
	return asciiBytes(head + body);
}
