import type { Finding } from "./board.js";

const SLOT_BYTES = 0x1f0000;
/** So much of a slot must be free: partitions cannot be changed over the air. */
export const SPARE = 0.2;

/** The largest image, in bytes, that leaves {@link SPARE} of a slot, so that next year's still fits on a dongle flashed today. */
export function largestImage(slotBytes: number): number {
	return Math.floor(slotBytes * (1 - SPARE));
}

/** The largest image that a release may have, in bytes. */
export const IMAGE_BUDGET_BYTES = largestImage(SLOT_BYTES);

const APP_ALIGNMENT = 0x10000;
const DATA_ALIGNMENT = 0x1000;
/** The partition table lies at 0x8000 and is 0x1000 long (ESP-IDF, CONFIG_PARTITION_TABLE_OFFSET). */
const FIRST_OFFSET = 0x9000;
const OTADATA_BYTES = 0x2000;
/** Three pages are NVS's minimum; it needs one free page to work. */
const NVS_MIN_BYTES = 0x4000;
const STORAGE_MIN_BYTES = 0xf000;

export interface Partition {
	readonly name: string;
	readonly type: string;
	readonly subtype: string;
	readonly offset: number;
	readonly size: number;
}

/**
 * The layout for a flash of `flashBytes`: settings, two update slots, files. Where the slots take all that they can, files are in
 * the gap before them: an image begins at a multiple of 64 KiB.
 * No phy partition: ESP-IDF keeps that data in the image (CONFIG_ESP_PHY_INIT_DATA_IN_PARTITION is off).
 */
export function renderPartitions(flashBytes: number): string {
	const firstSlot = 0x20000;
	const gap = 0x11000;
	const end = firstSlot + 2 * SLOT_BYTES;
	const files = flashBytes > end ? ([end, flashBytes - end] as const) : ([gap, firstSlot - gap] as const);
	const rows = [
		["nvs", "data", "nvs", FIRST_OFFSET, 0x6000],
		["otadata", "data", "ota", 0xf000, OTADATA_BYTES],
		["ota_0", "app", "ota_0", firstSlot, SLOT_BYTES],
		["ota_1", "app", "ota_1", firstSlot + SLOT_BYTES, SLOT_BYTES],
		["storage", "data", "spiffs", ...files],
	] as const;
	const inPlace = [...rows].sort(([, , , a], [, , , b]) => a - b);
	const hex = (value: number) => `0x${value.toString(16).toUpperCase()}`;
	const lines = inPlace.map(([name, type, subtype, offset, size]) =>
		[name, type, subtype, hex(offset), hex(size), ""].join(", ").trimEnd(),
	);
	return `# Made by npm run boards. Name, Type, SubType, Offset, Size, Flags\n${lines.join("\n")}\n`;
}

/** Reads a partitions.csv whose offsets and sizes are written out, in hex or decimal; throws on anything else. */
export function parsePartitions(text: string): Partition[] {
	return text
		.split("\n")
		.map((line) => line.trim())
		.filter((line) => line !== "" && !line.startsWith("#"))
		.map((line) => {
			const [name = "", type = "", subtype = "", offset = "", size = ""] = line.split(",").map((cell) => cell.trim());
			const partition = { name, type, subtype, offset: Number(offset), size: Number(size) };
			if (!name || offset === "" || !Number.isInteger(partition.offset) || !(partition.size > 0))
				throw new Error(`partitions.csv: cannot read "${line}"`);
			return partition;
		});
}

/** Checks a table against the flash it goes to, ESP-IDF's alignment and what the firmware needs. */
export function checkPartitions(partitions: readonly Partition[], flashBytes: number): Finding[] {
	const findings: Finding[] = [];
	const report = (rule: string, message: string) => findings.push({ rule, message });
	const sorted = [...partitions].sort((a, b) => a.offset - b.offset);
	let end = FIRST_OFFSET;
	for (const { name, type, offset, size } of sorted) {
		if (offset % (type === "app" ? APP_ALIGNMENT : DATA_ALIGNMENT) !== 0 || size % DATA_ALIGNMENT !== 0)
			report("partition-alignment", `${name}: offset or size is not aligned`);
		if (offset < end) report("partition-overlap", `${name} begins before the one before it ends`);
		end = Math.max(end, offset + size);
	}
	if (end > flashBytes) report("partition-flash", `the table ends at ${end}, the flash at ${flashBytes}`);

	const bytesOf = (subtype: string) => partitions.find((partition) => partition.subtype === subtype)?.size ?? 0;
	if (bytesOf("ota") !== OTADATA_BYTES) report("partition-otadata", "otadata of 0x2000 bytes is missing");
	if (bytesOf("nvs") < NVS_MIN_BYTES) report("partition-nvs", "nvs is missing or too small");
	const storage = partitions.find(({ name, type }) => name === "storage" && type === "data");
	if ((storage?.size ?? 0) < STORAGE_MIN_BYTES) report("partition-storage", "storage is missing or too small");
	const slots = [bytesOf("ota_0"), bytesOf("ota_1")];
	if (slots[0] !== slots[1] || slots.includes(0)) report("partition-slots", "two update slots of one size are needed");
	if (largestImage(Math.min(...slots)) < IMAGE_BUDGET_BYTES)
		report("partition-spare", `of a slot with an image of ${IMAGE_BUDGET_BYTES} bytes less than a fifth is free`);
	return findings;
}
