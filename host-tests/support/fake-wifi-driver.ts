import type { RadioDriver } from "../../src/platform/moddable/esp32/driver-wifi.js";
import type { WifiNetwork, WifiPowerSave, WifiRadioOptions } from "../../src/ports/wifi.js";
import type { FakeAir } from "./fake-air.js";
import type { FakeClock } from "./fake-clock.js";
import { FakeWifi, REASON } from "./fake-wifi.js";

/** How long the driver's event task is behind. */
const EVENT_MS = 40;

/**
 * The driver of an ESP32 with its awkward sides: events come late, one that ends an old attempt comes after a new one could
 * have begun, the SDK's class tells only of some, and without an IPv4 address it shows an IPv6 one. */
export class FakeWifiDriver implements RadioDriver {
	isAssociated = false;
	disconnections = 0;
	disconnectReason: number = REASON.none;
	/** `leave` is followed by no event, as when the driver was still searching. */
	isLeaveSilent = false;
	/** Joins that came while the driver was not idle. */
	misuses = 0;
	readonly #radio: FakeWifi;
	readonly #clock: FakeClock;
	readonly #onChanged: () => void;
	#isBusy = false;
	#isClosed = false;

	constructor(clock: FakeClock, air: FakeAir, radio: WifiRadioOptions, onChanged: () => void) {
		this.#clock = clock;
		this.#onChanged = onChanged;
		this.#radio = new FakeWifi(clock, air, { radio, onChanged: () => this.#onRadio() });
	}

	get temper(): FakeWifi["temper"] {
		return this.#radio.temper;
	}

	get address(): string | undefined {
		if (this.#radio.status === "connected") return this.#radio.ipAddress;
		return this.#radio.status === "associated" ? "fe80::1234" : undefined;
	}

	get rssiDbm(): number | undefined {
		return this.#radio.rssiDbm;
	}

	get channel(): number | undefined {
		return this.#radio.channel;
	}

	get transmitPowerDbm(): number {
		return this.#radio.transmitPowerDbm;
	}

	join(ssid: string, password: string, channel: number): boolean {
		if (this.#isBusy) this.misuses++;
		const isBegun = this.#radio.join(channel === 0 ? { ssid, password } : { ssid, password, channel });
		this.#isBusy = isBegun;
		return isBegun;
	}

	leave(): boolean {
		if (!this.#isBusy) return true;
		this.#radio.leave();
		const { isLeaveSilent } = this;
		this.#clock.after(EVENT_MS, () => {
			if (isLeaveSilent) this.#isBusy = false;
			else this.#onDisconnected(REASON.leaving);
		});
		return true;
	}

	scan(onNetwork: (network: WifiNetwork) => void, onDone: () => void): boolean {
		return this.#radio.scan(onNetwork, onDone);
	}

	setTransmitPower(transmitPowerDbm: number): boolean {
		return this.#radio.setTransmitPower(transmitPowerDbm);
	}

	setPowerSave(powerSave: WifiPowerSave): boolean {
		return this.#radio.setPowerSave(powerSave);
	}

	startAccessPoint(ssid: string, password: string, channel: number): boolean {
		return this.#radio.openAccessPoint({ ssid, password, channel });
	}

	stopAccessPoint(): boolean {
		this.#radio.closeAccessPoint();
		return true;
	}

	askGateway(): boolean {
		return this.#radio.askGateway();
	}

	close(): void {
		this.#radio.close();
		this.#isClosed = true;
	}

	#onRadio(): void {
		const { status, disconnectReason } = this.#radio;
		if (status === "associated" && !this.isAssociated) {
			this.isAssociated = true;
			this.#onChanged();
		} else if (status === "idle" && this.#isBusy && disconnectReason !== REASON.leaving) {
			const wasAssociated = this.isAssociated;
			this.#onDisconnected(disconnectReason);
			// The SDK's class thinks that nothing has changed when an attempt fails that it has not made.
			if (wasAssociated) this.#onChanged();
		}
	}

	#onDisconnected(reason: number): void {
		if (this.#isClosed) return;
		this.isAssociated = false;
		this.#isBusy = false;
		this.disconnectReason = reason;
		this.disconnections++;
	}
}
