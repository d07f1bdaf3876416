import type { Readable } from "node:stream";
import type { TimerHandle, Timers } from "../../ports/clock.js";
import type { OpenP1Port, P1Port, P1PortHandler } from "../../ports/p1-port.js";
import { explainFileError } from "./file-error.js";
import { P1Link } from "./p1-link.js";

export type P1StreamPortOptions = {
	/** For people: the file's path, or "standard input". */
	readonly name: string;
	/** Opens the stream; called once. */
	openStream(): Readable;
	/** Pause before each telegram but the first, in milliseconds; 0: as fast as they can be decoded. */
	readonly pauseMs: number;
	readonly timers: Timers;
};

const LF = 10;
const BANG = 33;
const NO_DELAYS = { nextDelayMs: () => 0, reset: () => {} };

class P1StreamPort implements P1Port {
	readonly hasLineFormat = false;
	readonly #options: P1StreamPortOptions;
	readonly #link: P1Link;
	#stream: Readable | undefined;
	#pause: TimerHandle | undefined;
	/** A "!" has come, and the line end after it ends the telegram. */
	#isInCrc = false;
	#isPauseDue = false;
	/** How the stream has ended, while there is more to play. */
	#endDetail: string | undefined;

	constructor(options: P1StreamPortOptions, handler: P1PortHandler) {
		this.#options = options;
		this.#link = new P1Link(handler, options.timers, NO_DELAYS, () => this.#open());
	}

	setLineFormat(): void {}

	close(): void {
		this.#link.close();
		this.#pause?.cancel();
		this.#stream?.destroy();
	}

	#open(): void {
		const { name, openStream } = this.#options;
		const stream = openStream();
		this.#stream = stream;
		this.#link.connected(`reading ${name}`);
		stream.on("data", (chunk: Uint8Array) => this.#play(chunk, 0));
		stream.on("end", () => this.#end(`${name} has been read to its end`));
		stream.on("error", (error) => this.#end(explainFileError(name, error)));
	}

	/** A paused stream may say that it has ended before the last of its bytes have been played. */
	#end(detail: string): void {
		if (this.#pause === undefined) this.#link.ended(detail);
		else this.#endDetail = detail;
	}

	#play(chunk: Uint8Array, offset: number): void {
		let at = offset;
		while (at < chunk.length && !this.#link.isClosed) {
			if (this.#isPauseDue) {
				this.#isPauseDue = false;
				this.#stream?.pause();
				const rest = at;
				this.#pause = this.#options.timers.after(this.#options.pauseMs, () => {
					this.#pause = undefined;
					this.#play(chunk, rest);
				});
				return;
			}
			const end = this.#telegramEnd(chunk, at);
			this.#link.bytes(chunk, at, end);
			at = end;
		}
		if (this.#endDetail === undefined) this.#stream?.resume();
		else this.#link.ended(this.#endDetail);
	}

	/** Where the telegram ends that `offset` is in, or the chunk. */
	#telegramEnd(chunk: Uint8Array, offset: number): number {
		let crc = offset;
		if (!this.#isInCrc) {
			crc = chunk.indexOf(BANG, offset);
			if (crc < 0) return chunk.length;
			this.#isInCrc = true;
		}
		const lineEnd = chunk.indexOf(LF, crc);
		if (lineEnd < 0) return chunk.length;
		this.#isInCrc = false;
		this.#isPauseDue = this.#options.pauseMs > 0;
		return lineEnd + 1;
	}
}

/** A P1 port that plays captured telegrams from a file or standard input, once, and then ends. */
export function createOpenP1StreamPort(options: P1StreamPortOptions): OpenP1Port {
	return (handler) => new P1StreamPort(options, handler);
}
