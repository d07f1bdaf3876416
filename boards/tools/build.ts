// `npm run build -- BOARD` makes a board's firmware in build/firmware/BOARD; with `--tls` its MQTT has TLS.
import { spawnSync } from "node:child_process";
import {
	copyFileSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Board } from "./board.js";
import { loadBoard } from "./check.js";
import { makeCompiler } from "./compiler.mjs";
import { findBoard, imageName, judgeFirmware, sizeReport, slotBytesOf, ToolError } from "./firmware.js";
import { findToolchain, type Toolchain } from "./toolchain.js";
import { writeVersionModule } from "./version.mjs";

/** What a tool has of its surroundings; tests give their own. */
export type ToolContext = {
	/** Of the project. */
	readonly root: string;
	readonly env: NodeJS.ProcessEnv;
	readonly write: (text: string) => void;
};

/** Where a board's images go. */
export function firmwareFolder(root: string, board: string): string {
	return join(root, "build/firmware", board);
}

/** Reads the board from its folder; throws {@link ToolError} when it is wrong. */
export function readBoard(root: string, name: string | undefined): Board {
	const directory = join(root, "boards");
	return findBoard(directory, name, (found) => {
		const loaded = loadBoard(directory, found);
		if (loaded.ok) return loaded.board;
		throw new ToolError(loaded.findings.map(({ message }) => `${found}: ${message}`).join("\n"));
	});
}

/** The SDK's TLS in JavaScript: 103 kB of flash, and while it is in use more RAM than the rest of the program. */
const TLS_MANIFEST = "$(MODDABLE)/examples/io/tcp/tlssocket/manifest.json";

/** The text of a file of the board's folder, with the version and TLS in it where they go. */
function stagedText(path: string, text: string, version: string, hasTls: boolean): string {
	if (path === "manifest.json") {
		const manifest = JSON.parse(text) as { include: string[]; defines: { p1: object } };
		if (hasTls) manifest.include.push(TLS_MANIFEST);
		const defines = { ...manifest.defines, p1: { ...manifest.defines.p1, version: `#${version}` } };
		return JSON.stringify({ ...manifest, defines }, undefined, 2);
	}
	if (path !== "sdkconfig/sdkconfig.defaults") return text;
	return `${text}\nCONFIG_APP_PROJECT_VER_FROM_CONFIG=y\nCONFIG_APP_PROJECT_VER="${version}"\n`;
}

/**
 * A copy of the board's folder, with the version in its manifest and its sdkconfig: the image's marker and ESP-IDF's own app
 * descriptor say it then. It lies as deep as the original, whose manifest names files of src/.
 */
export function stageBoard(root: string, board: Board, version: string, hasTls = false): string {
	const source = join(root, "boards", board.name);
	const folder = join(root, "build", board.name);
	for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
		if (!entry.isFile()) continue;
		const path = relative(source, join(entry.parentPath, entry.name));
		const text = stagedText(path, readFileSync(join(source, path), "utf8"), version, hasTls);
		const target = join(folder, path);
		// What is as it was keeps its time: all of XS depends on it.
		if (existsSync(target) && readFileSync(target, "utf8") === text) continue;
		mkdirSync(dirname(target), { recursive: true });
		writeFileSync(target, text);
	}
	return folder;
}

/** Never without the target: mcconfig would also flash whatever board it finds, and watch it. */
export function mcconfigArguments(stagedBoard: string, out: string): readonly string[] {
	return ["-m", "-p", `esp32:${stagedBoard}`, "-t", "build", "-o", out];
}

function runTool(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): void {
	const { status, error } = spawnSync(command, args, { cwd, env, stdio: "inherit" });
	if (error !== undefined) throw new ToolError(`${command}: ${error.message}`);
	if (status !== 0) throw new ToolError(`${basename(command)} failed: what it says above is the reason.`);
}

interface Choice {
	readonly board: Board;
	readonly version: string;
	readonly hasTls: boolean;
}

function compile({ root, env }: ToolContext, toolchain: Toolchain, { board, version, hasTls }: Choice): string {
	const out = join(root, "build/moddable");
	const made = join(out, "bin/esp32", board.name, "release", basename(root));
	// The SDK's target "build" goes on when ESP-IDF has failed: an image of before must not be taken for the new one.
	rmSync(join(made, "xs_esp32.bin"), { force: true });
	// The program is one module of many files, of which make knows one.
	rmSync(join(out, "tmp/esp32", board.name, "release", basename(root), "tsc/main"), { recursive: true, force: true });
	mkdirSync(out, { recursive: true });
	const staged = stageBoard(root, board, version, hasTls);
	const { moddable, tools } = toolchain;
	const path = `${makeCompiler(root, "esp32", hasTls)}:${tools}:${env["PATH"] ?? ""}`;
	runTool("mcconfig", mcconfigArguments(staged, out), root, { ...env, MODDABLE: moddable, PATH: path });
	if (!existsSync(join(made, "xs_esp32.bin"))) {
		throw new ToolError("ESP-IDF has made no image: what it says above is the reason.");
	}
	return made;
}

/** Builds the firmware of the board in `args`; throws {@link ToolError}. */
export function buildFirmware(args: readonly string[], context: ToolContext): void {
	const { root, env, write } = context;
	const hasTls = args.includes("--tls");
	const board = readBoard(
		root,
		args.find((argument) => argument !== "--tls"),
	);
	const toolchain = findToolchain(env);
	const node = (script: string) => runTool(process.execPath, [join(root, script)], root, env);
	node("boards/linux/check-types.mjs");
	node("web/build.mjs");
	const version = writeVersionModule(root);
	write(
		`building ${version} for ${board.title} with ESP-IDF ${toolchain.idfVersion}; the first time takes some minutes\n`,
	);
	const made = compile(context, toolchain, { board, version, hasTls });
	const folder = firmwareFolder(root, board.name);
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	const image = join(folder, imageName(board.name));
	copyFileSync(join(made, "xs_esp32.bin"), image);
	for (const file of ["bootloader.bin", "partition-table.bin", "ota_data_initial.bin"]) {
		if (!existsSync(join(made, file))) throw new ToolError(`ESP-IDF has made no ${file}.`);
		copyFileSync(join(made, file), join(folder, file));
	}
	const slotBytes = slotBytesOf(readFileSync(join(root, "boards", board.name, "partitions.csv"), "utf8"));
	const found = judgeFirmware(board, readFileSync(image), slotBytes);
	if (found !== version)
		throw new ToolError(`The image says that it is ${found}: delete build/moddable, and build again.`);
	const { line, isGood } = sizeReport(statSync(image).size, slotBytes);
	write(`${line}\n`);
	// With TLS nobody releases it: whoever builds it sees the line above.
	if (!isGood && !hasTls) throw new ToolError("The image is too large for a release.");
	write(`build/firmware/${board.name}/${imageName(board.name)}\nnpm run flash -- ${board.name}\n`);
}

/** Runs a tool as the program: its errors are lines for people. */
export function runAsProgram(tool: (args: readonly string[], context: ToolContext) => void): void {
	const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
	try {
		tool(process.argv.slice(2), { root, env: process.env, write: (text) => process.stdout.write(text) });
	} catch (error) {
		if (!(error instanceof ToolError)) throw error;
		process.stderr.write(`${error.message}\n`);
		process.exitCode = 1;
	}
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) runAsProgram(buildFirmware);
