import { utf8Bytes, utf8Text } from "../../core/utf8.js";
import type { Clock, TimerHandle, Timers } from "../../ports/clock.js";
import type { ConsolePort } from "../../ports/console.js";
import type { WifiCredentials } from "../../ports/wifi.js";
import type { NetworkScan } from "../provisioning/network-scan.js";
import type { NetworkTest } from "../provisioning/network-test.js";
import type { TrialResult } from "../provisioning/setup-station.js";
import { WIFI_NAME_BYTES, WIFI_PASSWORD_BYTES } from "../settings/formats.js";
import { MAX_PACKET_BYTES, PACKET, PacketParser, PacketWriter } from "./packets.js";

/** @see https://www.improv-wifi.com/serial/ */
const COMMAND = Object.freeze({ settings: 1, state: 2, device: 3, networks: 4 } as const);
const STATE = Object.freeze({ ready: 2, provisioning: 3, provisioned: 4 } as const);
const ERROR = Object.freeze({ none: 0, malformed: 1, unknown: 2, unableToConnect: 3, other: 0xff } as const);

/** How often the line is looked at: a person waits for less than a second. */
const POLL_MS = 100;
/** After the start it is looked at for so long, whatever else: a browser that has just flashed the device asks then. */
export const FIRST_MS = 300_000;
/** And then, whether somebody wants it again. */
const LOOK_MS = 5000;
/** At a time, so that a line full of noise does not keep the device busy. */
const MAX_BYTES_PER_POLL = 512;
const CHUNK_BYTES = 64;

export type ImprovOptions = {
	readonly console: ConsolePort;
	readonly clock: Clock;
	readonly timers: Timers;
	readonly test: NetworkTest;
	readonly networks: NetworkScan;
	/** The setup network is open: somebody sets the device up, or should. */
	readonly isWanted: () => boolean;
	/** Whether the Wi-Fi settings may be changed from here. */
	readonly mayChange: () => boolean;
	/** Stores a network that has worked, and ends the setup; a text says why it could not. */
	readonly save: (credentials: WifiCredentials) => string | undefined;
	/** Where the person goes next; undefined while the device is in no network. */
	readonly url: () => string | undefined;
	/** Firmware, its version, the chip, and what people call the device. */
	readonly device: () => readonly [firmware: string, version: string, chip: string, name: string];
};

/**
 * Sets Wi-Fi over the board's serial line, as pages that flash a device from the browser do (Improv Wi-Fi over serial,
 * version 1). Looks at the line for the first minutes, and as long as the setup network is open.
 * @see https://www.improv-wifi.com/serial/
 */
export class Improv {
	readonly #options: ImprovOptions;
	readonly #parser: PacketParser;
	/** Two packets of any size. */
	readonly #out = new PacketWriter(2 * MAX_PACKET_BYTES + 2);
	readonly #chunk = new Uint8Array(CHUNK_BYTES);
	readonly #startedMs: number;
	#timer: TimerHandle;
	#isPolling = true;
	/** Of the networks that are being told; undefined: none are. */
	#networkIndex: number | undefined;

	constructor(options: ImprovOptions) {
		this.#options = options;
		this.#startedMs = options.clock.monotonicMs();
		this.#parser = new PacketParser({
			onPacket: (type, bytes, offset, end) => {
				if (type === PACKET.command) this.#onCommand(bytes, offset, end);
			},
			onDamaged: () => this.#out.value(PACKET.error, ERROR.malformed),
		});
		this.#timer = options.timers.every(POLL_MS, () => this.#poll());
	}

	/** Ends for good; closes the line. */
	close(): void {
		this.#timer.cancel();
		this.#options.console.close();
	}

	#poll(): void {
		if (this.#isPolling !== this.#isNeeded()) this.#switch();
		if (!this.#isPolling) return;
		const { console } = this.#options;
		for (let left = MAX_BYTES_PER_POLL; left > 0; left -= CHUNK_BYTES) {
			const count = console.read(this.#chunk);
			if (count === 0) break;
			this.#parser.push(this.#chunk, count);
		}
		this.#tellNetworks();
		const { length } = this.#out;
		if (length > 0) this.#out.drop(console.write(this.#out.bytes, 0, length));
	}

	#isNeeded(): boolean {
		const { clock, isWanted, test } = this.#options;
		return clock.monotonicMs() - this.#startedMs < FIRST_MS || isWanted() || test.state.kind === "testing";
	}

	#switch(): void {
		this.#isPolling = !this.#isPolling;
		this.#timer.cancel();
		this.#timer = this.#options.timers.every(this.#isPolling ? POLL_MS : LOOK_MS, () => this.#poll());
	}

	#onCommand(bytes: Uint8Array, offset: number, end: number): void {
		const command = bytes[offset];
		const dataOffset = offset + 2;
		// Whoever asks again does not wait for what was not taken before.
		if (!this.#out.hasRoom) this.#out.drop(this.#out.length);
		if (end < dataOffset || bytes[offset + 1] !== end - dataOffset) {
			this.#out.value(PACKET.error, ERROR.malformed);
			return;
		}
		switch (command) {
			case COMMAND.settings:
				this.#onSettings(bytes, dataOffset, end);
				return;
			case COMMAND.state:
				this.#begin();
				this.#tellState();
				if (this.#state() === STATE.provisioned) this.#tellUrl(COMMAND.state);
				return;
			case COMMAND.device:
				this.#begin();
				this.#out.result(COMMAND.device, this.#options.device().map(utf8Bytes));
				return;
			case COMMAND.networks:
				this.#begin();
				this.#options.networks.start();
				this.#networkIndex = 0;
				return;
			default:
				this.#out.value(PACKET.error, ERROR.unknown);
		}
	}

	#begin(): void {
		this.#out.value(PACKET.error, ERROR.none);
	}

	#onSettings(bytes: Uint8Array, offset: number, end: number): void {
		const { test, mayChange } = this.#options;
		const credentials = credentialsOf(bytes, offset, end);
		if (credentials === undefined) {
			this.#out.value(PACKET.error, ERROR.malformed);
			return;
		}
		if (!mayChange()) {
			this.#out.value(PACKET.error, ERROR.other);
			return;
		}
		this.#begin();
		if (!test.start(credentials, (result) => this.#onResult(credentials, result))) {
			this.#out.value(PACKET.error, ERROR.unableToConnect);
			return;
		}
		this.#out.value(PACKET.state, STATE.provisioning);
	}

	#onResult(credentials: WifiCredentials, result: TrialResult): void {
		const { save, test } = this.#options;
		if (result.kind === "failed") this.#fail(ERROR.unableToConnect);
		else if (save(credentials) !== undefined) {
			test.drop();
			this.#fail(ERROR.other);
		} else {
			this.#out.value(PACKET.state, STATE.provisioned);
			this.#tellUrl(COMMAND.settings);
		}
	}

	#fail(error: number): void {
		this.#out.value(PACKET.error, error);
		this.#tellState();
	}

	/** With settings that may not be changed from here it counts as provisioned, whether it is in its network or not. */
	#state(): number {
		const { test, url, mayChange } = this.#options;
		if (test.state.kind === "testing") return STATE.provisioning;
		return url() === undefined && mayChange() ? STATE.ready : STATE.provisioned;
	}

	#tellState(): void {
		this.#out.value(PACKET.state, this.#state());
	}

	#tellUrl(command: number): void {
		const url = this.#options.url();
		this.#out.result(command, url === undefined ? [] : [utf8Bytes(url)]);
	}

	/** One after the other, as there is room; an empty result is the end. */
	#tellNetworks(): void {
		const { networks } = this.#options;
		if (this.#networkIndex === undefined || networks.isScanning) return;
		while (this.#out.hasRoom) {
			const network = networks.networks[this.#networkIndex++];
			if (network === undefined) {
				this.#out.result(COMMAND.networks, []);
				this.#networkIndex = undefined;
				return;
			}
			const { ssid, rssiDbm, needsPassword } = network;
			this.#out.result(COMMAND.networks, [ssid, String(rssiDbm), needsPassword ? "YES" : "NO"].map(utf8Bytes));
		}
	}
}

/** Two texts with their lengths before them, and nothing behind; undefined for anything else. */
function credentialsOf(bytes: Uint8Array, offset: number, end: number): WifiCredentials | undefined {
	if (offset >= end) return undefined;
	const ssidEnd = offset + 1 + (bytes[offset] as number);
	if (ssidEnd >= end) return undefined;
	const passwordLength = bytes[ssidEnd] as number;
	if (ssidEnd + 1 + passwordLength !== end) return undefined;
	const ssid = utf8Text(bytes, offset + 1, ssidEnd);
	const password = utf8Text(bytes, ssidEnd + 1, end);
	if (ssid === undefined || password === undefined || ssid === "") return undefined;
	const { min, max } = WIFI_PASSWORD_BYTES;
	if (ssidEnd - offset - 1 > WIFI_NAME_BYTES || passwordLength > max) return undefined;
	return passwordLength > 0 && passwordLength < min ? undefined : { ssid, password };
}
