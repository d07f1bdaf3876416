import FFI from "mc/ffi";

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

/**
 * The chip, as far as the supervisor and the updater need it: restart and its reason, the state of a freshly installed
 * image, brown-outs. Make one at start: reading {@link brownOutCount} is what counts a brown-out.
 * @see ESP-IDF v6.0 esp_system.h, esp_ota_ops.h
 */
export class DeviceControl {
	readonly #native = new FFI();

	/** Does not return. */
	restart(): void {
		this.#native.p1_restart();
	}

	/** The reason of the present start; the same until the next. */
	get resetReason(): ResetReason {
		return this.#native.p1_reset_reason() as ResetReason;
	}

	/** The board that this image was built for: the name of a folder in boards/. */
	get imageBoard(): string {
		return this.#native.p1_image_board();
	}

	/** Name of the partition that this image runs from, such as "ota_0"; "" if the chip cannot tell. */
	get imageSlot(): string {
		return this.#native.p1_image_slot();
	}

	/** True while this image is on trial: a restart before {@link markImageValid} goes back to the previous one. */
	get isImagePending(): boolean {
		return this.#native.p1_image_is_pending() !== 0;
	}

	/** Ends the trial of a new image; harmless otherwise. Returns false if flash refused. */
	markImageValid(): boolean {
		return this.#native.p1_image_mark_valid() === 0;
	}

	/** Restarts into the previous image; returns only if there is none. */
	rollBackImage(): void {
		this.#native.p1_image_roll_back();
	}

	/** Brown-outs since the last power cut, this start included. */
	get brownOutCount(): number {
		return this.#native.p1_brown_out_count();
	}

	/** Bytes free outside the JavaScript heap, now. */
	get systemFreeBytes(): number {
		return this.#native.p1_free_heap_bytes();
	}

	/** The fewest bytes that were ever free outside the JavaScript heap since the start. */
	get minimumSystemFreeBytes(): number {
		return this.#native.p1_minimum_free_heap_bytes();
	}

	/** The Wi-Fi station's MAC address: 12 lower-case hex digits; "" if the chip cannot tell. */
	get macAddress(): string {
		return this.#native.p1_mac_address();
	}
}
