/** Line settings of a P1 port: 115200 8N1 from DSMR 4 on, 9600 7E1 for DSMR 2.2 and 3 (P1 Companion Standard §5.12). */
export type LineFormat = "115200-8n1" | "9600-7e1";

/** A fault that the receiver itself noticed, counted by the meter service. */
export type P1PortFault = "overflow" | "framing" | "parity" | "break" | "disconnected";

/** What a P1 port implementation calls back; never from inside its own constructor. */
export interface P1PortHandler {
	/** Bytes `[offset, end)` of a buffer that the port owns and reuses: valid during the call only. */
	onBytes(bytes: Uint8Array, offset: number, end: number): void;
	onFault(fault: P1PortFault): void;
	/** The source is reachable (again), or not; `detail` is for people and holds no secret. */
	onLinkChanged(connected: boolean, detail: string): void;
	/** The source has no more bytes and will never have any: the end of a file or of standard input. */
	onEnd(): void;
}

/**
 * The meter's customer port as a source of bytes: a UART, a USB cable, a TCP bridge or a file.
 * An implementation reconnects by itself for as long as it is open.
 */
export interface P1Port {
	/** True where {@link setLineFormat} changes something: a real serial line. */
	readonly hasLineFormat: boolean;
	setLineFormat(format: LineFormat): void;
	/** Idempotent; no callback comes after it. */
	close(): void;
}

/** Opens a port; throws only for options that can never work. */
export type OpenP1Port = (handler: P1PortHandler) => P1Port;
