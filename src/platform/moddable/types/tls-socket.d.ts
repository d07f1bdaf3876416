/** The SDK's TLS socket (examples/io/tcp/tlssocket, 8.2.3), whose declaration its own typings hide in another file. */
declare module "embedded:io/socket/tcp/tls" {
	export default class TLSSocket {
		constructor(options: object);
		format: "buffer" | "number";
		read(count?: number): ArrayBuffer | number | undefined;
		write(bytes: ArrayBufferView): number;
		close(): void;
	}
}
