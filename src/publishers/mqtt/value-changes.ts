import type { StateSource } from "./state-source.js";

/** Who sends a value; false: there is no room for it. */
export interface ValueSender {
	sendValue(index: number): boolean;
}

/**
 * Which values have changed and are still to be sent: one flag each, so that whatever happens there is never more to send
 * than every value once, in its newest form. Nothing is allocated after construction.
 */
export class ValueChanges {
	readonly #source: StateSource;
	readonly #marks: Float64Array;
	readonly #dirty: Uint8Array;
	#dirtyCount = 0;
	#cursor = 0;

	constructor(source: StateSource) {
		this.#source = source;
		this.#marks = new Float64Array(source.valueCount).fill(Number.NaN);
		this.#dirty = new Uint8Array(source.valueCount);
	}

	/** How many values wait to be sent. */
	get dirtyCount(): number {
		return this.#dirtyCount;
	}

	/** Compares the source's newest reading with the one before; returns how many values came, went or changed. */
	update(): number {
		let changes = 0;
		for (let index = 0; index < this.#marks.length; index++) {
			const mark = this.#source.valueMark(index);
			if (Object.is(mark, this.#marks[index])) continue;
			this.#marks[index] = mark;
			changes++;
			// A value that went is not sent: there is nothing to say.
			this.#set(index, !Number.isNaN(mark));
		}
		return changes;
	}

	/** Flags every value that is present. */
	markAll(): void {
		for (let index = 0; index < this.#marks.length; index++) this.#set(index, !Number.isNaN(this.#marks[index]));
	}

	/** Forgets what waits. */
	clear(): void {
		this.#dirty.fill(0);
		this.#dirtyCount = 0;
		this.#cursor = 0;
	}

	/**
	 * Hands each waiting value to `sender` until it returns false; that value is the first of the next call, so that a small
	 * budget is shared out fairly.
	 */
	drain(sender: ValueSender): void {
		const count = this.#dirty.length;
		for (let step = 0; step < count && this.#dirtyCount > 0; step++) {
			const index = this.#cursor;
			if (this.#dirty[index] === 1) {
				if (!sender.sendValue(index)) return;
				this.#set(index, false);
			}
			this.#cursor = index + 1 === count ? 0 : index + 1;
		}
		if (this.#dirtyCount === 0) this.#cursor = 0;
	}

	#set(index: number, isDirty: boolean): void {
		const next = isDirty ? 1 : 0;
		this.#dirtyCount += next - (this.#dirty[index] ?? 0);
		this.#dirty[index] = next;
	}
}
