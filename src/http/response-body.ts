import { literal } from "../core/literal.js";
import type { BodySource, ResponseStream, StreamProducer } from "./message.js";
import type { OutputBuffer } from "./output-buffer.js";

/** A body that follows its head piece by piece. */
export interface OutgoingBody {
	/** Puts the next piece into the empty output; true: the body ends with it. */
	pump(output: OutputBuffer): boolean;
	/**
	 * The body is not needed any more, because it has ended or because the peer is gone.
	 * @param isPeerSlow - The peer did not take its bytes in time, and was cut off. */
	release(isPeerSlow: boolean): void;
}

/** Sends a {@link BodySource}. */
export class SourceBody implements OutgoingBody {
	readonly #source: BodySource;
	readonly #lengthBytes: number;
	readonly #read = (into: Uint8Array, offset: number, end: number): number =>
		this.#source.read(into, offset, end, this.#position);
	#position = 0;

	constructor(source: BodySource) {
		this.#source = source;
		this.#lengthBytes = source.lengthBytes;
	}

	pump(output: OutputBuffer): boolean {
		if (this.#position < this.#lengthBytes) {
			this.#position += output.fill(this.#read, this.#lengthBytes - this.#position);
		}
		return this.#position === this.#lengthBytes;
	}

	release(): void {
		this.#source.release?.();
	}
}

const CHUNK_END = literal("\r\n");
const LAST_CHUNK = literal("0\r\n\r\n");
/** Size line and line ends of one chunk. */
const CHUNK_OVERHEAD_BYTES = 12;

/** What a {@link StreamBody} needs of its connection. */
export interface StreamConnection {
	readonly output: OutputBuffer;
	/** Goes on sending. */
	run(): void;
	close(abort: boolean): void;
}

/** Sends what a {@link StreamProducer} writes, in chunks or as it is. */
export class StreamBody implements OutgoingBody, ResponseStream {
	readonly #producer: StreamProducer;
	readonly #chunked: boolean;
	#connection: StreamConnection | undefined;
	#ended = false;
	#asked = false;

	/** Without a connection the stream is over from the start: only the head was wanted. */
	constructor(producer: StreamProducer, chunked: boolean, connection: StreamConnection | undefined) {
		this.#producer = producer;
		this.#chunked = chunked;
		this.#connection = connection;
	}

	get roomBytes(): number {
		if (this.#connection === undefined || this.#ended) return 0;
		return Math.max(0, this.#connection.output.roomBytes - CHUNK_OVERHEAD_BYTES);
	}

	write(bytes: Uint8Array, offset: number, end: number): boolean {
		const connection = this.#connection;
		const lengthBytes = end - offset;
		if (connection === undefined || this.#ended || !connection.output.hold()) return false;
		const isTaken = lengthBytes <= this.roomBytes;
		// An empty chunk would end the body.
		if (isTaken && lengthBytes > 0) {
			if (this.#chunked) connection.output.text(`${lengthBytes.toString(16)}\r\n`, 0);
			connection.output.copy(bytes, offset, end);
			if (this.#chunked) connection.output.literal(CHUNK_END);
			this.#asked = false;
		}
		connection.run();
		return isTaken;
	}

	wake(): void {
		if (this.#ended) return;
		this.#asked = false;
		this.#connection?.run();
	}

	end(): void {
		if (this.#ended) return;
		this.#ended = true;
		this.#connection?.run();
	}

	abort(): void {
		const connection = this.#connection;
		this.#ended = true;
		this.#connection = undefined;
		connection?.close(true);
	}

	pump(output: OutputBuffer): boolean {
		if (!this.#ended && !this.#asked) {
			this.#asked = true;
			this.#producer.onWritable(this, this.roomBytes);
		}
		// What was just written goes out first: the last chunk may need its room. An aborted body has no last chunk.
		if (!this.#ended || this.#connection === undefined || output.pendingBytes > 0) return false;
		if (this.#chunked) output.literal(LAST_CHUNK);
		return true;
	}

	release(isPeerSlow: boolean): void {
		this.#connection = undefined;
		if (this.#ended) return;
		this.#ended = true;
		this.#producer.onClosed(isPeerSlow);
	}
}
