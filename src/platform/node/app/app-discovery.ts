import type { Device } from "../../../ports/device.js";
import type { Log } from "../../../ports/log.js";
import type { OpenServiceDiscovery, ServiceDiscovery } from "../../../ports/service-discovery.js";
import { announcedServices, hostNameOf } from "../../../services/discovery.js";
import type { Settings } from "../../../services/settings/table.js";
import { VERSION } from "../../../version.js";
import { createOpenServiceDiscovery } from "../mdns.js";
import { isLoopback } from "./url.js";

/** What the app's announcements are made from. */
export type AppDiscoveryOptions = {
	readonly settings: Settings;
	/** Where HTTP is answered. */
	readonly httpPort: number;
	readonly device: Device;
	readonly log: Log;
	/** Instead of mDNS on the network; for tests. */
	readonly openServiceDiscovery?: OpenServiceDiscovery;
};

/** What is announced, and under which host name. */
export type DiscoveryPlace = { readonly discovery: ServiceDiscovery; readonly hostName: string };

/**
 * Announces the app by mDNS if the settings want it, and somebody else could reach it: what listens on a loopback address
 * is nobody else's business. That it cannot be announced is a warning, as everything else works.
 */
export function openDiscovery(options: AppDiscoveryOptions): DiscoveryPlace | undefined {
	const { settings, httpPort, device, log } = options;
	const { httpHost: host, name, homewizard: hasHomeWizard, shelly: hasShelly } = settings;
	if (!settings.mdns || isLoopback(host)) return undefined;
	const open = options.openServiceDiscovery ?? createOpenServiceDiscovery({ host });
	const { serial } = device;
	const discovery = open({
		services: announcedServices({ serial, name, version: VERSION, httpPort, hasHomeWizard, hasShelly }),
		onFault: (detail) => log.warn(`mDNS: ${detail}; use the address, or turn it off with --mdns off`),
	});
	return { discovery, hostName: `${hostNameOf(serial)}.local` };
}
