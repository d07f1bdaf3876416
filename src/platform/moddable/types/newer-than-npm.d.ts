/**
 * What SDK 8.2.3 declares and `@moddable/typings` 5.6.0 does not. Only the check without an SDK reads this file; with one,
 * $MODDABLE/typings says it.
 */

/** Makes a function of the C function `name` (xs.d.ts). */
declare function native<F extends (...parameters: never[]) => unknown>(name: string): F;

declare module "embedded:storage/key-value" {
	export interface Storage {
		read(key: string): ArrayBuffer | string | number | bigint | undefined;
		write(key: string, value: ArrayBufferView | string | number | bigint): void;
		delete(key: string): void;
		close(): void;
		[Symbol.iterator](): IterableIterator<string>;
	}
	const KeyValueStorage: {
		open(options: {
			readonly path: string;
			readonly format?: "buffer" | "string";
			readonly mode?: "r" | "r+";
		}): Storage;
	};
	export default KeyValueStorage;
}

declare module "embedded:provider/builtin" {
	const device: object;
	export default device;
}

declare module "embedded:storage/flash" {
	export interface Flash {
		read(byteLength: number, byteOffset: number): ArrayBuffer;
		status(): { readonly size: number };
		close(): void;
	}
	const FlashStorage: {
		open(options: { readonly path: string; readonly mode?: "r" | "r+" }): Flash;
	};
	export default FlashStorage;
}

declare module "embedded:update" {
	import type { Flash } from "embedded:storage/flash";

	export interface Updater {
		write(bytes: Uint8Array): void;
		complete(): void;
		close(): void;
	}
	const Update: {
		open(options: { readonly partition: Flash; readonly mode?: "a" | "w" }): Updater;
	};
	export default Update;
}

declare module "embedded:network/interface/wifi" {
	class WiFi {
		constructor(options: { onChanged?: (property: "connection" | "address") => void });
		readonly address: string | undefined;
		readonly RSSI: number | undefined;
		scan(options: {
			onFound?: (network: { SSID: string; channel: number; RSSI: number; BSSID?: string }) => void;
			onComplete?: () => void;
		}): void;
		configure(options: { hostname?: string }): void;
		close(): void;
	}
	export default WiFi;
}
