import UDP from "embedded:io/socket/udp";
import type { OpenUdpSocket, UdpSocket, UdpSocketOptions } from "../../ports/udp.js";
import { describeError } from "./guard.js";
import { listenErrorCode } from "./listen-error.js";
import type { TcpContext } from "./tcp-stream.js";

/** The SDK's UDP socket as it is in 8.2.3; ours for Linux also takes an address and tells its port. */
interface DriverUdp {
	readonly port?: number;
	read(): (ArrayBuffer & { readonly address: string; readonly port: number }) | undefined;
	write(bytes: Uint8Array, address: string, port: number): void;
	close(): void;
}
type DriverUdpOptions = {
	readonly port: number;
	readonly address?: string;
	readonly target: ModdableUdpSocket;
	onReadable(this: { readonly target: ModdableUdpSocket }): void;
};
const DriverUdp = UDP as unknown as new (options: DriverUdpOptions) => DriverUdp;

/** So many datagrams at a time, then others have their turn. */
const DATAGRAMS_PER_TURN = 8;

class ModdableUdpSocket implements UdpSocket {
	readonly #context: TcpContext;
	readonly #options: UdpSocketOptions;
	#driver: DriverUdp | undefined;
	#isClosed = false;

	constructor(context: TcpContext, options: UdpSocketOptions) {
		this.#context = context;
		this.#options = options;
		context.timers.after(0, this.#open());
	}

	send(bytes: Uint8Array, offset: number, end: number, toAddress: string, toPort: number): void {
		try {
			this.#driver?.write(bytes.subarray(offset, end), toAddress, toPort);
		} catch {
			// No room, no route: dropped, as the network might have done.
		}
	}

	close(): void {
		this.#isClosed = true;
		const driver = this.#driver;
		this.#driver = undefined;
		driver?.close();
	}

	onDatagrams(): void {
		for (let left = DATAGRAMS_PER_TURN; left > 0; left--) {
			const datagram = this.#driver?.read();
			if (datagram === undefined) return;
			this.#context.traffic.received++;
			this.#context.guard.run("udp onDatagram", () =>
				this.#options.onDatagram(new Uint8Array(datagram), datagram.byteLength, datagram.address, datagram.port),
			);
		}
	}

	/** @returns what to tell the owner when the constructor has returned. */
	#open(): () => void {
		const { host, port } = this.#options;
		let detail = "";
		try {
			this.#driver = new DriverUdp({
				port,
				// Linux only: a device has one address.
				...(host === undefined ? {} : { address: host === "localhost" ? "127.0.0.1" : host }),
				target: this,
				onReadable() {
					this.target.onDatagrams();
				},
			});
		} catch (error) {
			detail = describeError(error);
		}
		return () => {
			if (this.#isClosed) return;
			if (this.#driver !== undefined) this.#options.onListening?.(this.#driver.port ?? port);
			else this.#options.onError(listenErrorCode(detail), `no datagrams on port ${port}: ${detail}`);
		};
	}
}

/** Makes the device's {@link OpenUdpSocket}, over the SDK's UDP. */
export function createOpenUdpSocket(context: TcpContext): OpenUdpSocket {
	return (options) => new ModdableUdpSocket(context, options);
}
