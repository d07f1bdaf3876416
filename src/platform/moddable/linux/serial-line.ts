import Serial from "embedded:io/serial";
import type { Guard } from "../guard.js";
import type { SerialLine, SerialLineOptions } from "../host.js";

/** The SDK's Serial on Linux, as it is in 8.2.3: `device` is missing in its declaration, `read` takes a count only. */
interface DriverSerial {
	read(count: number): ArrayBuffer | undefined;
	close(): void;
}
type DriverSerialOptions = {
	readonly device: string;
	readonly baud: number;
	readonly format: "buffer";
	readonly target: LinuxSerialLine;
	onReadable(this: { readonly target: LinuxSerialLine }, count: number): void;
	onError(this: { readonly target: LinuxSerialLine }): void;
};
const DriverSerial = Serial as unknown as new (options: DriverSerialOptions) => DriverSerial;

const PARITY_BIT = 0x80;

/** Of an even number of ones, for 7 data bits and even parity. */
function hasEvenParity(byte: number): boolean {
	let bits = byte ^ (byte >> 4);
	bits ^= bits >> 2;
	bits ^= bits >> 1;
	return (bits & 1) === 0;
}

/** A USB cable or a pty. The driver knows 8 data bits only: at 7E1 the parity bit arrives as the eighth, and is checked here. */
class LinuxSerialLine implements SerialLine {
	readonly #guard: Guard;
	readonly #options: SerialLineOptions;
	readonly #isSevenBits: boolean;
	#driver: DriverSerial | undefined;
	#waiting = 0;

	constructor(options: SerialLineOptions) {
		this.#options = options;
		this.#guard = options.guard;
		this.#isSevenBits = options.format === "9600-7e1";
		this.#driver = new DriverSerial({
			device: options.path,
			baud: this.#isSevenBits ? 9600 : 115_200,
			format: "buffer",
			target: this,
			onReadable(count) {
				this.target.onReadable(count);
			},
			onError() {
				this.target.onError();
			},
		});
	}

	read(bytes: Uint8Array): number {
		const count = Math.min(this.#waiting, bytes.length);
		if (this.#driver === undefined || count === 0) return 0;
		const buffer = this.#driver.read(count);
		if (buffer === undefined) return 0;
		this.#waiting -= buffer.byteLength;
		bytes.set(new Uint8Array(buffer));
		if (this.#isSevenBits) this.#stripParity(bytes, buffer.byteLength);
		return buffer.byteLength;
	}

	close(): void {
		const driver = this.#driver;
		this.#driver = undefined;
		driver?.close();
	}

	onReadable(count: number): void {
		this.#waiting = count;
		if (this.#driver !== undefined) this.#guard.run("serial", () => this.#options.onReadable());
	}

	/** The driver closes itself after this call, and must not be closed during it. */
	onError(): void {
		if (this.#driver === undefined) return;
		this.#driver = undefined;
		this.#guard.run("serial", () => this.#options.onFault("disconnected"));
	}

	#stripParity(bytes: Uint8Array, end: number): void {
		for (let i = 0; i < end; i++) {
			const byte = bytes[i] ?? 0;
			if (!hasEvenParity(byte)) this.#options.onFault("parity");
			bytes[i] = byte & ~PARITY_BIT;
		}
	}
}

/** Opens a serial device; throws with the system's reason when it cannot. */
export function openLinuxSerialLine(options: SerialLineOptions): SerialLine {
	return new LinuxSerialLine(options);
}
