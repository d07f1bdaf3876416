import host from "platform/moddable/chip/host";
import type { Device, LinkState, MemoryUse } from "../../ports/device.js";
import type { KeyValueStore } from "../../ports/key-value-store.js";

/** What the host knows of itself, as a port. */
export class ModdableDevice implements Device {
	readonly serial: string;
	readonly model = host.model;
	#link: () => LinkState = () => host.link();

	/** @param store - where the serial number is kept on a host that has none of its own. */
	constructor(store: KeyValueStore) {
		this.serial = host.serialNumber(store);
	}

	memory(): MemoryUse {
		return host.memory();
	}

	link(): LinkState {
		return this.#link();
	}

	/** Whoever keeps the link knows it best. */
	followLink(link: () => LinkState): void {
		this.#link = link;
	}
}
