import type { Clock } from "../ports/clock.js";
import type { TcpConnection } from "../ports/tcp.js";

/** What waits to be sent on one connection: one fixed buffer, written as a whole and sent as the peer takes it. */
export class OutputBuffer {
	readonly #bytes: Uint8Array;
	readonly #clock: Clock;
	#start = 0;
	#end = 0;
	#blockedSinceMs: number | undefined;
	#takenBytes = 0;

	constructor(sizeBytes: number, clock: Clock) {
		this.#bytes = new Uint8Array(sizeBytes);
		this.#clock = clock;
	}

	get pendingBytes(): number {
		return this.#end - this.#start;
	}

	get roomBytes(): number {
		return this.#bytes.length - this.pendingBytes;
	}

	clear(): void {
		this.#start = 0;
		this.#end = 0;
		this.#blockedSinceMs = undefined;
	}

	/** Takes back what was written since `pendingBytes` was that; nothing of it may have been sent. */
	truncate(pendingBytes: number): void {
		this.#end = this.#start + pendingBytes;
	}

	/** Characters below U+0080. @throws RangeError when they do not fit. */
	text(text: string): void {
		const at = this.#reserve(text.length);
		for (let i = 0; i < text.length; i++) this.#bytes[at + i] = text.charCodeAt(i);
	}

	/** A copy of the bytes `[offset, end)`. @throws RangeError when they do not fit. */
	copy(bytes: Uint8Array, offset: number, end: number): void {
		const at = this.#reserve(end - offset);
		this.#bytes.set(offset === 0 && end === bytes.length ? bytes : bytes.subarray(offset, end), at);
	}

	/** Lets `read` fill up to `maxBytes` of the room; returns how many bytes it put there. */
	fill(read: (into: Uint8Array, offset: number, end: number) => number, maxBytes: number): number {
		const sizeBytes = Math.min(maxBytes, this.roomBytes);
		const at = this.#reserve(sizeBytes);
		this.#end = at;
		const count = read(this.#bytes, at, at + sizeBytes);
		if (!(count > 0 && count <= sizeBytes)) throw new RangeError(`body source gave ${count} of ${sizeBytes} bytes`);
		this.#end = at + count;
		return count;
	}

	/** Hands over what the connection has room for; true when nothing is left. */
	flush(connection: TcpConnection): boolean {
		if (this.#start < this.#end) {
			const count = connection.write(this.#bytes, this.#start, this.#end);
			this.#start += count;
			this.#takenBytes += count;
		}
		if (this.#start === this.#end) {
			this.clear();
			return true;
		}
		if (this.#blockedSinceMs === undefined) {
			this.#blockedSinceMs = this.#clock.monotonicMs();
			this.#takenBytes = 0;
		}
		return false;
	}

	/** The peer has left bytes untaken for more than `limitMs`, and 1 ms for each byte that it has taken meanwhile. */
	isOverdue(nowMs: number, limitMs: number): boolean {
		return this.#blockedSinceMs !== undefined && nowMs - this.#blockedSinceMs > limitMs + this.#takenBytes;
	}

	/** Makes `sizeBytes` the newest pending bytes; returns where they begin. */
	#reserve(sizeBytes: number): number {
		if (sizeBytes > this.roomBytes) throw new RangeError(`output of ${sizeBytes} bytes, room for ${this.roomBytes}`);
		if (this.#end + sizeBytes > this.#bytes.length) {
			this.#bytes.copyWithin(0, this.#start, this.#end);
			this.#end -= this.#start;
			this.#start = 0;
		}
		const at = this.#end;
		this.#end += sizeBytes;
		return at;
	}
}
