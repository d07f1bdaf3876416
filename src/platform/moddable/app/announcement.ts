import host from "platform/moddable/chip/host";
import type { ServiceDiscovery } from "../../../ports/service-discovery.js";
import { announcedServices } from "../../../services/discovery.js";
import { VERSION } from "../../../version.js";
import type { Parts } from "./parts.js";

/** What the dongle says of itself on the network, for as long as it is connected. */
export class Announcement {
	readonly #parts: Parts;
	#discovery: ServiceDiscovery | undefined;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/** There is an address, perhaps a new one: announces anew. Nothing without the setting, or where the system has its own. */
	onConnected(): void {
		const { context, settings, device, log } = this.#parts;
		this.close();
		// Not in one expression: XS 8.2.3 calls what a short-circuited `?.()` gives.
		const open = settings.mdns ? host.openServiceDiscovery?.(context) : undefined;
		if (open === undefined) return;
		const { serial } = device;
		const { name, httpPort, homewizard: hasHomeWizard, shelly: hasShelly } = settings;
		this.#discovery = open({
			services: announcedServices({ serial, name, version: VERSION, httpPort, hasHomeWizard, hasShelly }),
			onFault: (detail) => log.warn(`mDNS: ${detail}`),
		});
	}

	/** Says goodbye. */
	close(): void {
		this.#discovery?.close();
		this.#discovery = undefined;
	}
}
