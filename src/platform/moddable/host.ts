import type { OpenButton } from "../../ports/button.js";
import type { ConsolePort } from "../../ports/console.js";
import type { DataRequest } from "../../ports/data-request.js";
import type { LinkState, MemoryUse } from "../../ports/device.js";
import type { FirmwareUpdate } from "../../ports/firmware-update.js";
import type { KeyValueStore } from "../../ports/key-value-store.js";
import type { Light } from "../../ports/light.js";
import type { LineFormat, P1PortFault } from "../../ports/p1-port.js";
import type { OpenServiceDiscovery } from "../../ports/service-discovery.js";
import type { SupplyVoltage } from "../../ports/supply.js";
import type { OpenWifi } from "../../ports/wifi.js";
import type { Guard } from "./guard.js";
import type { TcpContext } from "./tcp-stream.js";

/** A serial line that is open. No callback comes from inside `openSerialLine`, nor after `close`. */
export interface SerialLine {
	/** Copies up to `bytes.length` received bytes into `bytes`; returns how many, 0 when none wait. */
	read(bytes: Uint8Array): number;
	/** Idempotent, allowed in callbacks. */
	close(): void;
}

export type SerialLineOptions = {
	/** Linux: a device file. ESP32: ignored, the board's provider knows the pins. */
	readonly path: string;
	readonly format: LineFormat;
	readonly guard: Guard;
	onReadable(): void;
	/** With "disconnected" the line is of no more use: close it and open a new one later. */
	onFault(fault: P1PortFault): void;
};

/** What the chip knows of itself. */
export interface ChipFacts {
	readonly resetReason: string;
	/** Brown-outs since the last power cut, this start included. */
	readonly brownOutCount: number;
	/** The fewest bytes that were ever free outside the JavaScript heap. */
	readonly minimumSystemFreeBytes: number;
}

/** What differs between Linux and the ESP32 below the ports; the module "platform/moddable/chip/host" is one of them by the manifest. */
export interface ModdableHost {
	/** Which of the settings there are. */
	readonly platform: "device" | "host";
	readonly model: string;
	/** HTTP connections at a time that its memory has room for. */
	readonly httpConnections: number;
	/** Milliseconds of a clock that never jumps; wraps at 2^32 and may be negative. */
	ticksMs(): number;
	/** Milliseconds since 1970-01-01T00:00:00Z as the system knows it; undefined where it has to be told. */
	utcMs(): number | undefined;
	/** Tells the system the time, which certificates are checked by; absent where the system knows it. */
	setSystemTime?(utcMs: number): void;
	memory(): MemoryUse;
	link(): LinkState;
	/** 12 lower-case hex digits; made once and kept in `store` where the platform has none. */
	serialNumber(store: KeyValueStore): string;
	/**
	 * Where the program keeps what it made itself, and a device its settings.
	 * Throws with a text for people when what is there cannot be read. */
	openStore(): KeyValueStore;
	/**
	 * The content of the settings file that the command line names; undefined without one, and on a device.
	 * Throws with a text for people when the file is absent or no JSON. */
	settingsInput(): Readonly<Record<string, unknown>> | undefined;
	/** Replaces the content of that file. Throws with a text for people when there is none, or it cannot be written. */
	writeSettings(content: Readonly<Record<string, unknown>>): void;
	/** Keeps the hashes of passwords and tokens; on a device that is `store`. */
	openAccessStore(store: KeyValueStore): KeyValueStore;
	/** Calls back exactly once, later, with a dotted IPv4 address, or with undefined. A dotted address is its own answer. */
	resolve(name: string, guard: Guard, onResolved: (address: string | undefined) => void): void;
	/** Throws with a text for people when the line cannot be opened. */
	openSerialLine(options: SerialLineOptions): SerialLine;
	/** The radio; absent where the system keeps its link itself. */
	openWifi?(context: TcpContext): OpenWifi;
	/** The board's light, button, Data Request and supply; absent where there is no such thing. */
	openLight?(): Light;
	openButton?(context: TcpContext): OpenButton;
	openDataRequest?(): DataRequest;
	openSupply?(): SupplyVoltage | undefined;
	/** Why the chip started, and how it does; absent where there is no chip of our own. */
	openChip?(): ChipFacts;
	/** Forgets everything that was ever stored. */
	eraseStore?(): void;
	/** The chip's brown-outs since the last power cut. */
	brownOutCount(): number;
	/** The board's serial line, and a way to say something on it. Throws with a text for people; absent where there is none. */
	openConsole?(): { readonly port: ConsolePort; announce(line: string): void };
	/** mDNS; absent where the system has its own, as Linux has Avahi. */
	openServiceDiscovery?(context: TcpContext): OpenServiceDiscovery;
	/** `callback` is called when somebody asks the program to end; never on a device. */
	onStop(guard: Guard, callback: () => void): void;
	/** The two slots for images; a text says how a program that is none is updated. Throws when the board has no second slot. */
	openFirmware(): FirmwareUpdate | string;
	/** Ends the program; a device restarts. */
	exit(status: number): void;
	/** Starts the program again from the beginning; everything that it had open is closed. */
	restart(): void;
}
