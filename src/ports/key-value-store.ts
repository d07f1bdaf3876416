/** Small settings that survive a power cut. A write is atomic: after a cut the old or the new value is there. */
export interface KeyValueStore {
	/** `key`: at most 15 characters (NVS). Undefined when absent; "" for what is there and cannot be read. */
	read(key: string): string | undefined;
	write(key: string, value: string): void;
	remove(key: string): void;
}
