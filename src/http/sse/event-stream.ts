import { literal } from "../../core/literal.js";
import type { ResponseStream, StreamProducer } from "../message.js";

/** The state that streams tell of: there is one, and only its newest form counts. */
export interface EventSource {
	/** Changes whenever the state does; 0 while there is none. */
	readonly revision: number;
	/** `event` and `id` lines of the newest form. */
	readonly head: Uint8Array;
	/** Bytes of {@link head}. */
	readonly headLength: number;
	/** The newest form, without line ends. */
	readonly data: Uint8Array;
	/** Bytes of {@link data}; 0 when there is nothing to send. What is larger than the server's output buffer never is. */
	readonly dataLength: number;
}

const DATA = literal("data: ");
const END = literal("\n\n");
const COMMENT = literal(":\n\n");
/** Each piece is a chunk of its own with at most so many bytes around it. */
const CHUNK_BYTES = 12;
const PIECES = 4;

/** One `text/event-stream` response. */
export class EventStream implements StreamProducer {
	readonly #source: EventSource;
	readonly #greeting: Uint8Array;
	readonly #onSkipped: (count: number) => void;
	readonly #onGone: (stream: EventStream, isSlow: boolean) => void;
	#response: ResponseStream | undefined;
	#isGreeted = false;
	#isCommentDue = false;
	/** Revision that was sent last; undefined before the first. */
	#sent: number | undefined;

	/**
	 * @param greeting - Sent once, before everything else.
	 * @param onSkipped - Told how many forms were never sent.
	 * @param onGone - Told that it is over, and whether the client was cut off because it took nothing. */
	constructor(
		source: EventSource,
		greeting: Uint8Array,
		onSkipped: (count: number) => void,
		onGone: (stream: EventStream, isSlow: boolean) => void,
	) {
		this.#source = source;
		this.#greeting = greeting;
		this.#onSkipped = onSkipped;
		this.#onGone = onGone;
	}

	/** What it writes to; for before the first {@link onWritable}. */
	attach(response: ResponseStream): void {
		this.#response ??= response;
	}

	/** The state has changed: it is sent once everything before it has been taken. */
	onChange(): void {
		this.#response?.wake();
	}

	/** Shows proxies and the client that the stream lives, and the device whether the client does. */
	keepAlive(): void {
		this.#isCommentDue = true;
		this.#response?.wake();
	}

	end(): void {
		this.#response?.end();
		this.#gone(false);
	}

	onWritable(response: ResponseStream): void {
		this.#response = response;
		if (!this.#isGreeted) this.#isGreeted = response.write(this.#greeting, 0, this.#greeting.length);
		if (this.#isCommentDue) this.#isCommentDue = !response.write(COMMENT, 0, COMMENT.length);
		const { revision, dataLength } = this.#source;
		if (dataLength > 0 && revision !== this.#sent) this.#sendState(response, revision);
	}

	onClosed(isPeerSlow: boolean): void {
		this.#gone(isPeerSlow);
	}

	/** All of it in one go or, when there is no room, nothing. */
	#sendState(response: ResponseStream, revision: number): void {
		const { head, headLength, data, dataLength } = this.#source;
		const lengthBytes = headLength + DATA.length + dataLength + END.length + PIECES * CHUNK_BYTES;
		if (response.roomBytes < lengthBytes) return;
		response.write(head, 0, headLength);
		response.write(DATA, 0, DATA.length);
		response.write(data, 0, dataLength);
		response.write(END, 0, END.length);
		if (this.#sent !== undefined) this.#onSkipped(revision - this.#sent - 1);
		this.#sent = revision;
	}

	#gone(isSlow: boolean): void {
		this.#response = undefined;
		this.#onGone(this, isSlow);
	}
}
