import type { ResponseStream, StreamProducer } from "../../http/message.js";

/** Sends ASCII text that is made piece by piece while it is sent, so that nobody holds the whole of it. */
export class TextStream implements StreamProducer {
	readonly #next: () => string | undefined;
	readonly #scratch: Uint8Array;
	#text = "";
	#at = 0;

	/** @param next - Gives the pieces, undefined at the end. @param scratch - Lent for the length of each call. */
	constructor(next: () => string | undefined, scratch: Uint8Array) {
		this.#next = next;
		this.#scratch = scratch;
	}

	onWritable(stream: ResponseStream): void {
		for (;;) {
			if (this.#at === this.#text.length) {
				const next = this.#next();
				if (next === undefined) {
					stream.end();
					return;
				}
				this.#text = next;
				this.#at = 0;
				continue;
			}
			const count = Math.min(stream.roomBytes, this.#scratch.length, this.#text.length - this.#at);
			if (count <= 0) return;
			for (let i = 0; i < count; i++) this.#scratch[i] = this.#text.charCodeAt(this.#at + i);
			if (!stream.write(this.#scratch, 0, count)) return;
			this.#at += count;
		}
	}

	onClosed(): void {}
}
