import type { KeyValueStore } from "../../ports/key-value-store.js";

/** Where it is kept; NVS has room for 15 characters. */
export const INSTALL_KEY = "update";

/** What the next starts have to know of an image that was installed. */
export type InstallRecord = {
	/** The slot that ran when it was installed: whoever runs from it again has left the new image. */
	readonly fromSlot: string;
	readonly version: string;
	/** Telegrams came when it was installed: it has to receive some too. */
	readonly hadTelegrams: boolean;
	/** Why it was left, once that is decided. */
	readonly why?: string;
};

/** The record; undefined when there is none, or none that makes sense. */
export function readInstallRecord(store: KeyValueStore): InstallRecord | undefined {
	const text = store.read(INSTALL_KEY);
	if (text === undefined) return undefined;
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return undefined;
	}
	if (typeof value !== "object" || value === null) return undefined;
	const { fromSlot, version, hadTelegrams, why } = value as Partial<Record<keyof InstallRecord, unknown>>;
	if (typeof fromSlot !== "string" || typeof version !== "string") return undefined;
	return {
		fromSlot,
		version,
		hadTelegrams: hadTelegrams === true,
		...(typeof why === "string" ? { why } : {}),
	};
}

/** Throws what the store throws. */
export function writeInstallRecord(store: KeyValueStore, record: InstallRecord): void {
	store.write(INSTALL_KEY, JSON.stringify(record));
}
