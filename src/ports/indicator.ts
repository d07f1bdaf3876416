/** What the device shows to a person beside it: a light, or a line in the log of a host. */
export interface Indicator {
	/** Draws attention for a few seconds, to tell this device from others; returns at once. */
	identify(): void;
}
