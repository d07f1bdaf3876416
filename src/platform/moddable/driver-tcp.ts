import TCP from "embedded:io/socket/tcp";

/**
 * The SDK's TCP socket as it is in 8.2.3 (its declaration knows neither what `write` returns nor that `read` fills a
 * buffer). Reading more than waits throws, and so does writing more than fits.
 */
export interface DriverTcp {
	format: "buffer" | "number";
	/** Fills `bytes`, which must not be longer than what waits. */
	read(bytes: Uint8Array): number | undefined;
	/** Up to `count` bytes, or in the format "number" one byte. */
	read(count?: number): ArrayBuffer | number | undefined;
	/** Returns how many more bytes fit, or undefined when the connection is broken. */
	write(bytes: Uint8Array): number | undefined;
	/** `abort` (reset, drop what is unsent) is known to our driver for Linux only; others close in good order. */
	close(abort?: boolean): void;
	readonly remoteAddress: string | undefined;
}

/** Who gets a socket's callbacks: the functions are shared, so that a connection costs no closures. */
export interface DriverTarget {
	/** `count` bytes wait, in all. */
	onDriverReadable(count: number): void;
	/** `count` bytes fit; the first call says that the connection is made. */
	onDriverWritable(count: number): void;
	/** Broken or closed by the peer, after everything that came was read. */
	onDriverError(): void;
}

type DriverOptions = ({ readonly from: DriverTcp } | { readonly address: string; readonly port: number }) & {
	readonly nodelay: true;
	readonly target: DriverTarget;
	readonly onReadable: typeof onReadable;
	readonly onWritable: typeof onWritable;
	readonly onError: typeof onError;
};
type Targeted = { readonly target: DriverTarget };

const Driver = TCP as unknown as new (options: DriverOptions) => DriverTcp;

function onReadable(this: Targeted, count: number): void {
	this.target.onDriverReadable(count);
}
function onWritable(this: Targeted, count: number): void {
	this.target.onDriverWritable(count);
}
function onError(this: Targeted): void {
	this.target.onDriverError();
}

/**
 * Takes over a connection from a listener, with callbacks to `target`, which must not throw.
 * Throws when the connection has broken meanwhile. */
export function adoptDriverTcp(accepted: DriverTcp, target: DriverTarget): DriverTcp {
	return new Driver({ from: accepted, nodelay: true, target, onReadable, onWritable, onError });
}

/**
 * Starts connecting; the first `onDriverWritable` says that it is done.
 * @param address - a dotted IPv4 address. Throws for one that can never work and when there is no network. */
export function connectDriverTcp(address: string, port: number, target: DriverTarget): DriverTcp {
	return new Driver({ address, port, nodelay: true, target, onReadable, onWritable, onError });
}
