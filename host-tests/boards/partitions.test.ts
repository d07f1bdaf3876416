import { describe, expect, test } from "vitest";
import { checkPartitions, type Partition, parsePartitions, renderPartitions } from "../../boards/tools/partitions.js";

const FLASH = 4 * 1024 * 1024;
const good = parsePartitions(renderPartitions(FLASH));

const change = (name: string, values: Partial<Partition>) =>
	good.map((partition) => (partition.name === name ? { ...partition, ...values } : partition));
const without = (name: string) => good.filter((partition) => partition.name !== name);

describe("renderPartitions", () => {
	test.each([4, 8, 16])("makes a table without fault for %d MB", (megabytes) => {
		const flash = megabytes * 1024 * 1024;
		const table = parsePartitions(renderPartitions(flash));
		expect(checkPartitions(table, flash)).toEqual([]);
		expect(table.map(({ offset }) => offset)).toEqual(table.map(({ offset }) => offset).sort((a, b) => a - b));
		const last = table.at(-1);
		expect((last?.offset ?? 0) + (last?.size ?? 0)).toBe(flash);
	});

	test("gives 4 MB two slots of 1.94 MiB and 60 KiB for files", () => {
		expect(good.map(({ name, offset, size }) => [name, offset, size])).toEqual([
			["nvs", 0x9000, 0x6000],
			["otadata", 0xf000, 0x2000],
			["storage", 0x11000, 0xf000],
			["ota_0", 0x20000, 0x1f0000],
			["ota_1", 0x210000, 0x1f0000],
		]);
	});
});

describe("checkPartitions", () => {
	test.each([
		["partition-alignment", "an app partition off its 64 KiB", change("ota_0", { offset: 0x21000 })],
		["partition-alignment", "a data partition off its 4 KiB", change("nvs", { size: 0x5800 })],
		["partition-overlap", "two that overlap", change("ota_1", { offset: 0x200000 })],
		["partition-overlap", "one over the partition table", change("nvs", { offset: 0x8000, size: 0x7000 })],
		["partition-flash", "one beyond the flash", change("ota_1", { size: 0x200000 })],
		["partition-otadata", "no otadata", without("otadata")],
		["partition-nvs", "no nvs", without("nvs")],
		["partition-nvs", "an nvs of two pages", change("nvs", { size: 0x2000 })],
		["partition-storage", "no storage", without("storage")],
		["partition-slots", "slots of two sizes", change("ota_0", { size: 0x1d0000 })],
		["partition-slots", "one slot only", without("ota_1")],
		[
			"partition-spare",
			"slots of which an image would leave less than a fifth free",
			change("ota_0", { size: 0x1d0000 }),
		],
	])("%s: refuses %s", (rule, _, table) => {
		expect(checkPartitions(table, FLASH).map((finding) => finding.rule)).toContain(rule);
	});
});

describe("parsePartitions", () => {
	test.each(["nvs, data, nvs, , 0x6000", "nvs, data, nvs, 0x9000", "nvs, data, nvs, 0x9000, 24K", "nonsense"])(
		"refuses %s, whose place it cannot tell",
		(line) => {
			expect(() => parsePartitions(line)).toThrow("partitions.csv");
		},
	);

	test("skips comments and empty lines", () => {
		expect(parsePartitions("# Name\n\n")).toEqual([]);
	});
});
