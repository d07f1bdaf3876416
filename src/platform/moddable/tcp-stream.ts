import type { Timers } from "../../ports/clock.js";
import type { TcpConnection, TcpConnectionHandler } from "../../ports/tcp.js";
import { adoptDriverTcp, connectDriverTcp, type DriverTarget, type DriverTcp } from "./driver-tcp.js";
import type { Guard } from "./guard.js";

/** What a socket needs of its surroundings. */
export type TcpContext = {
	readonly guard: Guard;
	readonly timers: Timers;
	/** How often something has come over any of them. */
	readonly traffic: { received: number };
};

/** Unread bytes are thrown away in pieces of this size before a close: otherwise lwIP resets, and the peer loses our last bytes. */
const DISCARD_BYTES = 256;

/** A connection over the SDK's TCP socket, with the port's promises: no callback after close, short writes, no exception out. */
export class TcpStream implements TcpConnection, DriverTarget {
	readonly #context: TcpContext;
	#driver: DriverTcp | undefined;
	#handler: TcpConnectionHandler | undefined;
	#remoteAddress = "";
	#readableBytes = 0;
	#writableBytes = 0;
	#wantsWritable = false;

	/** Without a connection yet: {@link adopt} or {@link connect} makes one. */
	constructor(context: TcpContext) {
		this.#context = context;
	}

	/** Takes over what a listener accepted. Throws when it has broken meanwhile. */
	adopt(accepted: DriverTcp): void {
		this.#driver = adoptDriverTcp(accepted, this);
		// Now: on lwIP asking a connection that has been reset is fatal.
		this.#remoteAddress = this.#driver.remoteAddress ?? "";
	}

	/**
	 * Connects to a dotted IPv4 address; the handler's first `onWritable` says that it is done, `onClosed` that it failed.
	 * Throws when it can never work. */
	connect(address: string, port: number): void {
		this.#wantsWritable = true;
		this.#remoteAddress = address;
		this.#driver = connectDriverTcp(address, port, this);
	}

	/** Who is told; no callback comes before the present turn has ended. */
	attach(handler: TcpConnectionHandler): void {
		this.#handler = handler;
	}

	get remoteAddress(): string {
		return this.#remoteAddress;
	}

	read(bytes: Uint8Array, offset: number, end: number): number {
		const driver = this.#driver;
		const count = Math.min(end - offset, this.#readableBytes);
		if (driver === undefined || count <= 0) return 0;
		try {
			driver.read(offset === 0 && count === bytes.length ? bytes : bytes.subarray(offset, offset + count));
		} catch {
			this.#breakLater();
			return 0;
		}
		this.#readableBytes -= count;
		return count;
	}

	write(bytes: Uint8Array, offset: number, end: number): number {
		let position = offset;
		// More than once: a driver may have passed on what it took, and have room again at once.
		while (position < end && this.#driver !== undefined && this.#writableBytes > 0) {
			const count = Math.min(end - position, this.#writableBytes);
			if (!this.#writePiece(this.#driver, bytes, position, position + count)) return 0;
			position += count;
		}
		if (position < end) this.#wantsWritable = true;
		return position - offset;
	}

	close(abort = false): void {
		const driver = this.#driver;
		this.#driver = undefined;
		this.#handler = undefined;
		if (driver === undefined) return;
		try {
			if (!abort) this.#discard(driver);
		} catch {
			// It was broken already.
		}
		driver.close(abort);
	}

	onDriverReadable(count: number): void {
		this.#readableBytes = count;
		this.#context.traffic.received++;
		const handler = this.#handler;
		if (handler === undefined) return;
		try {
			handler.onReadable();
		} catch (error) {
			this.#fault("tcp onReadable", error);
		}
	}

	onDriverWritable(count: number): void {
		this.#writableBytes = count;
		const handler = this.#handler;
		if (handler === undefined || !this.#wantsWritable || count <= 0) return;
		this.#wantsWritable = false;
		try {
			handler.onWritable();
		} catch (error) {
			this.#fault("tcp onWritable", error);
		}
	}

	/** Closes in good order: a peer that has only ended its own half still gets what was written. */
	onDriverError(): void {
		const handler = this.#handler;
		this.close();
		if (handler !== undefined) this.#context.guard.run("tcp onClosed", () => handler.onClosed());
	}

	/** The handler's state is unknown now: its connection ends, and it is told so that it can forget it. */
	#fault(where: string, error: unknown): void {
		this.#context.guard.report(where, error);
		const handler = this.#handler;
		this.close(true);
		if (handler !== undefined) this.#context.guard.run("tcp onClosed", () => handler.onClosed());
	}

	#writePiece(driver: DriverTcp, bytes: Uint8Array, start: number, end: number): boolean {
		let left: number | undefined;
		try {
			left = driver.write(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end));
		} catch {
			left = undefined;
		}
		this.#writableBytes = left ?? 0;
		// The peer has gone. Not every driver says so by itself, so we do, when the caller has returned.
		if (left === undefined) this.#breakLater();
		return left !== undefined;
	}

	#breakLater(): void {
		this.#writableBytes = 0;
		this.#readableBytes = 0;
		this.#context.timers.after(0, () => this.onDriverError());
	}

	#discard(driver: DriverTcp): void {
		while (this.#readableBytes > 0) {
			const count = Math.min(this.#readableBytes, DISCARD_BYTES);
			driver.read(count);
			this.#readableBytes -= count;
		}
	}
}
