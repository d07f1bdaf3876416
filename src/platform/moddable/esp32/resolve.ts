import UDP from "embedded:io/socket/udp";
import Resolver from "embedded:network/dns/resolver/udp";
// biome-ignore lint/style/useNodejsImportProtocol: the module "net" of the SDK, not of Node
import Net from "net";
import Timer from "timer";
import type { Guard } from "../guard.js";

function isDottedAddress(name: string): boolean {
	const parts = name.split(".");
	return parts.length === 4 && parts.every((part) => part !== "" && Number(part) >= 0 && Number(part) <= 255);
}

function nameServers(): string[] {
	const servers: unknown = Net.get("DNS");
	if (Array.isArray(servers)) return servers.map(String);
	return typeof servers === "string" ? [servers] : [];
}

/** Asks the network's name servers, or the network itself for names in `.local`; see ModdableHost.resolve. */
export function resolveName(name: string, guard: Guard, onResolved: (address: string | undefined) => void): void {
	const later = (address: string | undefined): void => {
		Timer.set(() => {
			guard.run("name lookup", () => onResolved(address));
		});
	};
	if (isDottedAddress(name)) {
		later(name);
		return;
	}
	const servers = nameServers();
	if (servers.length === 0 && !name.endsWith(".local")) {
		later(undefined);
		return;
	}
	const resolver = new Resolver({ socket: { io: UDP }, servers });
	const finish = (address: string | undefined): null => {
		// Not from inside the resolver's own loop, which goes on after it has called back.
		Timer.set(() => {
			resolver.close();
			guard.run("name lookup", () => onResolved(address));
		});
		return null;
	};
	resolver.resolve({
		host: name,
		onResolved: (_name: string, address: unknown) => finish(String(address)),
		onError: () => finish(undefined),
	});
}
