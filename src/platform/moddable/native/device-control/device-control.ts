/**
 * The functions of device-control-xs.c, one by one: the chip, as far as the supervisor and the updater need it.
 * @see ESP-IDF v6.0 esp_system.h, esp_ota_ops.h
 */

/** Why the chip started, as ESP-IDF tells it (esp_reset_reason). */
export type ResetReason =
	| "power-on"
	| "external"
	| "software"
	| "panic"
	| "interrupt-watchdog"
	| "task-watchdog"
	| "watchdog"
	| "deep-sleep"
	| "brown-out"
	| "usb"
	| "jtag"
	| "power-glitch"
	| "cpu-lockup"
	| "unknown";

/** Does not return. */
export const restart: () => void = native("xs_p1_restart");
/** The reason of the present start; the same until the next. */
export const resetReason: () => ResetReason = native("xs_p1_reset_reason");
/** The board that this image was built for: the name of a folder in boards/. */
export const imageBoard: () => string = native("xs_p1_image_board");
/** Name of the partition that this image runs from, such as "ota_0"; "" if the chip cannot tell. */
export const imageSlot: () => string = native("xs_p1_image_slot");
/** True while this image is on trial: a restart before {@link markImageValid} goes back to the previous one. */
export const isImagePending: () => boolean = native("xs_p1_image_is_pending");
/** Ends the trial of a new image; harmless otherwise. Returns false if flash refused. */
export const markImageValid: () => boolean = native("xs_p1_image_mark_valid");
/** Restarts into the previous image; returns only if there is none. */
export const rollBackImage: () => void = native("xs_p1_image_roll_back");
/** Brown-outs since the last power cut, this start included: the first call is what counts it. */
export const brownOutCount: () => number = native("xs_p1_brown_out_count");
/** Bytes free outside the JavaScript heap, now. */
export const systemFreeBytes: () => number = native("xs_p1_free_heap_bytes");
/** The fewest bytes that were ever free outside the JavaScript heap since the start. */
export const minimumSystemFreeBytes: () => number = native("xs_p1_minimum_free_heap_bytes");
/** The Wi-Fi station's MAC address: 12 lower-case hex digits; "" if the chip cannot tell. */
export const macAddress: () => string = native("xs_p1_mac_address");
