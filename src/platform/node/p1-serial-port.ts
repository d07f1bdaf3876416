import { SerialPort } from "serialport";
import type { Timers } from "../../ports/clock.js";
import type { LineFormat, OpenP1Port, P1Port, P1PortHandler } from "../../ports/p1-port.js";
import { P1Link, type RetryDelays } from "./p1-link.js";

export type P1SerialPortOptions = {
	/** Device file such as `/dev/serial/by-id/…`, or `COM3`. */
	readonly path: string;
	readonly timers: Timers;
	/** Between attempts. */
	readonly delays: RetryDelays;
};

const LINE_SETTINGS = {
	"115200-8n1": { baudRate: 115_200, dataBits: 8, parity: "none", text: "115200 8N1" },
	"9600-7e1": { baudRate: 9600, dataBits: 7, parity: "even", text: "9600 7E1" },
} as const;

/** The texts of @serialport/bindings-cpp 13, which has no error codes. */
const EXPLANATIONS: readonly (readonly [pattern: RegExp, explanation: string])[] = [
	[/no such file|file not found/i, "there is no such device: is the cable plugged in? (ls /dev/serial/by-id)"],
	[
		/permission denied|access denied/i,
		'you may not open it: add yourself to its group (sudo usermod -aG dialout "$USER") and log in again',
	],
	[/cannot lock port|resource busy/i, "another program has it open"],
	[/inappropriate ioctl|is a directory/i, "that is no serial port"],
	[/no such device|input\/output error|bad file descriptor/i, "it has gone: was the cable pulled out?"],
];

/** Says for people why a serial port cannot be used. @param error - as the package serialport reports it. */
export function explainSerialError(path: string, error: unknown): string {
	const message = error instanceof Error ? error.message : String(error);
	for (const [pattern, explanation] of EXPLANATIONS) if (pattern.test(message)) return `${path}: ${explanation}`;
	return `${path}: ${message}`;
}

class P1SerialPort implements P1Port {
	readonly hasLineFormat = true;
	readonly #path: string;
	readonly #link: P1Link;
	#format: LineFormat = "115200-8n1";
	#serial: SerialPort | undefined;

	constructor({ path, timers, delays }: P1SerialPortOptions, handler: P1PortHandler) {
		this.#path = path;
		this.#link = new P1Link(handler, timers, delays, () => this.#open());
	}

	setLineFormat(format: LineFormat): void {
		if (format === this.#format) return;
		this.#format = format;
		// While it is being opened, that is seen to afterwards.
		if (this.#serial?.isOpen === true) this.#reopen(this.#serial);
	}

	close(): void {
		this.#link.close();
		const serial = this.#serial;
		this.#serial = undefined;
		if (serial?.isOpen === true) serial.close(() => {});
	}

	#open(): void {
		const format = this.#format;
		const { baudRate, dataBits, parity, text } = LINE_SETTINGS[format];
		const serial = new SerialPort({ path: this.#path, baudRate, dataBits, parity, stopBits: 1, autoOpen: false });
		this.#serial = serial;
		const lost = (error: unknown): void => {
			if (this.#serial !== serial) return;
			this.#serial = undefined;
			if (serial.isOpen) serial.close(() => {});
			this.#link.lost(explainSerialError(this.#path, error ?? "input/output error"));
		};
		serial.on("data", (bytes: Uint8Array) => {
			if (this.#serial === serial) this.#link.bytes(bytes, 0, bytes.length);
		});
		serial.on("error", lost);
		serial.on("close", lost);
		serial.open((error) => {
			if (error !== null) lost(error);
			else if (this.#serial !== serial) serial.close(() => {});
			else if (this.#format !== format) this.#reopen(serial);
			else this.#link.connected(`${this.#path} at ${text}`);
		});
	}

	/** Data bits and parity are set when a port is opened. */
	#reopen(serial: SerialPort): void {
		this.#serial = undefined;
		serial.close(() => this.#link.attemptNow());
	}
}

/**
 * A P1 port on a serial line, such as a P1 USB cable; it opens the line again for as long as it is open, also when the
 * cable is pulled out and comes back. Bytes with a wrong parity are dropped by the system and not counted. */
export function createOpenP1SerialPort(options: P1SerialPortOptions): OpenP1Port {
	return (handler) => {
		if (options.path === "") throw new RangeError("the path of the serial port is empty");
		return new P1SerialPort(options, handler);
	};
}
