import { describe, expect, test } from "vitest";
import type { FirmwareUpdate } from "../../src/ports/firmware-update.js";
import { firmwareImage } from "../support/firmware-image.js";

/** A device that the contract restarts. */
export interface FirmwareBench {
	/** The port, as the present run of the program has it. */
	readonly firmware: FirmwareUpdate;
	/** A restart, or a power cut. */
	restart(): void;
	/** Calls what restarts, and restarts. */
	restarting(call: () => void): void;
	/** What the slot of this name holds. */
	slot(name: string): Uint8Array;
}

/** What every {@link FirmwareUpdate} does, over the bootloader of ESP-IDF with rollback enabled. */
export function firmwareUpdateContract(name: string, create: () => FirmwareBench): void {
	describe(`${name}: the contract of FirmwareUpdate`, () => {
		const image = firmwareImage();

		function install(bench: FirmwareBench): void {
			const writer = bench.firmware.begin(image.length);
			for (let at = 0; at < image.length; at += 1000) writer.write(image, at, Math.min(image.length, at + 1000));
			writer.finish();
		}

		test("what is finished runs after a restart, on trial, from the other slot", () => {
			const bench = create();
			const { slot } = bench.firmware;
			install(bench);
			expect([bench.firmware.slot, bench.firmware.isOnTrial]).toEqual([slot, false]);
			bench.restart();
			expect(bench.firmware.slot).not.toBe(slot);
			expect(bench.firmware.isOnTrial).toBe(true);
			expect(Buffer.compare(bench.slot(bench.firmware.slot), image)).toBe(0);
		});

		test("what is marked valid stays, however often it restarts", () => {
			const bench = create();
			install(bench);
			bench.restart();
			const { slot } = bench.firmware;
			expect(bench.firmware.markValid()).toBe(true);
			for (let i = 0; i < 3; i++) {
				expect([bench.firmware.slot, bench.firmware.isOnTrial]).toEqual([slot, false]);
				bench.restart();
			}
		});

		test("what restarts on trial is left for good", () => {
			const bench = create();
			const { slot } = bench.firmware;
			install(bench);
			for (let i = 0; i < 3; i++) bench.restart();
			expect([bench.firmware.slot, bench.firmware.isOnTrial]).toEqual([slot, false]);
		});

		test("rolling back restarts into the other image", () => {
			const bench = create();
			const { slot } = bench.firmware;
			install(bench);
			bench.restart();
			bench.restarting(() => bench.firmware.rollBack());
			expect([bench.firmware.slot, bench.firmware.isOnTrial]).toEqual([slot, false]);
		});

		test("on trial nothing can be written", () => {
			const bench = create();
			install(bench);
			bench.restart();
			expect(() => bench.firmware.begin(image.length)).toThrow();
		});

		test.each(["aborted", "cut off"])("what is %s changes nothing", (how) => {
			const bench = create();
			const { slot } = bench.firmware;
			const writer = bench.firmware.begin(image.length);
			writer.write(image, 0, 2000);
			if (how === "aborted") {
				writer.abort();
				writer.abort();
				expect(() => writer.write(image, 2000, 3000)).toThrow();
			}
			bench.restart();
			expect([bench.firmware.slot, bench.firmware.isOnTrial]).toEqual([slot, false]);
		});

		test("what is no image cannot be finished", () => {
			const bench = create();
			const { slot } = bench.firmware;
			const writer = bench.firmware.begin(100);
			expect(() => {
				writer.write(new Uint8Array(100), 0, 100);
				writer.finish();
			}).toThrow();
			writer.abort();
			bench.restart();
			expect(bench.firmware.slot).toBe(slot);
		});

		test("an image that is larger than the slot cannot be begun or finished", () => {
			const { firmware } = create();
			expect(() => firmware.begin(firmware.slotBytes + 1).finish()).toThrow();
		});
	});
}
