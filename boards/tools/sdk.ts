import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Board } from "./board.js";
import { makeCompiler } from "./compiler.mjs";
import { IMAGE_BUDGET_BYTES } from "./partitions.js";
import { writeVersionModule } from "./version.mjs";

/**
 * What an image holds beside mc.xs.c and the resources, kept free for it: XS, ESP-IDF with Wi-Fi, lwIP and mbedTLS, the C modules.
 * Measured: 851,500 bytes of the xiao-esp32c3's image without TLS, linked with ESP-IDF v6.0 and GCC 14.2 (docs/memory.md says what
 * differs from Espressif's own build). 1 % more for that difference. The other chips were not linked.
 */
const REST_BYTES = 860_000;
const SLOT_BYTES = 16;
/** The SDK's JavaScript half of a build needs an idf.py and a tagged repository, but no ESP-IDF. */
const EXPECTED_IDF = "v6.0";
const RISCV = "riscv64-unknown-elf-gcc";
const PICOLIBC = "/usr/lib/picolibc/riscv64-unknown-elf/include";

interface BuildResult {
	readonly flashBytes: number | undefined;
	readonly ramBytes: number | undefined;
	readonly heapBytes: number;
	readonly warnings: readonly string[];
}

const has = (command: string) => spawnSync(command, ["--version"]).error === undefined;

function run(command: string, args: readonly string[], cwd: string, extra: NodeJS.ProcessEnv = {}): string {
	const { status, stdout, stderr, error } = spawnSync(command, args, {
		cwd,
		encoding: "utf8",
		env: { ...process.env, ...extra },
		maxBuffer: 64 * 1024 * 1024,
	});
	// mcconfig reports some errors in words only, with exit code 0.
	if (error !== undefined || status !== 0 || stdout.includes("### Error") || /### \w*Error/.test(stdout))
		throw new Error(`${command}: ${error?.message ?? ""}\n${stdout.slice(-3000)}${stderr.slice(-3000)}`);
	return stdout + stderr;
}

/** A stand-in for ESP-IDF in `work`: `bin/idf.py`, and the repository `idf` whose tag tells the version; and our compiler. */
function makeStandIn(work: string, root: string): NodeJS.ProcessEnv {
	const bin = join(work, "bin");
	const idf = join(work, "idf");
	mkdirSync(bin);
	mkdirSync(idf);
	writeFileSync(join(bin, "idf.py"), "#!/bin/sh\nexit 0\n", { mode: 0o755 });
	const identity = ["-c", "user.name=stand-in", "-c", "user.email=stand-in@localhost"];
	run("git", ["init", "--quiet"], idf);
	run("git", [...identity, "commit", "--quiet", "--allow-empty", "--message", "stand-in"], idf);
	run("git", ["tag", EXPECTED_IDF], idf);
	return { PATH: `${makeCompiler(root, "esp32")}:${bin}:${process.env["PATH"] ?? ""}`, IDF_PATH: idf };
}

/** The firmware itself, or, while it has no main module, a few lines that use what every board has. */
function appFolder(root: string, work: string): string {
	if (existsSync(join(root, "manifest.json")) && existsSync(join(root, "src/main.ts"))) return root;
	process.stdout.write("no src/main.ts: a tiny app stands in for the firmware\n");
	const folder = join(work, "tiny");
	mkdirSync(folder);
	const native = (name: string) => join(root, "src/platform/moddable/native", name, "manifest.json");
	const manifest = {
		include: [
			...["$(MODDABLE)/examples/manifest_base.json", "$(MODDABLE)/examples/manifest_net.json"],
			"$(MODDABLE)/modules/io/manifest.json",
			...[native("device-control"), native("wifi-control")],
		],
		modules: { "*": ["./main"] },
	};
	writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
	writeFileSync(
		join(folder, "main.js"),
		`import device from "embedded:provider/builtin";
import { resetReason } from "platform/moddable/native/device-control/device-control";
import { power } from "platform/moddable/native/wifi-control/wifi-control";
const { io: Serial, ...options } = device.serial;
new Serial({ ...options, baud: 115200, onReadable() { this.read(new Uint8Array(512)); } });
trace(resetReason(), power());
`,
	);
	return folder;
}

/** Text and data of a C file that xsl or mcrez made, compiled for 32 bits; undefined without the compiler. */
function sizeOf(source: string, moddable: string): { readonly flash: number; readonly ram: number } | undefined {
	if (!has(RISCV) || !existsSync(PICOLIBC)) return undefined;
	const include = [
		dirname(source),
		fileURLToPath(new URL("size", import.meta.url)),
		...["xs/includes", "xs/sources"].map((folder) => join(moddable, folder)),
	];
	const object = `${source}.size.o`;
	const target = ["-c", "-Os", "-w", "-march=rv32imc_zicsr_zifencei", "-mabi=ilp32", "-isystem", PICOLIBC];
	run(RISCV, [...target, ...include.flatMap((folder) => ["-I", folder]), source, "-o", object], dirname(source));
	const line = run("riscv64-unknown-elf-size", [object], dirname(source)).trim().split("\n").at(-1) ?? "";
	const [text = 0, data = 0, bss = 0] = line.trim().split(/\s+/).map(Number);
	return { flash: text + data, ram: data + bss };
}

interface Creation {
	readonly static: number;
	readonly chunk: { readonly initial: number };
	readonly heap: { readonly initial: number };
	readonly stack: number;
}

/** The C of our modules for a chip. A manifest that leaves out a module's JavaScript leaves out its C, and only the linker would tell. */
function cFiles(app: string): string[] {
	const native = join(app, "src/platform/moddable/native");
	if (!existsSync(native)) return [];
	return readdirSync(native, { recursive: true, encoding: "utf8" })
		.filter((path) => path.endsWith(".c") && !path.startsWith("linux-"))
		.map((path) => basename(path));
}

/** mcconfig, xsc and xsl with preload for one board, the types not looked at; throws with the tools' words if one of them fails. */
function build(app: string, boards: string, board: Board, out: string, standIn: NodeJS.ProcessEnv): BuildResult {
	run("mcconfig", ["-p", `esp32:${join(boards, board.name)}`, "-o", out], app);
	const release = join(out, "tmp/esp32", board.name, "release");
	const name = readdirSync(release).find((entry) => existsSync(join(release, entry, "makefile")));
	if (name === undefined) throw new Error(`mcconfig made no makefile for ${board.name}`);
	const folder = join(release, name);
	const makefile = readFileSync(join(folder, "makefile"), "utf8");
	for (const file of cFiles(app))
		if (!makefile.includes(`/${file}`)) throw new Error(`${board.name}: ${file} would not be compiled`);
	const made = ["mc.xs.c", "mc.resources.c"].map((file) => join(folder, file));
	const log = run("make", ["-f", "makefile", ...made], folder, standIn);
	const sizes = made.map((source) => sizeOf(source, process.env["MODDABLE"] ?? ""));
	const sum = (key: "flash" | "ram") =>
		sizes.some((size) => size === undefined) ? undefined : sizes.reduce((total, size) => total + (size?.[key] ?? 0), 0);
	const manifest: { creation: Creation } = JSON.parse(readFileSync(join(folder, "manifest_flat.json"), "utf8"));
	const { creation } = manifest;
	const heapBytes =
		creation.static || creation.chunk.initial + (creation.heap.initial + Number(creation.stack)) * SLOT_BYTES;
	// The program's names are short: which of its objects are not frozen (XS keeps a pointer for each) says nothing here.
	const warnings = log.split("\n").filter((line) => line.includes("warning") && !line.includes("not frozen"));
	return { flashBytes: sum("flash"), ramBytes: sum("ram"), heapBytes, warnings };
}

/**
 * Options in the boards' sdkconfig that the ESP-IDF at `IDF_PATH` does not know: a typing mistake, or renamed since.
 * Empty, with a line that says so, where there is no ESP-IDF.
 */
export function unknownOptions(directory: string, boards: readonly Board[]): string[] {
	const components = join(process.env["IDF_PATH"] ?? "", "components");
	if (!process.env["IDF_PATH"] || !existsSync(join(components, "esp_system"))) {
		process.stdout.write("skipped: no IDF_PATH, so the names in sdkconfig were not looked up\n");
		return [];
	}
	const known = new Set<string>();
	for (const entry of readdirSync(components, { recursive: true, withFileTypes: true })) {
		if (!entry.isFile() || !entry.name.startsWith("Kconfig")) continue;
		for (const [, name = ""] of readFileSync(join(entry.parentPath, entry.name), "utf8").matchAll(
			/^\s*(?:menu)?config (\w+)/gm,
		))
			known.add(name);
	}
	return boards.flatMap((board) => {
		const sdkconfig = readFileSync(join(directory, board.name, "sdkconfig/sdkconfig.defaults"), "utf8");
		const names = [...sdkconfig.matchAll(/^CONFIG_(\w+)=/gm)].map(([, name = ""]) => name);
		return names.filter((name) => !known.has(name)).map((name) => `${board.name}: this ESP-IDF has no CONFIG_${name}`);
	});
}

/**
 * Builds the JavaScript half of every board and prints what it takes, where `$MODDABLE` names the SDK; else says that it did not.
 * @param directory - the folder of the boards.
 * @returns false if a board does not build or its JavaScript does not fit the image budget.
 */
export function checkBuilds(directory: string, boards: readonly Board[]): boolean {
	if (!process.env["MODDABLE"] || !has("mcconfig")) {
		process.stdout.write("skipped: no SDK (MODDABLE and mcconfig), so no board was built\n");
		return true;
	}
	const work = mkdtempSync(join(tmpdir(), "p1-boards-"));
	const root = dirname(join(directory, "."));
	const warnings = new Set<string>();
	let ok = true;
	try {
		const standIn = makeStandIn(work, root);
		const app = appFolder(root, work);
		// The manifest has the page among the resources, and the version among the modules.
		if (app === root) {
			run(process.execPath, [join(root, "web/build.mjs")], root);
			writeVersionModule(root);
		}
		const limit = IMAGE_BUDGET_BYTES - REST_BYTES;
		process.stdout.write("board            JavaScript in flash   of    its static RAM   XS heap\n");
		for (const board of boards) {
			const out = join(work, `out-${board.name}`);
			mkdirSync(out);
			try {
				const { flashBytes, ramBytes, heapBytes, ...result } = build(app, directory, board, out, standIn);
				const cell = (value: number | undefined, width: number) => String(value ?? "no gcc").padStart(width);
				const cells = [cell(flashBytes, 19), cell(limit, 8), cell(ramBytes, 12), cell(heapBytes, 9)];
				process.stdout.write(`${board.name.padEnd(16)} ${cells.join(" ")}\n`);
				for (const warning of result.warnings) warnings.add(warning);
				if ((flashBytes ?? 0) > limit) {
					process.stdout.write(
						`${board.name}: JavaScript takes more flash than an image that leaves a fifth of its slot free has for it\n`,
					);
					ok = false;
				}
			} catch (error) {
				process.stdout.write(`${board.name}: ${error instanceof Error ? error.message : String(error)}\n`);
				ok = false;
			}
			rmSync(out, { recursive: true });
		}
		for (const warning of warnings) process.stdout.write(`${warning}\n`);
	} finally {
		rmSync(work, { recursive: true });
	}
	return ok;
}
