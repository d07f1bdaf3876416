import FFI from "mc/ffi";
import type { ConsolePort } from "../../../../ports/console.js";

/** What is read or written at a time. */
const BUFFER_BYTES = 256;

/**
 * The board's own serial line: the chip's USB, or UART0 behind a USB bridge. In a debug build the debugger has it.
 * @see ESP-IDF v6.0 driver/usb_serial_jtag.h, driver/uart.h
 */
export class DeviceConsole implements ConsolePort {
	readonly #native = new FFI();
	readonly #buffer = new Uint8Array(BUFFER_BYTES);

	/** @throws Error - for people - when the line is somebody else's. */
	constructor() {
		const error = this.#native.p1_console_open();
		if (error !== 0)
			throw new Error(`the serial line is not to be had (${error}): a debug build keeps it for the debugger`);
	}

	read(bytes: Uint8Array): number {
		const buffer = this.#buffer;
		const count = this.#native.p1_console_read(buffer.buffer, Math.min(bytes.length, BUFFER_BYTES));
		for (let i = 0; i < count; i++) bytes[i] = buffer[i] as number;
		return count;
	}

	write(bytes: Uint8Array, offset: number, end: number): number {
		const buffer = this.#buffer;
		let at = offset;
		while (at < end) {
			const size = Math.min(end - at, BUFFER_BYTES);
			for (let i = 0; i < size; i++) buffer[i] = bytes[at + i] as number;
			const count = this.#native.p1_console_write(buffer.buffer, 0, size);
			at += count;
			if (count < size) break;
		}
		return at - offset;
	}

	close(): void {
		this.#native.p1_console_close();
	}
}

/** Writes a line as far as there is room: nobody may be there to read it. */
export function writeLine(console: ConsolePort, line: string): void {
	const bytes = new Uint8Array(line.length + 4);
	bytes.set([0x0d, 0x0a]);
	for (let i = 0; i < line.length; i++) bytes[i + 2] = line.charCodeAt(i) & 0x7f;
	bytes.set([0x0d, 0x0a], line.length + 2);
	console.write(bytes, 0, bytes.length);
}
