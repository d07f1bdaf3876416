import UDP from "embedded:io/socket/udp";
import DNSSD from "embedded:network/dnssd";
import type {
	OpenServiceDiscovery,
	ServiceDiscovery,
	ServiceDiscoveryOptions,
} from "../../../ports/service-discovery.js";
import { describeError } from "../guard.js";
import type { TcpContext } from "../tcp-stream.js";

/** An announcement; the SDK's typings give it no name that could be imported. */
type Handle = { close(): void };

/** mDNS by the SDK: a service is announced once its host name has been claimed. */
class ModdableServiceDiscovery implements ServiceDiscovery {
	readonly #context: TcpContext;
	readonly #options: ServiceDiscoveryOptions;
	readonly #announced: Handle[] = [];
	#dnssd: DNSSD | undefined;
	#isClosed = false;

	constructor(context: TcpContext, options: ServiceDiscoveryOptions) {
		this.#context = context;
		this.#options = options;
		context.timers.after(0, () => this.#open());
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

	/** Each host name once; what it stands for is announced when it is ours. */
	#claimHosts(): void {
		const hosts = new Set(this.#options.services.map(({ hostName }) => hostName));
		for (const host of hosts) {
			this.#dnssd?.claim({
				host,
				onReady: () => this.#attempt(() => this.#announce(host)),
				onError: () => this.#fault(`the name ${host}.local is taken by another device`),
			});
		}
	}

	#announce(host: string): void {
		for (const { type, name, hostName, port, txt } of this.#options.services) {
			if (hostName !== host || this.#dnssd === undefined) continue;
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
