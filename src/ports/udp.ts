export interface UdpSocketOptions {
	readonly port: number;
	readonly host?: string;
	/** `bytes` belongs to the socket and is valid during the call only. */
	onDatagram(bytes: Uint8Array, end: number, fromAddress: string, fromPort: number): void;
	onListening?(port: number): void;
	onError(code: "port-taken" | "not-permitted" | "failed", detail: string): void;
}

export interface UdpSocket {
	/** Sends the bytes `[offset, end)`; a datagram that cannot be sent is dropped, as UDP would. */
	send(bytes: Uint8Array, offset: number, end: number, toAddress: string, toPort: number): void;
	close(): void;
}

export type OpenUdpSocket = (options: UdpSocketOptions) => UdpSocket;
