import type { FirmwareUpdate, FirmwareWriter } from "../../src/ports/firmware-update.js";

/** Thrown out of the program when the chip restarts in the middle of a call. */
export const RESTARTED = new Error("the chip restarts");

/** Flash with two slots in memory, and the bootloader that ESP-IDF has with rollback enabled. It outlives restarts. */
export class FakeFlash {
	readonly slots: [Uint8Array, Uint8Array] = [new Uint8Array(0), new Uint8Array(0)];
	running: 0 | 1 = 0;
	next: 0 | 1 = 0;
	state: "undefined" | "new" | "pending" | "valid" | "invalid" = "undefined";
	/** What the named call throws, while it is set. */
	failing: "begin" | "write" | "finish" | "mark" | undefined;
	/** Bytes after which writing fails; undefined: never. */
	worksForBytes: number | undefined;
	hasOther = false;

	/** What a restart of any kind does: a new image runs once on trial, one that was not marked valid is left. */
	restart(): void {
		if (this.next !== this.running && this.state === "new") {
			this.running = this.next;
			this.state = "pending";
		} else if (this.state === "pending" || this.state === "invalid") {
			this.running = this.running === 0 ? 1 : 0;
			this.next = this.running;
			this.state = "valid";
		}
	}
}

/** The port over a {@link FakeFlash}, as one run of a program has it. */
export class FakeFirmwareUpdate implements FirmwareUpdate {
	readonly chipId = 5;
	readonly board = "xiao-esp32c3";
	readonly slot: string;
	readonly slotBytes: number;
	readonly flash: FakeFlash;
	rollBacks = 0;
	openWriters = 0;

	constructor(flash = new FakeFlash(), slotBytes = 0x1e0000) {
		this.flash = flash;
		this.slotBytes = slotBytes;
		this.slot = `ota_${flash.running}`;
	}

	get isOnTrial(): boolean {
		return this.flash.state === "pending";
	}

	begin(byteLength: number): FirmwareWriter {
		const { flash } = this;
		if (flash.failing === "begin") throw new Error("begin failed");
		if (this.isOnTrial) throw new Error("on trial");
		if (byteLength > this.slotBytes) throw new Error("too long");
		const other = flash.running === 0 ? 1 : 0;
		let written = 0;
		let isOpen = true;
		this.openWriters++;
		const end = (): void => {
			if (isOpen) this.openWriters--;
			isOpen = false;
		};
		return {
			write: (bytes, offset, stop) => {
				if (!isOpen) throw new Error("closed");
				const { worksForBytes = Number.POSITIVE_INFINITY } = flash;
				if (flash.failing === "write" || written + stop - offset > worksForBytes) throw new Error("write failed");
				if (written === 0) flash.slots[other] = new Uint8Array(0);
				const slot = new Uint8Array(written + stop - offset);
				slot.set(flash.slots[other]);
				slot.set(bytes.subarray(offset, stop), written);
				flash.slots[other] = slot;
				written = slot.length;
			},
			finish: () => {
				if (!isOpen) throw new Error("closed");
				end();
				if (flash.failing === "finish" || flash.slots[other][0] !== 0xe9) throw new Error("end failed");
				flash.next = other;
				flash.state = "new";
				flash.hasOther = true;
			},
			abort: end,
		};
	}

	markValid(): boolean {
		if (this.flash.failing === "mark") return false;
		if (this.isOnTrial) this.flash.state = "valid";
		return true;
	}

	rollBack(): void {
		this.rollBacks++;
		if (!this.flash.hasOther) return;
		this.flash.state = "invalid";
		throw RESTARTED;
	}
}
