import flash from "embedded:storage/flash";
import Update from "embedded:update";
import type { FirmwareUpdate, FirmwareWriter } from "../../../ports/firmware-update.js";
import {
	imageBoard,
	imageSlot,
	isImagePending,
	markImageValid,
	rollBackImage,
} from "../native/device-control/device-control.js";

/** esp_image_header_t of ESP-IDF's esp_app_format.h. */
const CHIP_ID_AT = 12;

/** The SDK's updater: esp_ota_begin with OTA_WITH_SEQUENTIAL_WRITES, so that flash is erased sector by sector, as bytes come. */
class SlotWriter implements FirmwareWriter {
	readonly #partition = flash.open({ path: "nextota" });
	readonly #updater = Update.open({ partition: this.#partition, mode: "a" });

	write(bytes: Uint8Array, offset: number, end: number): void {
		this.#updater.write(offset === 0 && end === bytes.length ? bytes : bytes.subarray(offset, end));
	}

	/** ESP-IDF reads the image back, checks its checksum and its hash, and then makes it the next to start. */
	finish(): void {
		this.#updater.complete();
		this.abort();
	}

	abort(): void {
		this.#updater.close();
		this.#partition.close();
	}
}

/** The two update slots of the board's partition table. */
export class Esp32FirmwareUpdate implements FirmwareUpdate {
	readonly slotBytes: number;
	readonly chipId: number;
	readonly board = imageBoard();
	readonly slot = imageSlot();
	readonly markValid = markImageValid;
	readonly rollBack = rollBackImage;

	/** Throws when the board has no second slot. */
	constructor() {
		const next = flash.open({ path: "nextota", mode: "r" });
		this.slotBytes = next.status().size;
		next.close();
		// The header of the running image names the chip, as the new one's will.
		const running = flash.open({ path: "running", mode: "r" });
		const bytes = new Uint8Array(running.read(2, CHIP_ID_AT));
		running.close();
		this.chipId = (bytes[0] as number) | ((bytes[1] as number) << 8);
	}

	get isOnTrial(): boolean {
		return isImagePending();
	}

	begin(): FirmwareWriter {
		return new SlotWriter();
	}
}
