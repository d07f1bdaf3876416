import {
	CLOSE_CODE,
	CONTROL_OFFSET,
	FrameParser,
	type FrameResult,
	MAX_CONTROL_BYTES,
	OPCODE,
} from "../../http/websocket/frame-parser.js";
import type { TcpConnection, TcpConnectionHandler } from "../../ports/tcp.js";
import type { TelegramClient, TelegramFeed } from "./telegram-feed.js";

/** A client has nothing to say here; a short greeting is read over. */
const MAX_MESSAGE_BYTES = 4096;
/** In one go; what is left waits in the client's own window until more comes or the next telegram. */
const MAX_READS = 32;
const FINAL = 0x80;

/** One WebSocket that gets every telegram as a message; answers pings, and the closing handshake. */
export class WebSocketClient implements TcpConnectionHandler, TelegramClient {
	readonly #connection: TcpConnection;
	readonly #feed: TelegramFeed;
	readonly #input: Uint8Array;
	readonly #onGone: (isDropped: boolean) => void;
	readonly #parser = new FrameParser(MAX_MESSAGE_BYTES);
	/** Of the next byte of the telegram's frame; -1 when nothing is left to send. */
	#position = -1;
	/** The control frame that is being sent: in the parser's buffer, so nothing is read meanwhile. */
	#controlAt = 0;
	#controlEnd = 0;
	#isClosing = false;
	#isGone = false;

	/** @param input - Used while something is read, so that clients may share it. */
	constructor(connection: TcpConnection, feed: TelegramFeed, input: Uint8Array, onGone: (isDropped: boolean) => void) {
		this.#connection = connection;
		this.#feed = feed;
		this.#input = input;
		this.#onGone = onGone;
	}

	get isBehind(): boolean {
		return this.#position >= 0 || this.#isClosing;
	}

	onTelegram(): void {
		if (this.#isClosing) return;
		this.#position = 0;
		this.#send();
		this.#receive();
	}

	drop(): void {
		this.#end(true, true);
	}

	/** The server goes away; says so where that can be said at once. */
	close(): void {
		if (!this.isBehind && this.#controlEnd === 0) this.#sendClose(CLOSE_CODE.goingAway);
		this.#end(this.#position > 0, false);
	}

	onReadable(): void {
		this.#receive();
	}

	onWritable(): void {
		if (this.#position > 0 && !this.#feed.isIntact) {
			this.drop();
			return;
		}
		this.#send();
		this.#receive();
	}

	onClosed(): void {
		this.#end(false, false);
	}

	/** Parses what has come, frame by frame; stops while an answer waits to be sent. */
	#receive(): void {
		const input = this.#input;
		for (let i = 0; i < MAX_READS; i++) {
			if (this.#isGone || this.#isClosing || this.#controlEnd > 0) return;
			const count = this.#connection.read(input, 0, Math.min(input.length, this.#parser.wantedBytes));
			if (count === 0) return;
			this.#answer(this.#parser.push(input, 0, count));
		}
	}

	#answer(result: FrameResult): void {
		if (result === "ping") this.#sendControl(OPCODE.pong, this.#parser.controlLength);
		else if (result === "close") {
			const code = this.#parser.closeCode;
			this.#sendClose(code === CLOSE_CODE.none ? CLOSE_CODE.normal : code);
		} else if (result === "protocol-error") this.#sendClose(CLOSE_CODE.protocolError);
		else if (result === "message-too-big") this.#sendClose(CLOSE_CODE.messageTooBig);
	}

	/** The connection ends when this has been sent. */
	#sendClose(code: number): void {
		const { control } = this.#parser;
		control[CONTROL_OFFSET] = code >> 8;
		control[CONTROL_OFFSET + 1] = code & 0xff;
		this.#isClosing = true;
		// A telegram of which nothing has been sent is not begun any more.
		if (this.#position === 0) this.#position = -1;
		this.#sendControl(OPCODE.close, 2);
	}

	/** Makes a frame of the payload in the parser's buffer. */
	#sendControl(opcode: number, length: number): void {
		const { control } = this.#parser;
		control[0] = FINAL | opcode;
		control[1] = Math.min(length, MAX_CONTROL_BYTES);
		this.#controlAt = 0;
		this.#controlEnd = CONTROL_OFFSET + length;
		this.#send();
	}

	/** Sends what waits: first the frame that has begun, then a control frame, then the telegram. */
	#send(): void {
		if (this.#position > 0 && !this.#sendTelegram()) return;
		if (this.#controlEnd > 0) {
			this.#controlAt += this.#connection.write(this.#parser.control, this.#controlAt, this.#controlEnd);
			if (this.#controlAt < this.#controlEnd) return;
			this.#controlEnd = 0;
			if (this.#isClosing) this.#end(false, false);
		}
		if (this.#position === 0) this.#sendTelegram();
	}

	/** @returns whether all of it has been sent. */
	#sendTelegram(): boolean {
		const { telegram } = this.#feed;
		this.#position = telegram.send(this.#connection, this.#position, true);
		if (this.#position < telegram.lengthBytes(true)) return false;
		this.#position = -1;
		return true;
	}

	#end(isAborted: boolean, isDropped: boolean): void {
		if (this.#isGone) return;
		this.#isGone = true;
		this.#position = -1;
		this.#controlEnd = 0;
		this.#connection.close(isAborted);
		this.#onGone(isDropped);
	}
}
