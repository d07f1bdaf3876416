import UDP from "embedded:io/socket/udp";
import DNSSD from "embedded:network/dnssd";
import type {
	AdvertisedService,
	OpenServiceDiscovery,
	ServiceDiscovery,
	ServiceDiscoveryOptions,
} from "../../../ports/service-discovery.js";
import { describeError } from "../guard.js";
import type { TcpContext } from "../tcp-stream.js";

/** A claim or an announcement; the SDK's typings give it no name that could be imported. */
type Handle = { close(): void };

/** A host name that has been asked for. */
type Claim = { readonly hostName: string; isOurs: boolean; handle: Handle | undefined };

/** mDNS by the SDK: a service is announced once its host name has been claimed. */
class ModdableServiceDiscovery implements ServiceDiscovery {
	readonly #context: TcpContext;
	readonly #options: ServiceDiscoveryOptions;
	readonly #claims: Claim[] = [];
	readonly #announced: Handle[] = [];
	#services: readonly AdvertisedService[];
	#dnssd: DNSSD | undefined;
	#isClosed = false;

	constructor(context: TcpContext, options: ServiceDiscoveryOptions) {
		this.#context = context;
		this.#options = options;
		this.#services = options.services;
		context.timers.after(0, () => this.#open());
	}

	update(services: readonly AdvertisedService[]): void {
		this.#services = services;
		if (this.#dnssd === undefined) return;
		this.#attempt(() => {
			this.#withdraw();
			this.#unclaimHosts();
			this.#claimHosts();
			for (const claim of this.#claims) if (claim.isOurs) this.#announce(claim);
		});
	}

	close(onClosed?: () => void): void {
		if (!this.#isClosed) {
			this.#isClosed = true;
			this.#context.guard.run("mdns close", () => {
				this.#withdraw();
				this.#dnssd?.close();
			});
			this.#dnssd = undefined;
		}
		onClosed?.();
	}

	#open(): void {
		if (this.#isClosed) return;
		this.#attempt(() => {
			this.#dnssd = new DNSSD({ socket: { io: UDP } });
			this.#claimHosts();
		});
	}

	#claimHosts(): void {
		for (const { hostName } of this.#services) {
			if (this.#claims.some((claim) => claim.hostName === hostName)) continue;
			const claim: Claim = { hostName, isOurs: false, handle: undefined };
			this.#claims.push(claim);
			claim.handle = this.#dnssd?.claim({
				host: hostName,
				onReady: () => this.#attempt(() => this.#onClaimed(claim)),
				onError: () => this.#fault(`the name ${hostName}.local is taken by another device`),
			});
		}
	}

	/** Gives up the names that no service has any more. */
	#unclaimHosts(): void {
		for (let i = this.#claims.length - 1; i >= 0; i--) {
			const claim = this.#claims[i] as Claim;
			if (this.#services.some(({ hostName }) => hostName === claim.hostName)) continue;
			this.#claims.splice(i, 1);
			claim.handle?.close();
		}
	}

	#onClaimed(claim: Claim): void {
		claim.isOurs = true;
		this.#announce(claim);
	}

	#announce({ hostName }: Claim): void {
		for (const { type, name, hostName: host, port, txt } of this.#services) {
			if (host !== hostName || this.#dnssd === undefined) continue;
			const texts = new Map(Object.entries(txt));
			this.#announced.push(this.#dnssd.advertise({ serviceType: type, name, host, port, txt: texts }));
		}
	}

	#withdraw(): void {
		for (const handle of this.#announced.splice(0)) handle.close();
	}

	/** Callbacks come from the SDK's timers and sockets, which no exception may reach. */
	#attempt(work: () => void): void {
		if (this.#isClosed) return;
		try {
			work();
		} catch (error) {
			this.#fault(describeError(error));
		}
	}

	#fault(detail: string): void {
		if (this.#isClosed) return;
		this.#context.guard.run("mdns onFault", () => this.#options.onFault(detail));
	}
}

/**
 * {@link OpenServiceDiscovery} over the SDK's dnssd, which answers with the address that the device has then: open it once
 * there is a connection, and again after it was lost.
 */
export function createOpenServiceDiscovery(context: TcpContext): OpenServiceDiscovery {
	return (options) => new ModdableServiceDiscovery(context, options);
}
