import type { Clock } from "../ports/clock.js";
import type { TcpConnection } from "../ports/tcp.js";
import type { Pool, PoolHolder } from "./pool.js";

/** The connection that an {@link OutputBuffer} belongs to. */
export interface OutputOwner {
	readonly host: {
		readonly clock: Clock;
		/** Buffers of `outputBytes` each. */
		readonly outputPool: Pool<Uint8Array>;
		readonly outputBytes: number;
	};
	/** Others wait for the buffer: must end the connection. */
	preempt(): void;
	/** It asked for a buffer in vain, and should ask again. */
	onStarved(): void;
}

/** What waits to be sent on one connection, in a buffer that is borrowed for as long as anything waits. */
export class OutputBuffer implements PoolHolder {
	readonly #owner: OutputOwner;
	#bytes: Uint8Array | undefined;
	#start = 0;
	#end = 0;
	#blockedSinceMs: number | undefined;
	#takenBytes = 0;

	constructor(owner: OutputOwner) {
		this.#owner = owner;
	}

	get pendingBytes(): number {
		return this.#end - this.#start;
	}

	get roomBytes(): number {
		if (this.#bytes !== undefined) return this.#bytes.length - this.pendingBytes;
		const { outputPool, outputBytes } = this.#owner.host;
		return outputPool.hasFree ? outputBytes : 0;
	}

	get blockedSinceMs(): number | undefined {
		return this.#blockedSinceMs;
	}

	/** Borrows a buffer unless it has one; false when none is to be had. `force` is for an answer that cannot wait. */
	hold(force = false): boolean {
		this.#bytes ??= this.#owner.host.outputPool.take(this, force);
		if (this.#bytes === undefined) this.#owner.onStarved();
		return this.#bytes !== undefined;
	}

	/** Gives the buffer back, with what is in it. */
	release(): void {
		if (this.#bytes === undefined) return;
		this.#empty();
		this.#bytes = undefined;
		this.#owner.host.outputPool.giveBack(this);
	}

	preempt(): void {
		this.#owner.preempt();
	}

	/** Takes back what was written since `pendingBytes` was that; nothing of it may have been sent. */
	truncate(pendingBytes: number): void {
		this.#end = this.#start + pendingBytes;
	}

	/**
	 * Characters from `lowest` to U+007E.
	 * @throws RangeError when they do not fit, TypeError for other characters.
	 */
	text(text: string, lowest: number): void {
		const { length } = text;
		const bytes = this.#reserve(length);
		for (let i = 0, at = this.#end - length; i < length; i++, at++) {
			const unit = text.charCodeAt(i);
			if (unit < lowest || unit > 0x7e) throw new TypeError(`not visible ASCII: U+${unit.toString(16)} in an answer`);
			bytes[at] = unit;
		}
	}

	/** A whole number from 0 on, in decimal digits. @throws RangeError when they do not fit. */
	decimal(value: number): void {
		let digits = 1;
		for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits++;
		const bytes = this.#reserve(digits);
		for (let rest = value, at = this.#end - 1; digits > 0; digits--, at--, rest = Math.floor(rest / 10)) {
			bytes[at] = 0x30 + (rest % 10);
		}
	}

	/** A copy of the bytes `[offset, end)`. @throws RangeError when they do not fit. */
	copy(bytes: Uint8Array, offset: number, end: number): void {
		const lengthBytes = end - offset;
		const into = this.#reserve(lengthBytes);
		into.set(lengthBytes === bytes.length ? bytes : bytes.subarray(offset, end), this.#end - lengthBytes);
	}

	/** All of the bytes. @throws RangeError when they do not fit. */
	literal(bytes: Uint8Array): void {
		this.#reserve(bytes.length).set(bytes, this.#end - bytes.length);
	}

	/** Lets `read` fill up to `maxBytes` of the room; returns how many bytes it put there. */
	fill(read: (into: Uint8Array, offset: number, end: number) => number, maxBytes: number): number {
		const sizeBytes = Math.min(maxBytes, this.roomBytes);
		const bytes = this.#reserve(sizeBytes);
		const end = this.#end;
		this.#end -= sizeBytes;
		const count = read(bytes, this.#end, end);
		if (!(count > 0 && count <= sizeBytes)) throw new RangeError(`body source gave ${count} of ${sizeBytes} bytes`);
		this.#end += count;
		return count;
	}

	/** Hands over what the connection has room for; true when nothing is left. */
	flush(connection: TcpConnection): boolean {
		if (this.#bytes !== undefined && this.#start < this.#end) {
			const count = connection.write(this.#bytes, this.#start, this.#end);
			this.#start += count;
			this.#takenBytes += count;
		}
		if (this.#start === this.#end) {
			this.#empty();
			return true;
		}
		if (this.#blockedSinceMs === undefined) {
			this.#blockedSinceMs = this.#owner.host.clock.monotonicMs();
			this.#takenBytes = 0;
		}
		return false;
	}

	/** The peer has left bytes untaken for more than `limitMs`, and 1 ms for each byte that it has taken meanwhile. */
	isOverdue(nowMs: number, limitMs: number): boolean {
		return this.#blockedSinceMs !== undefined && nowMs - this.#blockedSinceMs > limitMs + this.#takenBytes;
	}

	#empty(): void {
		this.#start = 0;
		this.#end = 0;
		this.#blockedSinceMs = undefined;
	}

	/** Makes the next `sizeBytes` pending, to be filled in; returns the buffer that they end in at `#end`. */
	#reserve(sizeBytes: number): Uint8Array {
		const bytes = this.#bytes;
		if (bytes === undefined) throw new Error("output without a buffer");
		if (sizeBytes > this.roomBytes) throw new RangeError(`output of ${sizeBytes} bytes, room for ${this.roomBytes}`);
		if (this.#end + sizeBytes > bytes.length) {
			bytes.copyWithin(0, this.#start, this.#end);
			this.#end -= this.#start;
			this.#start = 0;
		}
		this.#end += sizeBytes;
		return bytes;
	}
}
