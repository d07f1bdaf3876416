import TCP from "embedded:io/socket/tcp";
import { SecureSocket } from "platform/moddable/chip/tls";
import { fixedBytes } from "../../core/fixed-memory.js";
import type { TimerHandle } from "../../ports/clock.js";
import type { MqttTls } from "../../ports/mqtt-client.js";
import { connectDriverTcp, type DriverTarget, type DriverTcp } from "./driver-tcp.js";
import type { TcpContext } from "./tcp-stream.js";

/** What the SDK's MQTT client passes to the class that it is given for its socket. */
export type MqttSocketOptions = {
	readonly owner: MqttSocketOwner;
	readonly address: string;
	readonly host: string;
	readonly port: number;
	onReadable(count: number): void;
	onWritable(count: number): void;
	onError(): void;
};

/** Whoever made the MQTT client, and watches its socket. */
export interface MqttSocketOwner {
	readonly context: TcpContext;
	readonly tls: MqttTls | undefined;
	/** DER of the authority that is trusted beside the platform's own list. */
	readonly authority: ArrayBuffer | undefined;
	/** For what waits for the network. */
	readonly queues: QueueStore;
	onSocketMade(socket: MqttSocket): void;
	/** TCP is connected; with TLS the handshake begins. */
	onTcpConnected(): void;
	/** MQTT's CONNECT can be sent. */
	onSocketReady(): void;
	/** The first four bytes that came, one at a time: `index` 0..3. */
	onFirstByte(index: number, byte: number): void;
	/** Everything that was queued is with the driver. */
	onDrained(): void;
	/** Broken; `why` is what was thrown, if anything. */
	onSocketFailed(why: unknown): void;
}

type CallbackOptions = Pick<MqttSocketOptions, "onReadable" | "onWritable" | "onError">;
type GuardedOptions = CallbackOptions & { readonly owner: MqttSocketOwner };

const BaseTcp = TCP as unknown as new (options: object) => DriverTcp;

/** The SDK's TCP for its TLS, which throws for a certificate that it does not like: no exception comes out. */
class GuardedTcp extends BaseTcp {
	constructor(options: GuardedOptions) {
		const { owner } = options;
		super({
			...options,
			nodelay: true,
			onReadable(count: number) {
				try {
					options.onReadable(count);
				} catch (error) {
					owner.onSocketFailed(error);
				}
			},
			onWritable(count: number) {
				owner.onTcpConnected();
				try {
					options.onWritable(count);
				} catch (error) {
					owner.onSocketFailed(error);
				}
			},
			onError() {
				owner.onSocketFailed(undefined);
			},
		});
	}
}

function openSecureSocket(options: MqttSocketOptions, tls: MqttTls, callbacks: object): DriverTcp {
	const { owner, host } = options;
	if (SecureSocket === undefined) throw new Error("built without TLS");
	return new SecureSocket({
		...callbacks,
		host,
		TCP: { io: GuardedTcp },
		// No cache: a session that was begun without a check must not be taken up again with one.
		secure: { verify: tls.verify, cache: false, ...(owner.authority && { certificate: owner.authority }) },
	});
}

/** The queue of one socket after the other: another one is made only while the one before still says goodbye. */
export class QueueStore {
	readonly #lengthBytes: number;
	#free: Uint8Array | undefined;

	constructor(lengthBytes: number) {
		this.#lengthBytes = lengthBytes;
	}

	take(): Uint8Array {
		const queue = this.#free ?? fixedBytes(this.#lengthBytes);
		this.#free = undefined;
		return queue;
	}

	giveBack(queue: Uint8Array): void {
		this.#free = queue;
	}
}

/** Bytes of a queue that go to the driver in one call. */
const PIECE_BYTES = 1024;

/**
 * The socket under the SDK's MQTT client: takes writes into a fixed queue, so that a message is never cut by the send
 * window and the small pieces that the client writes leave together; tells its owner what the client keeps to itself; and
 * goes on quietly when the client uses a socket that has failed.
 */
export class MqttSocket implements DriverTarget {
	readonly #owner: MqttSocketOwner;
	readonly #options: MqttSocketOptions;
	#queue: Uint8Array | undefined;
	readonly #queueBytes: number;
	#driver: DriverTcp | undefined;
	#format: "buffer" | "number" = "buffer";
	/** The driver's own: one for reading and writing. */
	#driverFormat: "buffer" | "number" = "buffer";
	#start = 0;
	#end = 0;
	#roomBytes = 0;
	#isReady = false;
	#isSilent = false;
	#firstBytes = 0;
	#bytesRead = 0;
	#flushTimer: TimerHandle | undefined;

	constructor(options: MqttSocketOptions) {
		this.#options = options;
		this.#owner = options.owner;
		this.#queue = options.owner.queues.take();
		this.#queueBytes = this.#queue.length;
		const { owner, address, port } = options;
		owner.onSocketMade(this);
		const { tls } = owner;
		try {
			this.#driver =
				tls === undefined
					? connectDriverTcp(address, port, this)
					: openSecureSocket(options, tls, {
							owner,
							address,
							port,
							onReadable: (count: number) => this.onDriverReadable(count),
							onWritable: (count: number) => this.onDriverWritable(count),
							onError: () => this.onDriverError(),
						});
		} catch (error) {
			if (tls !== undefined) owner.onTcpConnected();
			this.#failLater(error);
		}
	}

	/** Bytes that are queued. */
	get queuedBytes(): number {
		return this.#end - this.#start;
	}

	/** Bytes that still fit into the queue. */
	get freeBytes(): number {
		return this.#queueBytes - this.queuedBytes;
	}

	/** How the client reads from now on. */
	set format(format: "buffer" | "number") {
		this.#format = format;
	}

	/** For the client: one byte, or the bytes that it asks for; undefined once the socket is closed. */
	read(target?: Uint8Array | number): ArrayBuffer | number | undefined {
		const driver = this.#driver;
		if (driver === undefined || this.#isSilent) return undefined;
		this.#bytesRead++;
		this.#setDriverFormat(driver, this.#format);
		if (target !== undefined) return typeof target === "number" ? driver.read(target) : driver.read(target);
		const byte = driver.read();
		if (this.#firstBytes < 4 && typeof byte === "number") this.#owner.onFirstByte(this.#firstBytes++, byte);
		return byte;
	}

	/** Queues all of `bytes` or, when they do not fit, nothing; returns how many more would fit. */
	write(bytes: Uint8Array): number {
		const queue = this.#queue;
		// The client may go on with a socket that has ended.
		if (queue === undefined || bytes.byteLength > this.freeBytes) return 0;
		if (this.#end + bytes.byteLength > queue.length) {
			queue.copyWithin(0, this.#start, this.#end);
			this.#end -= this.#start;
			this.#start = 0;
		}
		queue.set(bytes, this.#end);
		this.#end += bytes.byteLength;
		// Later: what is written in one turn then leaves together.
		this.#flushTimer ??= this.#owner.context.timers.after(0, () => this.flush());
		return this.freeBytes;
	}

	/** The client closes when it thinks so; the owner decides, by {@link end}. */
	close(): void {
		this.#isSilent = true;
	}

	/** Closes the connection; with `abort` by a reset. Idempotent. */
	end(abort: boolean): void {
		const driver = this.#driver;
		this.#driver = undefined;
		this.#isSilent = true;
		this.#flushTimer?.cancel();
		if (this.#queue !== undefined) this.#owner.queues.giveBack(this.#queue);
		this.#queue = undefined;
		driver?.close(abort);
	}

	/** Passes on to the driver what it takes now. */
	flush(): void {
		this.#flushTimer?.cancel();
		this.#flushTimer = undefined;
		while (this.#driver !== undefined && this.#isReady && this.#start < this.#end && this.#roomBytes > 0) {
			let count = this.#end - this.#start;
			if (count > this.#roomBytes) count = this.#roomBytes;
			if (count > PIECE_BYTES) count = PIECE_BYTES;
			if (this.#queue === undefined || !this.#send(this.#driver, this.#queue, count)) return;
		}
		if (this.#isReady && this.#start === this.#end) {
			this.#start = 0;
			this.#end = 0;
			// The client knows the room that its last write left, and has to hear that there is more.
			if (!this.#isSilent) this.#options.onWritable(this.freeBytes);
			this.#owner.onDrained();
		}
	}

	#send(driver: DriverTcp, queue: Uint8Array, count: number): boolean {
		const piece = queue.subarray(this.#start, this.#start + count);
		let roomBytes: number | undefined;
		this.#setDriverFormat(driver, "buffer");
		try {
			roomBytes = driver.write(piece);
		} catch (error) {
			this.#failLater(error);
			return false;
		}
		this.#start += count;
		this.#roomBytes = roomBytes ?? 0;
		if (roomBytes === undefined) this.#failLater(undefined);
		return roomBytes !== undefined;
	}

	#setDriverFormat(driver: DriverTcp, format: "buffer" | "number"): void {
		if (format === this.#driverFormat) return;
		driver.format = format;
		this.#driverFormat = format;
	}

	#failLater(why: unknown): void {
		this.#roomBytes = 0;
		this.#owner.context.timers.after(0, () => this.#owner.onSocketFailed(why));
	}

	/** For the driver. */
	onDriverWritable(count: number): void {
		this.#roomBytes = count;
		try {
			if (this.#isReady) {
				this.flush();
				return;
			}
			this.#isReady = true;
			this.#owner.onSocketReady();
			if (!this.#isSilent) this.#options.onWritable(this.freeBytes);
		} catch (error) {
			this.#owner.onSocketFailed(error);
		}
	}

	/** For the driver. */
	onDriverError(): void {
		this.#owner.onSocketFailed(undefined);
	}

	/** For the driver. The client of 8.2.3 stops reading for good at a message with an empty payload: then only a new connection helps. */
	onDriverReadable(count: number): void {
		if (this.#isSilent) return;
		this.#bytesRead = 0;
		this.#owner.context.traffic.received++;
		try {
			this.#options.onReadable(count);
			if (this.#bytesRead === 0 && !this.#isSilent) throw new Error("the MQTT client does not read any more");
		} catch (error) {
			this.#owner.onSocketFailed(error);
		}
	}
}
