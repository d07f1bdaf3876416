/** What the receiver noticed: FIFO thrown away, stop bit missing, wrong parity bit, line low for a whole character. */
export type P1SerialFault = "overflow" | "framing" | "parity" | "break";

/** How to open the UART; a missing or invalid value throws before anything is taken. */
export interface P1SerialOptions {
	/** GPIO number that the meter's data line comes in on. */
	readonly receive: number;
	/** UART number: 0 or 1, on the ESP32 also 2. */
	readonly port: number;
	/** Bits per second, 300 to 1,000,000; a P1 port has 115200 or 9600. */
	readonly baud: number;
	/** Absent: 8. */
	readonly dataBits?: 7 | 8 | undefined;
	/** Absent: "none". */
	readonly parity?: "none" | "even" | undefined;
	/** Inverts the receive line inside the chip: true for a P1 port wired without an inverter. Absent: false. */
	readonly invert?: boolean | undefined;
	/** Bytes kept while nobody reads, 1024 to 65536, outside the JavaScript heap. Absent: 8192 (711 ms of 115200 8N1). */
	readonly ringBytes?: number | undefined;
	/**
	 * `count` bytes wait to be read. Called at most every 20 ms, and again while some are left unread. May close the port.
	 * An exception that leaves it aborts XS, as from any callback.
	 */
	onReadable?(this: P1Serial, count: number): void;
	/**
	 * `kind` happened `count` times since the last call; of more than 128 faults in 20 ms the rest is not counted. Called before
	 * the bytes are offered. May close the port. */
	onError?(this: P1Serial, kind: P1SerialFault, count: number): void;
}

/**
 * The meter's UART in the manner of ECMA-419's Serial, but receive only, with what a P1 port needs beyond it: a ring that
 * outlasts a garbage collection, inversion, 7E1 and what goes wrong on the line. The data request pin is not its business.
 *
 * The constructor throws RangeError for an option, Error with "pin in use", "port in use", "no memory", "no uart driver" or
 * the step that the driver refused; whatever it had taken is given back first.
 * @see ECMA-419 §14 (Serial); ESP-IDF v6.0 driver/uart.h
 */
declare class P1Serial {
	constructor(options: P1SerialOptions);
	/**
	 * Moves received bytes into `buffer`, from its start.
	 * @returns how many bytes, 0 when none wait; throws after `close()`.
	 */
	read(buffer: Uint8Array | ArrayBuffer): number;
	/** Releases UART, pin and memory. Idempotent, also inside a callback; no callback comes after it. */
	close(): void;
}

export default P1Serial;
