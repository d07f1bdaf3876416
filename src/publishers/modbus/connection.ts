import type { Clock } from "../../ports/clock.js";
import type { TcpConnection, TcpConnectionHandler } from "../../ports/tcp.js";
import { answer, isException, type RegisterSource } from "./answer.js";
import { FrameReader } from "./frame.js";
import type { ModbusLimits } from "./limits.js";

/** What happened since start. */
export interface ModbusCounters {
	/** Connections that were served, and that were refused because all places were in use. */
	accepted: number;
	refused: number;
	/** Idle connections that gave way to a new one. */
	evicted: number;
	requests: number;
	/** Requests that were answered with an exception. */
	exceptions: number;
	/** Connections closed because of bytes that are no Modbus. */
	malformed: number;
	/** Connections closed because nothing was asked, or a frame or an answer took too long. */
	timeouts: number;
}

/** What the connections of one server have in common. */
export interface ModbusHost {
	readonly limits: ModbusLimits;
	readonly clock: Clock;
	readonly registers: RegisterSource;
	readonly counters: ModbusCounters;
	/** Has {@link ModbusConnection.run} called soon. */
	runLater(connection: ModbusConnection): void;
}

/**
 * One place for a connection, used again and again. While an answer waits to be taken, nothing more is read: a peer that
 * does not read its answers fills its own window, and nothing here.
 */
export class ModbusConnection implements TcpConnectionHandler {
	readonly #host: ModbusHost;
	readonly #frame = new FrameReader();
	#tcp: TcpConnection | undefined;
	/** The part of the answer that is not sent yet: `[from, end)` of the frame's buffer. */
	#answerFrom = 0;
	#answerEnd = 0;
	/** When the current state began: idle, in a frame, or with an answer to be taken. */
	#sinceMs = 0;

	constructor(host: ModbusHost) {
		this.#host = host;
	}

	get isFree(): boolean {
		return this.#tcp === undefined;
	}

	/** Since when nothing has been asked; undefined while it is busy or free. */
	get idleSinceMs(): number | undefined {
		return this.isFree || this.#isInFrame || this.#isAnswering ? undefined : this.#sinceMs;
	}

	open(tcp: TcpConnection): void {
		this.#tcp = tcp;
		this.#next();
	}

	/** Idempotent. */
	close(abort: boolean): void {
		const tcp = this.#tcp;
		this.#tcp = undefined;
		tcp?.close(abort);
	}

	onReadable(): void {
		this.run();
	}

	onWritable(): void {
		this.run();
	}

	onClosed(): void {
		this.close(false);
	}

	/** Answers what has been asked, a few requests at a time. */
	run(): void {
		const { limits } = this.#host;
		for (let left = limits.framesPerTurn; left > 0; left--) {
			if (!this.#sendAnswer() || !this.#readRequest()) return;
		}
		this.#host.runLater(this);
	}

	tick(nowMs: number): void {
		if (this.isFree) return;
		const { limits, counters } = this.#host;
		const limitMs = this.#isAnswering ? limits.writeMs : this.#isInFrame ? limits.frameMs : limits.idleMs;
		if (nowMs - this.#sinceMs <= limitMs) return;
		counters.timeouts++;
		this.close(this.#isAnswering);
	}

	get #isAnswering(): boolean {
		return this.#answerFrom < this.#answerEnd;
	}

	get #isInFrame(): boolean {
		return this.#frame.length > 0;
	}

	/** The next request may come. */
	#next(): void {
		this.#frame.reset();
		this.#answerFrom = 0;
		this.#answerEnd = 0;
		this.#sinceMs = this.#host.clock.monotonicMs();
	}

	/** False while some of the answer cannot be sent. */
	#sendAnswer(): boolean {
		const tcp = this.#tcp;
		if (tcp === undefined) return false;
		if (!this.#isAnswering) return true;
		this.#answerFrom += tcp.write(this.#frame.bytes, this.#answerFrom, this.#answerEnd);
		if (this.#isAnswering) return false;
		this.#next();
		return true;
	}

	/** Makes the answer to the next request; false when there is none yet. */
	#readRequest(): boolean {
		const tcp = this.#tcp;
		if (tcp === undefined) return false;
		const { clock, counters, registers } = this.#host;
		const wasInFrame = this.#isInFrame;
		const state = this.#frame.read(tcp);
		if (state === "malformed") {
			counters.malformed++;
			this.close(true);
		}
		if (!wasInFrame && this.#isInFrame) this.#sinceMs = clock.monotonicMs();
		if (state !== "complete") return false;
		counters.requests++;
		this.#answerEnd = answer(this.#frame.bytes, this.#frame.length, registers);
		if (isException(this.#frame.bytes)) counters.exceptions++;
		this.#sinceMs = clock.monotonicMs();
		return true;
	}
}
