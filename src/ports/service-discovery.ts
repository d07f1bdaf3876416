/** A service that others on the network find without knowing its address (DNS-SD, RFC 6763, over mDNS, RFC 6762). */
export interface AdvertisedService {
	/** Service type with its protocol, such as `_http._tcp`; its name has at most 15 characters (RFC 6335 §5.1). */
	readonly type: string;
	/** Name of this instance: at most 63 bytes, no dot; unique in the network for its type. */
	readonly name: string;
	/** Host name without `.local`, one label; it is claimed for the device. Several services may share one. */
	readonly hostName: string;
	/** 1 to 65535. */
	readonly port: number;
	/** At most 255 bytes for each `key=value`. */
	readonly txt: Readonly<Record<string, string>>;
}

export interface ServiceDiscoveryOptions {
	readonly services: readonly AdvertisedService[];
	/** Something is not announced, or no longer: for people. The program goes on without. */
	onFault(detail: string): void;
}

/** Answers for the host names and announces the services, for as long as it is open. */
export interface ServiceDiscovery {
	/** Says goodbye to the network, then ends; idempotent. No `onFault` comes after it. */
	close(onClosed?: () => void): void;
}

/** Starts to announce; nothing is called back before it has returned. */
export type OpenServiceDiscovery = (options: ServiceDiscoveryOptions) => ServiceDiscovery;
