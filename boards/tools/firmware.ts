import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { openStreamHash } from "../../src/platform/node/stream-hash.js";
import { suggest } from "../../src/services/settings/suggest.js";
import { ImageJudge } from "../../src/services/update/judge-image.js";
import type { Board } from "./board.js";
import type { ChipName } from "./chips.js";
import { largestImage, parsePartitions, SPARE } from "./partitions.js";

/** What a firmware's tools report to people; the program ends with it. */
export class ToolError extends Error {}

/** What tools and images call a chip. */
export type ChipNames = {
	/** esp_chip_id_t of ESP-IDF's esp_app_format.h. */
	readonly id: number;
	/** Where its ROM looks for the bootloader (CONFIG_BOOTLOADER_OFFSET_IN_FLASH of ESP-IDF v6.0). */
	readonly bootloaderOffset: number;
	/** As ESP Web Tools says it. */
	readonly family: string;
};

export const CHIP_NAMES: Readonly<Record<ChipName, ChipNames>> = {
	esp32: { id: 0, bootloaderOffset: 0x1000, family: "ESP32" },
	esp32c3: { id: 5, bootloaderOffset: 0, family: "ESP32-C3" },
	esp32c6: { id: 13, bootloaderOffset: 0, family: "ESP32-C6" },
};

/** CONFIG_PARTITION_TABLE_OFFSET of ESP-IDF. */
const PARTITION_TABLE_OFFSET = 0x8000;

/** A file that goes into flash. */
export type Part = { readonly file: string; readonly offset: number };

/** Names of the boards in a folder. */
export function boardNames(directory: string): string[] {
	return readdirSync(directory)
		.filter((name) => existsSync(join(directory, name, "board.json")))
		.sort();
}

/** The board that is called `name`; throws {@link ToolError} with the names there are, and what may have been meant. */
export function findBoard(directory: string, name: string | undefined, load: (name: string) => Board): Board {
	const names = boardNames(directory);
	if (name !== undefined && names.includes(name)) return load(name);
	const meant = name === undefined ? undefined : suggest(name, names);
	const problem = name === undefined ? "Say which board." : `No board is called "${name}".`;
	throw new ToolError(
		`${problem}${meant === undefined ? "" : ` Did you mean ${meant}?`} There are: ${names.join(", ")}.`,
	);
}

/** The app's file, which is also what updates take. */
export function imageName(board: string): string {
	return `p1-dongle-${board}.bin`;
}

/** What goes into flash on a board, in the order of the offsets. */
export function partsOf(board: Board, partitions: string): readonly Part[] {
	const table = parsePartitions(partitions);
	const offsetOf = (subtype: string): number => {
		const partition = table.find((each) => each.subtype === subtype);
		if (partition === undefined) throw new ToolError(`${board.name}: partitions.csv has no ${subtype}`);
		return partition.offset;
	};
	return [
		{ file: "bootloader.bin", offset: CHIP_NAMES[board.chip].bootloaderOffset },
		{ file: "partition-table.bin", offset: PARTITION_TABLE_OFFSET },
		{ file: "ota_data_initial.bin", offset: offsetOf("ota") },
		{ file: imageName(board.name), offset: offsetOf("ota_0") },
	];
}

/** Bytes of an update slot. */
export function slotBytesOf(partitions: string): number {
	return parsePartitions(partitions).find(({ subtype }) => subtype === "ota_0")?.size ?? 0;
}

/** One line about an image's size; `isGood` is false when less than {@link SPARE} of the slot is free. */
export function sizeReport(imageBytes: number, slotBytes: number): { readonly line: string; readonly isGood: boolean } {
	const limit = largestImage(slotBytes);
	const percent = ((100 * imageBytes) / slotBytes).toFixed(1);
	const isGood = imageBytes <= limit;
	const rest = isGood
		? `${limit - imageBytes} bytes below the limit`
		: `${imageBytes - limit} bytes too many: ${100 * SPARE} % of the slot must be free`;
	return { line: `image: ${imageBytes} bytes, ${percent} % of a slot of ${slotBytes}; ${rest}`, isGood };
}

/** The version of an image that a board would take as an update; throws {@link ToolError} when it would not. */
export function judgeFirmware(board: Board, image: Uint8Array, slotBytes: number): string {
	const demands = { slotBytes, chipId: CHIP_NAMES[board.chip].id, board: board.name };
	const judge = new ImageJudge({ demands, byteLength: image.length, openHash: openStreamHash });
	const fault = judge.judgeLength() ?? judge.push(image, 0, image.length) ?? judge.end();
	if (fault !== undefined)
		throw new ToolError(`${imageName(board.name)}: no ${board.name} would take it: ${fault.message}`);
	return judge.identity.version;
}
