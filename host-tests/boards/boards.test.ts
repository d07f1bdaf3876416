import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { checkBoard, loadBoard, writeBoard } from "../../boards/tools/check.js";
import { unknownOptions } from "../../boards/tools/sdk.js";
import { goodBoard, goodEsp32Board } from "./fixture.js";

const boards = fileURLToPath(new URL("../../boards", import.meta.url));
const names = readdirSync(boards).filter((name) => existsSync(join(boards, name, "board.json")));

describe("the boards of this project", () => {
	test("are these", () => {
		expect(names).toEqual(["esp32-devkit", "lolin-c3-mini", "m5atom-lite", "xiao-esp32c3", "xiao-esp32c6"]);
	});

	test.each(names)("%s breaks no rule and is what its board.json makes", (name) => {
		const loaded = loadBoard(boards, name);
		expect(loaded).toMatchObject({ ok: true });
		if (loaded.ok) expect(checkBoard(boards, loaded.board)).toEqual([]);
	});

	test.each(names)("%s tells how to build, to power and to wire it", (name) => {
		const readme = readFileSync(join(boards, name, "README.md"), "utf8");
		for (const heading of ["## Power", "## Step by step", "## Wiring", "### Parts"])
			expect(readme).toContain(`\n${heading}\n`);
	});
});

describe("checkBoard", () => {
	let directory = "";
	const file = (path: string) => join(directory, goodBoard.name, path);
	const rules = () => checkBoard(directory, goodBoard).map(({ rule }) => rule);

	beforeEach(() => {
		directory = mkdtempSync(join(tmpdir(), "p1-boards-test-"));
		mkdirSync(join(directory, goodBoard.name));
		writeBoard(directory, goodBoard);
	});
	afterEach(() => rmSync(directory, { recursive: true }));

	test("finds nothing wrong with what writeBoard wrote", () => {
		expect(rules()).toEqual([]);
	});

	test.each(["manifest.json", "sdkconfig/sdkconfig.defaults", "host/provider.js", "setup-target.js", "schematic.svg"])(
		"stale: notices that %s was changed by hand",
		(path) => {
			writeFileSync(file(path), `${readFileSync(file(path), "utf8")} `);
			expect(rules()).toEqual(["stale"]);
			rmSync(file(path));
			expect(rules()).toEqual(["stale"]);
		},
	);

	test("reads the partition table that is there, not the one that should be", () => {
		writeFileSync(file("partitions.csv"), "nvs, data, nvs, 0x9000, 0x6000\n");
		expect(rules()).toContain("partition-slots");
		writeFileSync(file("partitions.csv"), "nvs\n");
		expect(rules()).toEqual(["stale", "partition-syntax"]);
	});

	test("keeps the words of a README and renews the part between its markers", () => {
		const written = readFileSync(file("README.md"), "utf8");
		writeFileSync(file("README.md"), `Before.\n${written.replace("GPIO20", "GPIO99")}After.\n`);
		expect(rules()).toEqual(["stale"]);
		writeBoard(directory, goodBoard);
		const renewed = readFileSync(file("README.md"), "utf8");
		expect(renewed).toBe(`Before.\n${written}After.\n`);
	});

	test("schema: says that a board.json is no JSON", () => {
		writeFileSync(file("board.json"), "{");
		expect(loadBoard(directory, goodBoard.name)).toMatchObject({ ok: false, findings: [{ rule: "schema" }] });
	});
});

describe("what board.json makes", () => {
	let directory = "";
	const read = (board: typeof goodBoard, path: string) => {
		mkdirSync(join(directory, board.name), { recursive: true });
		writeBoard(directory, board);
		return readFileSync(join(directory, board.name, path), "utf8");
	};
	beforeEach(() => {
		directory = mkdtempSync(join(tmpdir(), "p1-boards-test-"));
	});
	afterEach(() => rmSync(directory, { recursive: true }));

	test.each([
		"CONFIG_UART_ISR_IN_IRAM=y",
		"CONFIG_ESP_TASK_WDT_EN=y",
		"CONFIG_ESP_TASK_WDT_PANIC=y",
		"CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE=y",
		"CONFIG_BOOTLOADER_SKIP_VALIDATE_ALWAYS=n",
		"CONFIG_ESP_BROWNOUT_DET=y",
		"CONFIG_ESP_BROWNOUT_DET_LVL_SEL_5=y",
		"CONFIG_ESP_PHY_REDUCE_TX_POWER=y",
	])("asks ESP-IDF for %s", (line) => {
		expect(read(goodBoard, "sdkconfig/sdkconfig.defaults").split("\n")).toContain(line);
	});

	test("keeps no radio calibration where the antenna may be missing", () => {
		const sdkconfig = read({ ...goodBoard, antenna: "external" }, "sdkconfig/sdkconfig.defaults");
		expect(sdkconfig).toContain("CONFIG_ESP_PHY_CALIBRATION_AND_DATA_STORAGE=n");
	});

	test("sets the antenna switch before anything else runs", () => {
		const setup = read({ ...goodBoard, fixed: [{ gpio: 6, label: "antenna", level: 1 }] }, "setup-target.js");
		expect(setup).toContain("Digital.write(6, 1); // antenna");
	});

	test("hands the pins to the firmware", () => {
		const provider = read(goodEsp32Board, "host/provider.js");
		expect(provider).toContain("serial: { io: P1Serial, port: 2, receive: 25, invert: true }");
		expect(provider).toContain("dataRequest: { io: Digital, pin: 26, mode: Digital.Output }");
		expect(provider).toContain('led: { kind: "rgb", io: NeoPixel, pin: 27');
		expect(provider).toContain("pin: 39, mode: Digital.Input, activeLow: true }");
	});

	test("is looked up in ESP-IDF, option by option", () => {
		const options = read(goodBoard, "sdkconfig/sdkconfig.defaults").match(/(?<=^CONFIG_)\w+/gm) ?? [];
		const [renamed, ...known] = options;
		mkdirSync(join(directory, "components/esp_system"), { recursive: true });
		const kconfig = known.map((name) => `    config ${name}\n        bool\n`).join("");
		writeFileSync(join(directory, "components/esp_system/Kconfig"), kconfig);
		vi.stubEnv("IDF_PATH", directory);
		expect(unknownOptions(directory, [goodBoard])).toEqual([`good-board: this ESP-IDF has no CONFIG_${renamed}`]);
		vi.unstubAllEnvs();
	});

	test("draws a schematic that an XML parser would take", () => {
		const svg = read(goodBoard, "schematic.svg");
		expect(svg.match(/<(\w+)[^>]*[^/]>/g)?.length).toBe(svg.match(/<\/(\w+)>/g)?.length);
		for (const label of ["RX  (GPIO20)", "10  (GPIO10)", "D1 1N5817", "R5 150k"]) expect(svg).toContain(label);
	});
});
