/** The functions of console-xs.c, one by one; `esp32/console.ts` makes a port of them. */

/** @returns 0, or why not (esp_err_t): the line is somebody else's. */
export const open: () => number = native("xs_p1_console_open");
/** As `ConsolePort.read`. */
export const read: (bytes: Uint8Array) => number = native("xs_p1_console_read");
/** As `ConsolePort.write`. @throws RangeError when the piece is not in the buffer. */
export const write: (bytes: Uint8Array, offset: number, end: number) => number = native("xs_p1_console_write");
/** As `ConsolePort.close`. */
export const close: () => void = native("xs_p1_console_close");
