import { randomBytes } from "node:crypto";
import { freemem, networkInterfaces } from "node:os";
import type { Device, LinkState, MemoryUse } from "../../ports/device.js";
import type { KeyValueStore } from "../../ports/key-value-store.js";

const SERIAL_KEY = "serial";

/** Six octets like a MAC address, marked as made up: locally administered, unicast (IEEE 802-2014 §8.2). */
function makeSerial(): string {
	const octets = randomBytes(6);
	octets[0] = ((octets[0] ?? 0) & 0xfc) | 0x02;
	return octets.toString("hex");
}

function ownAddress(): string | undefined {
	for (const addresses of Object.values(networkInterfaces())) {
		for (const { address, family, internal } of addresses ?? []) if (family === "IPv4" && !internal) return address;
	}
	return undefined;
}

/** A computer that runs the app. */
export class NodeDevice implements Device {
	readonly serial: string;
	readonly model = "host";

	/**
	 * @param store - keeps the serial that is made at the first start.
	 * @throws what writing to the store throws. */
	constructor(store: KeyValueStore) {
		const kept = store.read(SERIAL_KEY);
		this.serial = kept !== undefined && /^[0-9a-f]{12}$/.test(kept) ? kept : makeSerial();
		if (kept !== this.serial) store.write(SERIAL_KEY, this.serial);
	}

	memory(): MemoryUse {
		const { heapUsed, rss } = process.memoryUsage();
		return { heapUsedBytes: heapUsed, residentBytes: rss, systemFreeBytes: freemem() };
	}

	link(): LinkState {
		const ipAddress = ownAddress();
		return { kind: "host", connected: true, ...(ipAddress === undefined ? {} : { ipAddress }) };
	}
}
