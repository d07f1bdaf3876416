import { NumberSpan } from "./number-span.js";
import { findUnit } from "./units.js";

const OPEN = 0x28;
const CLOSE = 0x29;

/** Walks the groups in brackets of a row that is kept as it stands; reused, so that a walk costs nothing. */
export class GroupWalker {
	/** Where the current group's content stands in the bytes. */
	start = 0;
	length = 0;
	readonly #bytes: Uint8Array;
	readonly #span = new NumberSpan();
	#at = 0;
	#end = 0;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
	}

	/** Starts at the front of the row whose groups stand at `[offset, offset + length)`. */
	begin(offset: number, length: number): void {
		this.#at = offset;
		this.#end = offset + length;
	}

	/** Goes to the next group; false when there is none. */
	next(): boolean {
		if (this.#at >= this.#end || this.#bytes[this.#at] !== OPEN) return false;
		this.start = this.#at + 1;
		for (let at = this.start; at < this.#end; at++) {
			if (this.#bytes[at] === CLOSE) {
				this.length = at - this.start;
				this.#at = at + 1;
				return true;
			}
		}
		return false;
	}

	/** The group as an integer in `unit`, digits finer than that cut off; NaN when it is none. */
	quantity(unit: number): number {
		const span = this.#span;
		if (!span.parse(this.#bytes, this.start, this.length)) return Number.NaN;
		const found = findUnit(span.unitKey);
		if (found >> 4 !== unit) return Number.NaN;
		return Math.floor(span.digits * 10 ** ((found & 15) - span.decimals));
	}

	/** True when the group is this text. */
	is(text: Uint8Array): boolean {
		if (this.length !== text.length) return false;
		for (let i = 0; i < text.length; i++) if (this.#bytes[this.start + i] !== text[i]) return false;
		return true;
	}
}
