/** What is used of the SDK's mDNS (modules/io/dnssd, 8.2.3), which `@moddable/typings` does not declare. */
declare module "embedded:network/dnssd" {
	export interface Handle {
		close(): void;
	}
	export default class DNSSD {
		constructor(options: { readonly socket: { readonly io: unknown } });
		claim(options: { readonly host: string; onReady(): void; onError(): void }): Handle;
		advertise(options: {
			readonly serviceType: string;
			readonly name: string;
			readonly host: string;
			readonly port: number;
			readonly txt: Map<string, string>;
		}): Handle;
		close(): void;
	}
}
