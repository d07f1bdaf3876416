import FFI from "mc/ffi";

/** Modem sleep: "minimum" wakes for every DTIM beacon, "maximum" for fewer, "none" keeps the receiver on. */
export type WifiPowerSave = "none" | "minimum" | "maximum";

const POWER_SAVE_LEVELS: Readonly<Record<WifiPowerSave, number>> = Object.freeze({ none: 0, minimum: 1, maximum: 2 });
const QUARTERS_PER_DBM = 4;

/** How to start the radio. */
export interface WifiStartOptions {
	/** 2 to 20; the driver rounds down to 2, 5, 7, 8.5, 11, 13, 14, 15, 16.5, 18 or 20. */
	readonly transmitPowerDbm: number;
	/** True keeps the 802.11b rates on; they draw the most and a P1 port's 250 mA do not cover them. */
	readonly legacyRates: boolean;
	readonly powerSave: WifiPowerSave;
}

/**
 * The radio's power and the setup access point. {@link start} goes before the SDK's `embedded:network/interface/wifi`,
 * which adopts the running driver; the SDK's older module `wifi` must not be used beside it (see wifi-control.c).
 *
 * Every method returns false if the driver refused: not started, or a value out of range.
 * @see ESP-IDF v6.0 esp_wifi.h
 */
export class WifiControl {
	readonly #native = new FFI();

	/** Brings the station up without connecting; false also when the driver runs already. After false it may be tried again. */
	start(options: WifiStartOptions): boolean {
		const powerSave = POWER_SAVE_LEVELS[options.powerSave];
		const quarterDbm = Math.round(options.transmitPowerDbm * QUARTERS_PER_DBM);
		return this.#native.p1_wifi_start(quarterDbm, options.legacyRates ? 1 : 0, powerSave) === 0;
	}

	/** `transmitPowerDbm`: 2 to 20, at once and for the station and the access point. */
	setTransmitPower(transmitPowerDbm: number): boolean {
		return this.#native.p1_wifi_set_power(Math.round(transmitPowerDbm * QUARTERS_PER_DBM)) === 0;
	}

	/** dBm in force, after rounding; 0 while the radio is off. */
	get transmitPowerDbm(): number {
		return this.#native.p1_wifi_power() / QUARTERS_PER_DBM;
	}

	setPowerSave(powerSave: WifiPowerSave): boolean {
		return this.#native.p1_wifi_set_power_save(POWER_SAVE_LEVELS[powerSave]) === 0;
	}

	/** Why the last connection or attempt ended: wifi_err_reason_t (15, 202 and 204: password; 201: no such network); 0: none. */
	get disconnectReason(): number {
		return this.#native.p1_wifi_disconnect_reason();
	}

	/**
	 * Begins one attempt, when the driver is idle: after {@link leave}, wait until {@link disconnections} has changed.
	 * `ssid`: 1 to 32 bytes, `password`: 8 to 63 or none, `channel`: where to look first, 0 for everywhere. */
	join(ssid: string, password: string, channel: number): boolean {
		return this.#native.p1_wifi_join(ssid, password, channel) === 0;
	}

	/** Ends an attempt or a connection; its disconnection is counted later, and none if there was neither. */
	leave(): boolean {
		return this.#native.p1_wifi_leave() === 0;
	}

	get isAssociated(): boolean {
		return this.#native.p1_wifi_is_associated() !== 0;
	}

	/** Attempts and connections that have ended since the start; wraps at 2^32. */
	get disconnections(): number {
		return this.#native.p1_wifi_disconnections();
	}

	/** Opens a WPA2 network beside the station. `ssid`: 1 to 32 bytes, `password`: 8 to 63, `channel`: 1 to 13. */
	startAccessPoint(ssid: string, password: string, channel: number): boolean {
		return this.#native.p1_wifi_access_point_start(ssid, password, channel) === 0;
	}

	stopAccessPoint(): boolean {
		return this.#native.p1_wifi_access_point_stop() === 0;
	}

	/** True when the gateway has answered since it was asked here before; asks again. */
	askGateway(): boolean {
		return this.#native.p1_wifi_ask_gateway() !== 0;
	}
}
