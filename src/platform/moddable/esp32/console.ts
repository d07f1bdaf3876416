import type { ConsolePort } from "../../../ports/console.js";
import { close, open, read, write } from "../native/console/console.js";

const PORT: ConsolePort = Object.freeze<ConsolePort>({ read, write, close });

/**
 * Opens the board's own serial line: the chip's USB, or UART0 behind a USB bridge. In a debug build the debugger has it.
 * @throws Error - for people - when the line is somebody else's.
 * @see ESP-IDF v6.0 driver/usb_serial_jtag.h, driver/uart.h
 */
export function openConsole(): ConsolePort {
	const error = open();
	if (error !== 0)
		throw new Error(`the serial line is not to be had (${error}): a debug build keeps it for the debugger`);
	return PORT;
}

/** Writes a line as far as there is room: nobody may be there to read it. */
export function writeLine(console: ConsolePort, line: string): void {
	const bytes = new Uint8Array(line.length + 4);
	bytes.set([0x0d, 0x0a]);
	for (let i = 0; i < line.length; i++) bytes[i + 2] = line.charCodeAt(i) & 0x7f;
	bytes.set([0x0d, 0x0a], line.length + 2);
	console.write(bytes, 0, bytes.length);
}
