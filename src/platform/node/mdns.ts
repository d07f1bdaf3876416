import { createSocket as createUdpSocket, type Socket } from "node:dgram";
import type { EventEmitter } from "node:events";
import { isIP } from "node:net";
import Bonjour, { type Service, type ServiceConfig } from "bonjour-service";
import type {
	AdvertisedService,
	OpenServiceDiscovery,
	ServiceDiscovery,
	ServiceDiscoveryOptions,
} from "../../ports/service-discovery.js";

const MDNS_PORT = 5353;

/** Where the announcements go, and what they say of the address. */
export type MdnsOptions = {
	/** What the services listen on: an address of this computer, or a wildcard for all of them. */
	readonly host: string;
	/** Instead of a socket of the system that shares UDP port 5353 with others. */
	readonly createSocket?: () => Socket;
};

function systemSocket(): Socket {
	return createUdpSocket({ type: "udp4", reuseAddr: true });
}

function isWildcard(host: string): boolean {
	return host === "0.0.0.0" || host === "::" || host === "";
}

/**
 * mDNS by bonjour-service. The socket is made here, because the library has no place to say that it could not be had.
 * Conflicts are seen for the names of services and not for host names; both end in digits of a MAC address, or of a number
 * made by chance.
 */
class NodeServiceDiscovery implements ServiceDiscovery {
	readonly #host: string;
	readonly #options: ServiceDiscoveryOptions;
	readonly #socket: Socket;
	readonly #bonjour: Bonjour;
	#services: readonly AdvertisedService[];
	#published: Service[] = [];
	#state: "awaiting-socket" | "announcing" | "closed" = "awaiting-socket";

	constructor({ host, createSocket = systemSocket }: MdnsOptions, options: ServiceDiscoveryOptions) {
		this.#host = host;
		this.#options = options;
		this.#services = options.services;
		this.#socket = createSocket();
		const isOneAddress = isIP(host) === 4 && !isWildcard(host);
		// These go through to multicast-dns, which the types do not say.
		const library = { socket: this.#socket, bind: false, ...(isOneAddress ? { interface: host } : {}) };
		this.#bonjour = new Bonjour(library as Partial<ServiceConfig>, (error: unknown) => this.#fail(error));
		const { mdns } = (this.#bonjour as unknown as { readonly server: { readonly mdns: EventEmitter } }).server;
		mdns.on("error", (error) => this.#fail(error));
		// After the library's own listener, which has joined the group then.
		this.#socket.once("listening", () => {
			if (this.#state !== "awaiting-socket") return;
			this.#state = "announcing";
			this.#publish();
		});
		this.#socket.once("error", (error) => {
			if (this.#state === "awaiting-socket") this.#fail(error);
		});
		setImmediate(() => {
			if (this.#state === "awaiting-socket") this.#socket.bind(MDNS_PORT);
		});
	}

	close(onClosed: () => void = () => {}): void {
		const state = this.#state;
		this.#state = "closed";
		const destroy = (): void => this.#destroy(onClosed);
		if (state === "closed") onClosed();
		else this.#sayGoodbye(destroy);
	}

	/** For what has been announced alone: one that still probes would take its own goodbye for somebody else's answer. */
	#sayGoodbye(onSent: () => void): void {
		const announced = this.#published.filter(({ published }) => published);
		let left = announced.length;
		if (left === 0) onSent();
		for (const service of announced) {
			service.stop(() => {
				left--;
				if (left === 0) onSent();
			});
		}
	}

	#publish(): void {
		this.#published = [];
		for (const { type, name, hostName, port, txt } of this.#services) {
			const service: Service = this.#bonjour.publish({
				name,
				type: type.replace(/^_/, "").replace(/\._tcp$/, ""),
				host: `${hostName}.local`,
				port,
				txt,
				// Without probing the records would be asked for in this very call, before they are ours.
				probe: true,
				disableIPv6: isIP(this.#host) === 4,
			});
			const records = service.records.bind(service);
			this.#published.push(service);
			service.records = () => records().filter((record) => this.#isTrue(record.type, record.data));
		}
	}

	/** False for an address of this computer that the services do not listen on. */
	#isTrue(type: string, data: unknown): boolean {
		return (type !== "A" && type !== "AAAA") || isWildcard(this.#host) || isIP(this.#host) === 0 || data === this.#host;
	}

	#fail(error: unknown): void {
		if (this.#state === "closed") return;
		const wasBound = this.#state === "announcing";
		this.#options.onFault(error instanceof Error ? error.message : String(error));
		// A datagram that could not be sent is one; a socket that could not be had is the end.
		if (wasBound) return;
		this.#state = "closed";
		this.#destroy(() => {});
	}

	#destroy(onClosed: () => void): void {
		try {
			this.#bonjour.destroy(onClosed);
		} catch {
			// The socket was never open.
			onClosed();
		}
	}
}

/** {@link OpenServiceDiscovery} for services of this computer. */
export function createOpenServiceDiscovery(mdns: MdnsOptions): OpenServiceDiscovery {
	return (options) => new NodeServiceDiscovery(mdns, options);
}
