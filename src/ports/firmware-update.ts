/** An image on its way into the slot that is not running. After {@link finish} or {@link abort} it is of no more use. */
export interface FirmwareWriter {
	/**
	 * Appends the bytes `[offset, end)`. Returns when they are in flash: whoever sends them has to wait for so long.
	 * @throws Error with a text for people when flash refuses; then {@link abort} it. */
	write(bytes: Uint8Array, offset: number, end: number): void;
	/**
	 * Checks what flash holds now, and makes it the image of the next start, on trial.
	 * @throws Error with a text for people; the running image stays the one that starts then. */
	finish(): void;
	/** Gives it up: the running image stays the one that starts. Idempotent, and harmless after {@link finish}. */
	abort(): void;
}

/** The two slots for images of a device, one of which runs. */
export interface FirmwareUpdate {
	/** What an image may have at most, in bytes. */
	readonly slotBytes: number;
	/** The running chip, as an image's header names it (esp_chip_id_t of ESP-IDF's esp_app_format.h). */
	readonly chipId: number;
	/** The board that the running image was built for, as its marker names it. */
	readonly board: string;
	/** Name of the running slot. */
	readonly slot: string;
	/** True while the running image is on trial: any restart before {@link markValid} goes back to the other one. */
	readonly isOnTrial: boolean;
	/**
	 * Starts to write an image of `byteLength` bytes. What the slot held before is lost with the first write.
	 * @throws Error with a text for people; on trial in any case. */
	begin(byteLength: number): FirmwareWriter;
	/** Ends the trial; harmless otherwise. False when flash refused. */
	markValid(): boolean;
	/** Restarts into the other image; returns only when there is none that could run. */
	rollBack(): void;
}
