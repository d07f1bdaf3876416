/**
 * The functions of wifi-control-xs.c, one by one; `esp32/wifi.ts` gives them their meaning. {@link start} goes before the SDK's
 * `embedded:network/interface/wifi`, which adopts the running driver; the SDK's older module `wifi` must not be used beside it
 * (see wifi-control.c).
 *
 * What returns a boolean returns false if the driver refused: not started, or a value out of range.
 * Power is in quarter dBm, 8 to 80; `powerSave` is 0 for none, 1 for minimum, 2 for maximum.
 * @see ESP-IDF v6.0 esp_wifi.h
 */

/** Brings the station up without connecting; false also when the driver runs already. After false it may be tried again. */
export const start: (powerQuarterDbm: number, legacyRates: boolean, powerSave: number) => boolean =
	native("xs_p1_wifi_start");
/** At once and for the station and the access point; the driver rounds down to 8, 20, 28, 34, 44, 52, 56, 60, 66, 72 or 80. */
export const setPower: (powerQuarterDbm: number) => boolean = native("xs_p1_wifi_set_power");
/** Quarter dBm in force, after rounding; 0 while the radio is off. */
export const power: () => number = native("xs_p1_wifi_power");
/** Modem sleep from now on. */
export const setPowerSave: (powerSave: number) => boolean = native("xs_p1_wifi_set_power_save");
/** Why the last connection or attempt ended: wifi_err_reason_t (15, 202 and 204: password; 201: no such network); 0: none. */
export const disconnectReason: () => number = native("xs_p1_wifi_disconnect_reason");
/**
 * Begins one attempt, when the driver is idle: after {@link leave}, wait until {@link disconnections} has changed.
 * `ssid`: 1 to 32 bytes, `password`: 8 to 63 or none, `channel`: where to look first, 0 for everywhere. */
export const join: (ssid: string, password: string, channel: number) => boolean = native("xs_p1_wifi_join");
/** Ends an attempt or a connection; its disconnection is counted later, and none if there was neither. */
export const leave: () => boolean = native("xs_p1_wifi_leave");
/** Whether there is a connection to an access point. */
export const isAssociated: () => boolean = native("xs_p1_wifi_is_associated");
/** Attempts and connections that have ended since the start; wraps at 2^32. */
export const disconnections: () => number = native("xs_p1_wifi_disconnections");
/** Opens a WPA2 network beside the station. `ssid`: 1 to 32 bytes, `password`: 8 to 63, `channel`: 1 to 13. */
export const startAccessPoint: (ssid: string, password: string, channel: number) => boolean = native(
	"xs_p1_wifi_access_point_start",
);
/** Closes it. */
export const stopAccessPoint: () => boolean = native("xs_p1_wifi_access_point_stop");
/** True when the gateway has answered since it was asked here before; asks again. */
export const askGateway: () => boolean = native("xs_p1_wifi_ask_gateway");
