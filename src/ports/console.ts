/** The board's own serial line to a computer: USB, or the UART behind a USB bridge. Never waits. */
export interface ConsolePort {
	/** Copies up to `bytes.length` received bytes into `bytes`; returns how many, 0 when none wait. */
	read(bytes: Uint8Array): number;
	/** Takes as many of the bytes `[offset, end)` as there is room for and returns how many; 0 when nobody listens. */
	write(bytes: Uint8Array, offset: number, end: number): number;
	/** Idempotent. */
	close(): void;
}

/** Throws with a text for people when the board has no such line. */
export type OpenConsole = () => ConsolePort;
