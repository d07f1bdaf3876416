import type { FakeClock } from "./fake-clock.js";

/** What the window of lwIP takes. */
const WINDOW_BYTES = 5744;

/** The sockets of one dongle. */
export class FakeSockets {
	readonly clock: FakeClock;
	/** By port. */
	readonly listeners = new Map<number, FakeListenerDriver>();
	/** Connections that the dongle has tried to make; nobody ever answers. */
	readonly attempts: string[] = [];
	/** Sockets for datagrams that are open. */
	openUdpSockets = 0;
	/** Somebody elsewhere who answers datagrams; absent: nobody. */
	answerDatagram: ((bytes: Uint8Array, address: string, port: number) => Uint8Array | undefined) | undefined;

	constructor(clock: FakeClock) {
		this.clock = clock;
	}
}

let sockets: FakeSockets | undefined;

/** From now on the drivers below are of this dongle. */
export function useSockets(next: FakeSockets): void {
	sockets = next;
}

function current(): FakeSockets {
	if (sockets === undefined) throw new Error("there is no dongle");
	return sockets;
}

type Callbacks = {
	readonly target: unknown;
	onReadable(count: number): void;
	onWritable(count: number): void;
};

/** The SDK's TCP, of somebody who has sent everything at once and takes whatever comes. */
export class FakeTcpDriver {
	format = "buffer";
	readonly remoteAddress = "192.168.1.9";
	target: unknown;
	/** What waits to be read, and what was written; an accepted connection hands both on. */
	incoming: Uint8Array = new Uint8Array(0);
	readonly outgoing: Uint8Array[];
	#isClosed = false;

	constructor(options: Partial<Callbacks> & { readonly from?: FakeTcpDriver; readonly address?: string } = {}) {
		const { from, address, onReadable, onWritable, target } = options;
		this.outgoing = from?.outgoing ?? [];
		this.target = target;
		if (address !== undefined) current().attempts.push(address);
		if (from === undefined) return;
		this.incoming = from.incoming;
		current().clock.after(1, () => this.#tell(onWritable, WINDOW_BYTES));
		current().clock.after(2, () => this.#tell(onReadable, this.incoming.length));
	}

	read(into: Uint8Array | number): ArrayBuffer | number {
		const count = typeof into === "number" ? into : into.length;
		const piece = this.incoming.slice(0, count);
		this.incoming = this.incoming.slice(count);
		if (typeof into === "number") return piece.buffer;
		into.set(piece);
		return count;
	}

	write(bytes: Uint8Array): number {
		this.outgoing.push(bytes.slice());
		return WINDOW_BYTES;
	}

	close(): void {
		this.#isClosed = true;
	}

	#tell(callback: ((count: number) => void) | undefined, count: number): void {
		if (!this.#isClosed) callback?.call(this, count);
	}
}

/** The SDK's Listener. */
export class FakeListenerDriver {
	readonly port: number;
	readonly target: unknown;
	readonly #onReadable: (count: number) => void;
	#waiting: FakeTcpDriver | undefined;

	constructor({ port, target, onReadable }: Callbacks & { readonly port: number }) {
		this.port = port;
		this.target = target;
		this.#onReadable = onReadable;
		current().listeners.set(port, this);
	}

	/** Somebody connects. */
	accept(peer: FakeTcpDriver): void {
		this.#waiting = peer;
		this.#onReadable.call(this, 1);
	}

	read(): FakeTcpDriver | undefined {
		const waiting = this.#waiting;
		this.#waiting = undefined;
		return waiting;
	}

	close(): void {
		current().listeners.delete(this.port);
	}
}

type Datagram = ArrayBuffer & { readonly address: string; readonly port: number };

/** The SDK's UDP. An answer comes 30 ms after its question. */
export class FakeUdpDriver {
	readonly target: unknown;
	readonly #sockets = current();
	readonly #onReadable: (count: number) => void;
	readonly #waiting: Datagram[] = [];
	#isOpen = true;

	constructor({ target, onReadable }: Pick<Callbacks, "target" | "onReadable">) {
		this.target = target;
		this.#onReadable = onReadable;
		this.#sockets.openUdpSockets++;
	}

	read(): Datagram | undefined {
		return this.#waiting.shift();
	}

	write(bytes: Uint8Array, address: string, port: number): void {
		const answer = this.#sockets.answerDatagram?.(bytes.slice(), address, port);
		if (answer === undefined) return;
		this.#sockets.clock.after(30, () => {
			if (!this.#isOpen) return;
			this.#waiting.push(Object.assign(answer.slice().buffer, { address, port }));
			this.#onReadable.call(this, 1);
		});
	}

	close(): void {
		if (this.#isOpen) this.#sockets.openUdpSockets--;
		this.#isOpen = false;
	}
}
