import type { TcpConnection, TcpConnectionHandler } from "../ports/tcp.js";
import { type ConnectionHost, type ConnectionState, timeOut } from "./connection-host.js";
import { Exchange } from "./exchange.js";
import { type HttpFault, INTERNAL_ERROR, NO_ANSWER } from "./faults.js";
import type { BodyReader } from "./message.js";
import { OutputBuffer, type OutputOwner } from "./output-buffer.js";
import type { PoolHolder } from "./pool.js";
import type { RequestReceiver } from "./request-receiver.js";
import type { OutgoingBody } from "./response-body.js";
import { CONTINUE, NO_HEADERS, type Persistence, RETRY_SOON } from "./response-head.js";
import { TakenConnection } from "./taken-connection.js";

/** Reads, pieces or requests in one go; then the others have their turn. */
const STEPS_PER_TURN = 32;

/**
 * One place in the server: one connection after the other. What it receives a request into, and what its answer waits in, it
 * has from the server's pools for as long as it needs them. Requests are answered in order; while an answer is on its way
 * nothing more is read, so what a pipelining client sends waits in its own window.
 */
export class HttpConnection implements TcpConnectionHandler, OutputOwner, PoolHolder {
	readonly output: OutputBuffer;
	readonly host: ConnectionHost;
	#input: RequestReceiver | undefined;
	#tcp: TcpConnection | undefined;
	#isReadable = false;
	#state: ConnectionState = "closed";
	#sinceMs = 0;
	#exchange: Exchange | undefined;
	#isBodyWanted = false;
	#reader: BodyReader | undefined;
	#body: OutgoingBody | undefined;
	#staysOpen = false;
	/** The server answers in the handler's place; the rest of the input is not used. */
	#isCutShort = false;
	#taken: TakenConnection | undefined;
	#isRunning = false;

	constructor(host: ConnectionHost) {
		this.host = host;
		this.output = new OutputBuffer(this);
	}

	get isFree(): boolean {
		return this.#tcp === undefined;
	}

	/** Since when no request is under way, by the monotonic clock in milliseconds; undefined when one is. */
	get idleSinceMs(): number | undefined {
		return this.#state === "awaiting-request" ? this.#sinceMs : undefined;
	}

	/** For the pool of inputs: a request, which should come at 1,000 bytes a second, is awaited since then. */
	get blockedSinceMs(): number | undefined {
		if (this.#state === "receiving-head") return this.#sinceMs;
		return this.#state === "receiving-body" ? this.#sinceMs + (this.#input?.bodyBytes ?? 0) : undefined;
	}

	/** Serves `tcp`; only when free. */
	open(tcp: TcpConnection): void {
		this.#tcp = tcp;
		this.#isReadable = false;
		this.#isCutShort = false;
		this.#transition("awaiting-request");
	}

	onReadable(): void {
		const taken = this.#taken;
		this.#isReadable = true;
		if (taken === undefined) this.run();
		else {
			this.#safely("connection owner", () => taken.onReadable());
			this.#releaseInput();
		}
	}

	onWritable(): void {
		const taken = this.#taken;
		if (taken === undefined) this.run();
		else this.#safely("connection owner", () => taken.onWritable());
	}

	onClosed(): void {
		this.#tcp = undefined;
		this.#letGo(false);
	}

	/** Closes at once; an answer under way is cut off. Idempotent. */
	close(abort: boolean): void {
		this.#end(abort, false);
	}

	/** Enforces the time limits. */
	tick(nowMs: number): void {
		const { limits, counters } = this.host;
		const elapsedMs = nowMs - this.#sinceMs;
		const sentence = timeOut(this.#state, elapsedMs, limits, this.#input?.bodyBytes ?? 0);
		if (this.output.isOverdue(nowMs, limits.writeMs)) this.preempt();
		else if (sentence === "close") this.close(false);
		else if (sentence !== undefined) {
			counters.timeouts++;
			this.#answer(sentence);
			this.run();
		}
	}

	/** The peer takes too little of what it is sent, or sends too little. */
	preempt(): void {
		this.host.counters.timeouts++;
		this.#end(true, true);
	}

	onStarved(): void {
		this.host.awaitPool(this);
	}

	/** Goes on as far as it can without waiting. Calls from inside its own callbacks do nothing: it goes on after them. */
	run(): void {
		if (this.#isRunning) return;
		this.#isRunning = true;
		let steps = 0;
		while (steps < STEPS_PER_TURN && this.#safeStep()) steps++;
		this.#isRunning = false;
		if (steps === STEPS_PER_TURN) {
			this.host.runLater(this);
			return;
		}
		if (this.output.pendingBytes === 0) this.output.release();
		this.#releaseInput();
	}

	/** For {@link Exchange}: whether the connection outlives the response; not if its end `isMarkedByClose`. */
	persistence(isMarkedByClose: boolean): Persistence {
		const input = this.#input;
		this.#staysOpen = input?.head.keepAlive === true && input.isBodyDone && !this.#isCutShort && !isMarkedByClose;
		if (input === undefined || !this.#staysOpen) return "closes";
		return input.head.isHttp11 ? "stays" : "stays-1.0";
	}

	/** For {@link Exchange}: starts receiving the request's body. */
	receiveBody(reader: BodyReader, maxBytes: number): void {
		const input = this.#input;
		if (input === undefined || this.#state !== "awaiting-answer" || this.#isBodyWanted)
			throw new Error("read a body once, before the answer");
		this.#isBodyWanted = true;
		this.#reader = reader;
		this.#transition("receiving-body");
		const fault = input.startBody(maxBytes);
		if (fault !== undefined) this.#answer(fault);
		else if (input.isContinueAwaited && this.output.hold(true)) this.output.literal(CONTINUE);
		this.run();
	}

	/** For {@link Exchange}: head and what is whole of the body are in the output, `body` follows. */
	startResponse(status: number, body: OutgoingBody | undefined): void {
		this.host.counters.countStatus(status);
		this.#reader = undefined;
		this.#body = body;
		this.#transition("responding");
		this.run();
	}

	/** For {@link Exchange}: the head is in the output, the rest is up to the handler that `open` returns. */
	takeOver(open: (connection: TcpConnection) => TcpConnectionHandler): void {
		const tcp = this.#tcp;
		const input = this.#input;
		if (tcp === undefined || input === undefined) return;
		this.#transition("taken-over");
		const taken = new TakenConnection(tcp, input, this.output, () => this.onClosed());
		this.#taken = taken;
		taken.setOwner(open(taken));
		this.#endExchange();
		this.run();
	}

	#transition(state: ConnectionState): void {
		this.#state = state;
		this.#sinceMs = this.host.clock.monotonicMs();
	}

	#safeStep(): boolean {
		const before = this.#state;
		try {
			return this.#step();
		} catch (error) {
			this.#fault("handler", error);
			const isUnanswered = this.#state === "awaiting-answer" || this.#state === "receiving-body";
			if (isUnanswered) this.#answer(INTERNAL_ERROR);
			// An answer that the handler gave before it failed is still sent.
			else if (this.#state !== "responding" || before === "responding") this.close(true);
			return true;
		}
	}

	/** @returns whether there may be more to do at once. */
	#step(): boolean {
		const tcp = this.#tcp;
		if (tcp === undefined || !this.output.flush(tcp)) return false;
		switch (this.#state) {
			case "awaiting-request":
			case "receiving-head":
				return this.#receiveHead(tcp);
			case "receiving-body":
				return this.#receiveBody(tcp, this.#reader);
			case "responding":
				return this.#goOn();
			case "lingering": {
				const discarded = this.#input?.discard(tcp) ?? "over";
				if (discarded === "over") this.close(false);
				return discarded === "reading";
			}
			case "taken-over":
				this.#taken?.start();
				return false;
			default:
				return false;
		}
	}

	/** A request is looked at only when there is a buffer for its answer. */
	#receiveHead(tcp: TcpConnection): boolean {
		const input = this.#holdInput();
		if (input === undefined || (!input.isEmpty && !this.output.hold())) return false;
		const received = input.receiveHead(tcp);
		if (received === "waiting") {
			this.#isReadable = false;
			return false;
		}
		if (received === "reading") {
			if (this.#state === "awaiting-request") this.#transition("receiving-head");
		} else if (received === "complete") {
			this.host.counters.requests++;
			this.#isBodyWanted = false;
			this.#transition("awaiting-answer");
			this.#exchange = new Exchange(this, input.head, tcp.remoteAddress);
			this.host.router.dispatch(this.#exchange);
		} else {
			this.#answer(received);
		}
		return true;
	}

	/** What a request is received into; undefined while there is nothing to receive, or while others have them all. */
	#holdInput(): RequestReceiver | undefined {
		if (this.#input === undefined && this.#isReadable) {
			this.#input = this.host.inputPool.take(this, false);
			this.#input?.reset();
			if (this.#input === undefined) this.host.awaitPool(this);
		}
		return this.#input;
	}

	/** Others may have the input as soon as nothing of the request, nor of a next one, is needed any more. */
	#releaseInput(): void {
		const input = this.#input;
		if (input === undefined || this.#isCutShort) return;
		if (this.#state === "taken-over") {
			if (this.#taken?.isRestRead === true) this.#giveInputBack();
		} else if (this.#state === "awaiting-request" ? input.isEmpty : this.#state === "responding" && input.isUsedUp) {
			this.#exchange?.detach();
			this.#giveInputBack();
		}
	}

	#giveInputBack(): void {
		if (this.#input === undefined) return;
		this.#input = undefined;
		this.host.inputPool.giveBack(this);
	}

	#receiveBody(tcp: TcpConnection, reader: BodyReader | undefined): boolean {
		const input = this.#input;
		if (input === undefined || reader === undefined || input.isBodyDone) {
			this.#reader = undefined;
			this.#transition("awaiting-answer");
			reader?.onEnd();
			return true;
		}
		const received = input.receiveBody(tcp, reader);
		if (typeof received !== "string") this.#answer(received);
		return received !== "waiting";
	}

	/** Sends more of the body, or goes on to what comes after the response. */
	#goOn(): boolean {
		const body = this.#body;
		if (body !== undefined) {
			if (!this.output.hold()) return false;
			if (!body.pump(this.output)) return this.output.pendingBytes > 0;
			this.#body = undefined;
			body.release(false);
			return true;
		}
		this.#endExchange();
		if (this.#staysOpen) {
			this.#input?.next();
			this.#transition(this.#input?.isEmpty === false ? "receiving-head" : "awaiting-request");
		} else if (this.#input?.isBodyDone !== false && !this.#isCutShort) {
			this.close(false);
		} else {
			this.#transition("lingering");
		}
		return true;
	}

	/** The server's own answer, the last one on this connection. */
	#answer(fault: HttpFault): void {
		this.#endExchange();
		this.#isCutShort = true;
		const head = this.#input?.head;
		if (head === undefined) this.close(false);
		else new Exchange(this, head, "").respondFault(fault, fault === NO_ANSWER ? RETRY_SOON : NO_HEADERS);
	}

	/** Handler and body reader have no more to say. */
	#endExchange(): void {
		const reader = this.#reader;
		this.#exchange?.detach();
		this.#exchange = undefined;
		this.#reader = undefined;
		if (reader !== undefined) this.#safely("body reader", () => reader.onAborted());
	}

	#end(abort: boolean, isPeerSlow: boolean): void {
		const tcp = this.#tcp;
		if (tcp === undefined) return;
		this.#tcp = undefined;
		tcp.close(abort || this.output.pendingBytes > 0);
		this.#letGo(isPeerSlow);
	}

	/** Gives everything back; the place is free. */
	#letGo(isPeerSlow: boolean): void {
		const body = this.#body;
		const taken = this.#taken;
		this.#state = "closed";
		this.#body = undefined;
		this.#taken = undefined;
		this.output.release();
		this.#endExchange();
		this.#giveInputBack();
		if (body !== undefined) this.#safely("body", () => body.release(isPeerSlow));
		if (taken !== undefined) this.#safely("connection owner", () => taken.onClosed());
	}

	#safely(where: string, call: () => void): void {
		try {
			call();
		} catch (error) {
			this.#fault(where, error);
			this.close(true);
		}
	}

	#fault(where: string, error: unknown): void {
		this.host.counters.faults++;
		this.host.onFault(`http ${where}`, error);
	}
}
