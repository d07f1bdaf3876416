import type { TcpConnection, TcpConnectionHandler } from "../ports/tcp.js";

/**
 * Header lines beside the ones that the server writes: name, value, name, value… Visible ASCII and spaces only. A list that
 * is kept for as long as its values hold makes no garbage.
 */
export type HeaderList = readonly string[];

/** What a handler sees of the request; valid until the response is finished, then everything reads as absent. */
export interface HttpRequest {
	/** As sent: methods are case-sensitive. */
	readonly method: string;
	/** As sent, without the query; not percent-decoded. */
	readonly path: string;
	/** Whom the client meant to ask, in lower case with the port if sent: absolute-form target, else Host. */
	readonly host: string | undefined;
	/** Whether {@link host} is `host` (in lower case, as bytes), without a string being made of it. */
	hostIs(host: Uint8Array): boolean;
	/** The peer's address, without port. */
	readonly remoteAddress: string;
	readonly hasBody: boolean;
	/** Bytes of the body as announced; 0 when there is none, undefined when it is chunked. */
	readonly contentLengthBytes: number | undefined;
	/** Value of the first header of that name; `name` in lower case. Makes a string each time: ask once. */
	header(name: string): string | undefined;
	/** Whether a comma-separated header has `token`; both in lower case, the request's case does not count. */
	headerHasToken(name: string, token: string): boolean;
	/** Percent-decoded value of a query parameter; "" when it has none, undefined when absent or malformed. */
	query(name: string): string | undefined;
	/** Whether {@link path} is `path`, without a string being made of it. */
	pathIs(path: string): boolean;
	/**
	 * Starts receiving the body (and sends 100 Continue if the client waits for it). Call it once, now or later; an answer
	 * given without it closes the connection when there was a body. Pieces come after the handler has returned.
	 */
	readBody(reader: BodyReader): void;
}

/** Receives a request body; may answer in any of the calls. */
export interface BodyReader {
	/** Bytes `[offset, end)` of a buffer that the connection reuses: valid during the call only. Takes all of them. */
	onBytes(bytes: Uint8Array, offset: number, end: number): void;
	/** The body is complete. */
	onEnd(): void;
	/** The body will not be completed: malformed, too large, too slow or cut off. Called once, instead of `onEnd`. */
	onAborted(): void;
}

/**
 * The one answer to a request: exactly one of the methods, once, during the handler or later. Once the peer is gone or the
 * server has answered in the handler's place they do nothing; a second answer throws.
 */
export interface HttpResponse {
	/** False once an answer has begun or nobody waits for it any more. */
	readonly isOpen: boolean;
	/**
	 * A whole body, the bytes `[offset, end)`. They are copied before this returns: the caller may change them at once, and a
	 * slow peer still gets the body as it was.
	 * @throws RangeError when head and body exceed the connection's output buffer: then use {@link respondSource}.
	 */
	respond(
		status: number,
		contentType: string,
		bytes: Uint8Array,
		offset: number,
		end: number,
		headers?: HeaderList,
	): void;
	/** A whole body of ASCII text; limits as for {@link respond}. @throws TypeError for other text. */
	respondText(status: number, contentType: string, text: string, headers?: HeaderList): void;
	/** No body: 204, 304 or a redirect. */
	respondEmpty(status: number, headers?: HeaderList): void;
	/** `{"error":{"code":…,"message":…}}`; the message says what to do. Never cached. */
	respondError(status: number, code: string, message: string, headers?: HeaderList): void;
	/** A body of known length that is not copied as a whole, such as a file in flash; it is read as the peer takes it. */
	respondSource(status: number, contentType: string, source: BodySource, headers?: HeaderList): void;
	/**
	 * A body of unknown length: chunked, or until the connection closes for HTTP/1.0. Nothing more is read from the peer
	 * meanwhile. The peer is cut off when it does not take its bytes in time; silence of the producer has no limit.
	 */
	stream(status: number, contentType: string, producer: StreamProducer, headers?: HeaderList): ResponseStream;
	/**
	 * Gives the connection away after a head without body, for example 101. `open` gets the connection as the port would
	 * give it and returns its handler, which is told `onReadable` once at the start; bytes already received are read first.
	 * The connection counts as one of the server's until it is closed; time limits are the new owner's.
	 * @throws Error when the request has a body.
	 */
	takeOver(status: number, headers: HeaderList, open: (connection: TcpConnection) => TcpConnectionHandler): void;
}

/**
 * A body that is read piece by piece while it is sent. What `read` gives must not change between the first call and
 * `release`: the peer must never see a mix of two readings. A publisher that reuses its buffer pins it until `release`.
 */
export interface BodySource {
	readonly lengthBytes: number;
	/** Copies bytes from `position` on into `[offset, end)` of `into`; returns how many, at least 1. */
	read(into: Uint8Array, offset: number, end: number, position: number): number;
	/** Called exactly once: all has been read, the peer is gone, or only the head was wanted. */
	release?(): void;
}

/** Feeds a body of unknown length. */
export interface StreamProducer {
	/**
	 * Everything written so far has been taken by the peer and `roomBytes` can be written. Called first when the response
	 * begins; not again until something that was written has been taken.
	 */
	onWritable(stream: ResponseStream, roomBytes: number): void;
	/**
	 * The peer is gone or was cut off; called once, never after `end` or `abort`. For HEAD it comes at once.
	 * @param isPeerSlow - It did not take its bytes in time, and was cut off. */
	onClosed(isPeerSlow: boolean): void;
}

/** The other end of a {@link StreamProducer}; calls after its end do nothing. */
export interface ResponseStream {
	/** What one `write` can take now; 0 once the stream is over. */
	readonly roomBytes: number;
	/** Copies all of the bytes `[offset, end)` for sending, or none: false. */
	write(bytes: Uint8Array, offset: number, end: number): boolean;
	/** Has `onWritable` called as soon as everything written so far has been taken: at once if it has. */
	wake(): void;
	/** The body is complete. */
	end(): void;
	/** Resets the connection: the peer sees that the body is not complete. For one that does not keep up. */
	abort(): void;
}
