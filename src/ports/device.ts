export interface MemoryUse {
	/** Bytes of the JavaScript heap in use. */
	readonly heapUsedBytes?: number;
	/** Bytes of the JavaScript heap in all, where it is limited. */
	readonly heapTotalBytes?: number;
	/** Free bytes of the whole system, outside the JavaScript heap. */
	readonly systemFreeBytes?: number;
	/** Resident set of the process, on a host. */
	readonly residentBytes?: number;
}

export interface LinkState {
	readonly kind: "wifi" | "host";
	readonly connected: boolean;
	/** dBm, negative; absent on a host. */
	readonly rssiDbm?: number;
	readonly ipAddress?: string;
	readonly ssid?: string;
}

/** What the device knows of itself. */
export interface Device {
	/** Stable for the life of the device, 12 lower-case hex digits: the Wi-Fi MAC address, or made once and kept on a host. */
	readonly serial: string;
	readonly model: string;
	memory(): MemoryUse;
	link(): LinkState;
}
