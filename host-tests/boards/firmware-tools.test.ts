import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buildFirmware } from "../../boards/tools/build.js";
import { CHIP_NAMES, sizeReport } from "../../boards/tools/firmware.js";
import { flashFirmware } from "../../boards/tools/flash.js";
import { makeRelease } from "../../boards/tools/release.js";
import { FirmwareTools } from "../support/firmware-tools.js";
import { WEB_MANIFEST_SCHEMA } from "./esp-web-tools.schema.js";

let tools: FirmwareTools;
beforeEach(() => {
	tools = new FirmwareTools();
});
afterEach(() => tools.close());

/** What a tool says when it fails. */
function complaint(run: () => void): string {
	try {
		run();
	} catch (error) {
		return error instanceof Error ? `${error.constructor.name}: ${error.message}` : String(error);
	}
	return "";
}

describe("npm run build", () => {
	const build = (board = "xiao-esp32c3", env: Readonly<Record<string, string | undefined>> = {}): void =>
		buildFirmware([board], tools.context(env));

	test("asks mcconfig to build, and only that, for the board with the version in it", () => {
		tools.image();
		build();
		const staged = join(tools.root, "build/xiao-esp32c3");
		const out = join(tools.root, "build/moddable");
		expect(tools.arguments("mcconfig")).toEqual(["-m", "-p", `esp32:${staged}`, "-t", "build", "-o", out]);
		const manifest = JSON.parse(tools.read("project/build/xiao-esp32c3/manifest.json"));
		expect(manifest.defines.p1).toEqual({ board: "#xiao-esp32c3", version: "#1.2.3" });
		expect(manifest.include).toEqual(["../../src/platform/moddable/native/p1-serial/manifest.json"]);
		expect(tools.read("project/build/xiao-esp32c3/sdkconfig/sdkconfig.defaults")).toMatch(
			/CONFIG_APP_PROJECT_VER_FROM_CONFIG=y\nCONFIG_APP_PROJECT_VER="1\.2\.3"\n$/,
		);
		expect(tools.read("project/build/version/version.ts")).toContain('"1.2.3"');
	});

	test("--tls: the SDK's TLS is among what the manifest includes, and the compiler puts it into the program", () => {
		tools.image();
		buildFirmware(["xiao-esp32c3", "--tls"], tools.context());
		const { include } = JSON.parse(tools.read("project/build/xiao-esp32c3/manifest.json"));
		expect(include).toContain("$(MODDABLE)/examples/io/tcp/tlssocket/manifest.json");
		expect(tools.read("project/build/moddable/compiler-esp32-tls/tsc")).toContain(" --program=esp32 --tls ");
	});

	test("leaves the four files for flash, and says how large the image is", () => {
		tools.image();
		build();
		expect(readdirSync(join(tools.root, "build/firmware/xiao-esp32c3")).sort()).toEqual([
			"bootloader.bin",
			"ota_data_initial.bin",
			"p1-dongle-xiao-esp32c3.bin",
			"partition-table.bin",
		]);
		expect(tools.output).toMatch(/^image: \d+ bytes, 0\.\d % of a slot of 2031616; \d+ bytes below the limit$/m);
	});

	test("does not touch what is as it was, so that the next build is short", () => {
		tools.image();
		build();
		const file = join(tools.root, "build/xiao-esp32c3/sdkconfig/sdkconfig.defaults");
		const { mtimeMs } = statSync(file);
		build();
		expect(statSync(file).mtimeMs).toBe(mtimeMs);
	});

	test.each([
		["no board", [], /^ToolError: Say which board\. There are: esp32-devkit, xiao-esp32c3\.$/],
		["a slip", ["xiao-esp32-c3"], /^ToolError: No board is called "xiao-esp32-c3"\. Did you mean xiao-esp32c3\?/],
		["the Linux build", ["linux"], /^ToolError: No board is called "linux"\. There are:/],
		["a path", ["../boards"], /^ToolError: No board is called/],
	])("%s: says which there are", (_what, args, expected) => {
		expect(complaint(() => buildFirmware(args, tools.context()))).toMatch(expected);
	});

	test.each<[string, Record<string, string | undefined>, RegExp]>([
		[
			"MODDABLE is not set",
			{ MODDABLE: undefined },
			/^ToolError: MODDABLE is not set: install the Moddable SDK 8\.2\.3/,
		],
		["MODDABLE is elsewhere", { MODDABLE: "/nonexistent" }, /but no Moddable SDK is there/],
		["IDF_PATH is not set", { IDF_PATH: undefined }, /^ToolError: IDF_PATH is not set: install ESP-IDF v6\.0/],
		["IDF_PATH is elsewhere", { IDF_PATH: "/nonexistent" }, /but nothing is there/],
		[
			"the shell does not know ESP-IDF",
			{ PATH: "/usr/bin:/bin" },
			/^ToolError: idf\.py is not in PATH: run \. "\$IDF_PATH/,
		],
	])("%s: says what to do", (_what, env, expected) => {
		const message = complaint(() => build("xiao-esp32c3", env));
		expect(message).toMatch(expected);
		expect(message).toMatch(/docs\/build\.md has every step\.$/);
		expect(tools.has("mcconfig.txt")).toBe(false);
	});

	test("an SDK of another version, or without its tools: says what to do", () => {
		tools.write("sdk/tools/VERSION", "8.1.0");
		expect(complaint(build)).toMatch(/holds SDK 8\.1\.0; this needs 8\.2\.x: git -C "\$MODDABLE" checkout 8\.2\.3/);
		tools.write("sdk/tools/VERSION", "8.2.3");
		rmSync(join(tools.sdk, "build"), { recursive: true });
		expect(complaint(build)).toMatch(/The SDK's tools are not built: make -C/);
	});

	test.each(["v5.1.2", "v6.1", "v7.0"])("ESP-IDF %s: says which one, and that xs-dev's is older", (tag) => {
		tools.tagIdf(tag);
		expect(complaint(build)).toMatch(
			new RegExp(
				`IDF_PATH holds ${tag.replaceAll(".", "\\.")}; SDK 8\\.2\\.3 needs ESP-IDF v6\\.0\\. xs-dev installs an older`,
			),
		);
	});

	test("ESP-IDF v6.0.1, and one that was unpacked from an archive, will do", () => {
		tools.image();
		tools.tagIdf("v6.0.1");
		build();
		rmSync(join(tools.idf, ".git"), { recursive: true });
		tools.write("idf/version.txt", "v6.0\n");
		build();
	});

	test("ESP-IDF fails, as mcconfig says or does not say", () => {
		tools.image();
		build();
		rmSync(join(tools.folder, "next.bin"));
		expect(complaint(build)).toBe("ToolError: ESP-IDF has made no image: what it says above is the reason.");
		tools.write("fail", "");
		expect(complaint(build)).toBe("ToolError: mcconfig failed: what it says above is the reason.");
	});

	test("an image that the board would not take as an update is no good", () => {
		tools.image({ board: "esp32-devkit" });
		expect(complaint(build)).toMatch(/no xiao-esp32c3 would take it: This image is for the board esp32-devkit/);
		tools.image({ version: "1.2.2" });
		expect(complaint(build)).toMatch(/The image says that it is 1\.2\.2: delete build\/moddable/);
		tools.image({ edit: (bytes) => bytes.fill(0, 288, 296) });
		expect(complaint(build)).toMatch(/firmware of another device/);
	});

	test("an image that leaves less than a fifth of its slot free is too large", () => {
		tools.image({ firstSegmentBytes: 0x1a0000 });
		expect(complaint(build)).toBe("ToolError: The image is too large for a release.");
		expect(tools.output).toMatch(
			/^image: \d+ bytes, 8\d\.\d % of a slot .*bytes too many: 20 % of the slot must be free$/m,
		);
	});

	test("wrong types end it before anything is built", () => {
		tools.write("project/boards/linux/check-types.mjs", "process.exit(1)");
		expect(complaint(build)).toMatch(/failed: what it says above is the reason/);
		expect(tools.has("mcconfig.txt")).toBe(false);
	});
});

test.each([
	[1_625_292, true],
	[1_625_293, false],
])("sizeReport: %i bytes of a slot of 2,031,616: %s", (bytes, isGood) => {
	expect(sizeReport(bytes, 0x1f0000).isGood).toBe(isGood);
});

describe("npm run flash", () => {
	test.each([
		["xiao-esp32c3", "esp32c3", "0x0", 5],
		["esp32-devkit", "esp32", "0x1000", 0],
	])("%s: esptool writes the four parts where they belong", (board, chip, bootloader, chipId) => {
		tools.built(board, { chipId });
		flashFirmware([board, "--port", "/dev/null"], tools.context());
		const folder = join(tools.root, "build/firmware", board);
		expect(tools.arguments("esptool")).toEqual([
			...["--chip", chip, "--port", "/dev/null", "--baud", "460800"],
			...["--before", "default-reset", "--after", "hard-reset"],
			...["write-flash", "--flash-mode", "keep", "--flash-freq", "keep", "--flash-size", "keep"],
			...[bootloader, join(folder, "bootloader.bin"), "0x8000", join(folder, "partition-table.bin")],
			...["0xf000", join(folder, "ota_data_initial.bin"), "0x20000", join(folder, `p1-dongle-${board}.bin`)],
		]);
		expect(tools.output).toBe("flashing 1.2.3 to /dev/null\n");
	});

	test("without a port esptool looks for the board", () => {
		tools.built("xiao-esp32c3");
		flashFirmware(["xiao-esp32c3"], tools.context());
		expect(tools.arguments("esptool")).not.toContain("--port");
	});

	test.each([
		["nothing was built", ["xiao-esp32c3"], /has no bootloader\.bin: npm run build -- xiao-esp32c3$/],
		["two boards", ["a", "b"], /one board at a time, not a and b/],
		["an option that is none", ["--prot", "x"], /--prot[\s\S]*npm run flash -- BOARD \[--port PATH\]$/],
	])("%s: says what to do", (_what, args, expected) => {
		expect(complaint(() => flashFirmware(args, tools.context()))).toMatch(expected);
	});

	test("a port that is not there, no esptool, and one that fails: say what to do", () => {
		tools.built("xiao-esp32c3");
		const flash = (port: string, env = {}): string =>
			complaint(() => flashFirmware(["xiao-esp32c3", "--port", port], tools.context(env)));
		expect(flash("/dev/nonexistent")).toMatch(/There is no \/dev\/nonexistent: is the board connected/);
		tools.script("bin/esptool", "exit 2\n");
		expect(flash("/dev/null")).toMatch(/Hold BOOT, press and release RESET/);
		expect(flash("/dev/null", { PATH: "/nonexistent" })).toMatch(/esptool is not in PATH.*pip install "esptool>=5"/);
	});

	test("an image of another board is not flashed", () => {
		tools.built("xiao-esp32c3", { board: "lolin-c3-mini" });
		expect(complaint(() => flashFirmware(["xiao-esp32c3"], tools.context()))).toMatch(/for the board lolin-c3-mini/);
		expect(tools.has("esptool.txt")).toBe(false);
	});
});

describe("npm run release", () => {
	const release = (args: readonly string[] = []): void => makeRelease(args, tools.context());
	const files = (): string[] => readdirSync(join(tools.root, "build/release")).sort();
	const both = (): void => {
		tools.built("xiao-esp32c3");
		tools.built("esp32-devkit", { chipId: 0 });
	};

	test("has for each board its parts and a manifest, a page, and checksums", () => {
		both();
		release();
		const ofBoard = (board: string): string[] => [
			`manifest-${board}.json`,
			`p1-dongle-${board}-bootloader.bin`,
			`p1-dongle-${board}-ota-data-initial.bin`,
			`p1-dongle-${board}-partition-table.bin`,
			`p1-dongle-${board}.bin`,
		];
		const expected = [...ofBoard("xiao-esp32c3"), ...ofBoard("esp32-devkit"), "SHA256SUMS", "index.html"].sort();
		expect(files()).toEqual(expected);
		expect(tools.output).toBe("build/release: 12 files of 1.2.3 for esp32-devkit, xiao-esp32c3\n");
	});

	test("its manifests are as ESP Web Tools documents them, and name files that are there", () => {
		both();
		release();
		const validate = new Ajv({ strict: true }).compile(WEB_MANIFEST_SCHEMA);
		for (const [board, family, bootloader] of [
			["xiao-esp32c3", "ESP32-C3", 0],
			["esp32-devkit", "ESP32", 4096],
		] as const) {
			const manifest = JSON.parse(tools.read(`project/build/release/manifest-${board}.json`));
			expect([validate(manifest), validate.errors]).toEqual([true, null]);
			expect(manifest).toMatchObject({ version: "1.2.3", new_install_prompt_erase: true });
			expect(manifest.builds[0].chipFamily).toBe(family);
			const parts: { readonly path: string; readonly offset: number }[] = manifest.builds[0].parts;
			expect(parts.map(({ offset }) => offset)).toEqual([bootloader, 0x8000, 0xf000, 0x20000]);
			expect(parts.map(({ path }) => path).filter((path) => !files().includes(path))).toEqual([]);
			expect(tools.read("project/build/release/index.html")).toContain(`manifest="manifest-${board}.json"`);
		}
	});

	test("its checksums are those that sha256sum finds", () => {
		both();
		release();
		const cwd = join(tools.root, "build/release");
		const { status, stdout } = spawnSync("sha256sum", ["--check", "--strict", "SHA256SUMS"], { cwd, encoding: "utf8" });
		expect([status, stdout.trim().split("\n").length]).toEqual([0, files().length - 1]);
	});

	test("the same images make the same bytes", () => {
		both();
		const bytes = (): string[] =>
			files().map((file) => readFileSync(join(tools.root, "build/release", file), "base64"));
		release();
		const first = bytes();
		release(["xiao-esp32c3", "esp32-devkit"]);
		expect(bytes()).toEqual(first);
	});

	test("of some boards, without what was there before", () => {
		both();
		release();
		release(["xiao-esp32c3"]);
		expect(files().filter((file) => file.includes("devkit"))).toEqual([]);
	});

	test("refuses nothing at all, a board that was not built, a part that is missing, and boards of different versions", () => {
		expect(complaint(release)).toBe("ToolError: Nothing was built: npm run build -- BOARD");
		tools.built("xiao-esp32c3");
		expect(complaint(() => release(["esp32-devkit"]))).toMatch(/esp32-devkit has no bootloader\.bin/);
		rmSync(join(tools.root, "build/firmware/xiao-esp32c3/ota_data_initial.bin"));
		expect(complaint(release)).toMatch(/has no ota_data_initial\.bin/);
		tools.built("xiao-esp32c3");
		tools.built("esp32-devkit", { chipId: 0, version: "1.2.4" });
		expect(complaint(release)).toMatch(/built from 1\.2\.4 and 1\.2\.3: build all of them again/);
	});

	test("says of a version between releases that it is none", () => {
		tools.built("xiao-esp32c3", { version: "1.2.3+g0123abc" });
		release();
		expect(tools.output).toMatch(/^1\.2\.3\+g0123abc is no release: tag a clean commit v1\.2\.3, and build again\.$/m);
	});
});

test("every chip has names for images and for the page that flashes", () => {
	expect(CHIP_NAMES).toEqual({
		esp32: { id: 0, bootloaderOffset: 0x1000, family: "ESP32" },
		esp32c3: { id: 5, bootloaderOffset: 0, family: "ESP32-C3" },
		esp32c6: { id: 13, bootloaderOffset: 0, family: "ESP32-C6" },
	});
});
