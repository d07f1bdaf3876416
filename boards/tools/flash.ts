// `npm run flash -- BOARD [--port PATH]` writes what `npm run build` made to a board on USB.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { Board } from "./board.js";
import { firmwareFolder, readBoard, runAsProgram, type ToolContext } from "./build.js";
import { judgeFirmware, type Part, partsOf, slotBytesOf, ToolError } from "./firmware.js";
import { findEsptool } from "./toolchain.js";

const BAUD = 460_800;

type FlashArguments = { readonly board: string | undefined; readonly port: string | undefined };

function parseArguments(args: readonly string[]): FlashArguments {
	try {
		const { values, positionals } = parseArgs({
			args: [...args],
			options: { port: { type: "string" } },
			allowPositionals: true,
		});
		if (positionals.length > 1) throw new Error(`one board at a time, not ${positionals.join(" and ")}`);
		return { board: positionals[0], port: values.port };
	} catch (error) {
		const detail = error instanceof Error ? error.message : String(error);
		throw new ToolError(`${detail}\nnpm run flash -- BOARD [--port PATH]`);
	}
}

/**
 * Arguments of esptool 5. Not mcconfig's target "deploy": that ends every serial2xsbug of the computer by name, and wants the SDK
 * where a file of a release has to do. Settings (nvs) and files (storage) stay as they are.
 * @param port - absent: esptool looks for a board itself. */
export function esptoolArguments(
	board: Board,
	folder: string,
	parts: readonly Part[],
	port: string | undefined,
): readonly string[] {
	const files = parts.flatMap(({ file, offset }) => [`0x${offset.toString(16)}`, join(folder, file)]);
	return [
		...["--chip", board.chip, ...(port === undefined ? [] : ["--port", port]), "--baud", String(BAUD)],
		...["--before", "default-reset", "--after", "hard-reset"],
		...["write-flash", "--flash-mode", "keep", "--flash-freq", "keep", "--flash-size", "keep", ...files],
	];
}

/** Flashes; throws {@link ToolError}. */
export function flashFirmware(args: readonly string[], { root, env, write }: ToolContext): void {
	const { board: name, port } = parseArguments(args);
	const board = readBoard(root, name);
	const folder = firmwareFolder(root, board.name);
	const partitions = readFileSync(join(root, "boards", board.name, "partitions.csv"), "utf8");
	const parts = partsOf(board, partitions);
	const missing = parts.filter(({ file }) => !existsSync(join(folder, file)));
	if (missing.length > 0) {
		throw new ToolError(`build/firmware/${board.name} has no ${missing[0]?.file}: npm run build -- ${board.name}`);
	}
	const app = parts.at(-1)?.file ?? "";
	const version = judgeFirmware(board, readFileSync(join(folder, app)), slotBytesOf(partitions));
	if (port !== undefined && !existsSync(port)) {
		throw new ToolError(
			`There is no ${port}: is the board connected, by a cable that carries data? docs/build.md, "First flash".`,
		);
	}
	const esptool = findEsptool(env);
	write(`flashing ${version} to ${port ?? "the board that is found"}\n`);
	const { status } = spawnSync(esptool, esptoolArguments(board, folder, parts, port), { env, stdio: "inherit" });
	if (status !== 0) {
		throw new ToolError(
			"esptool failed. Hold BOOT, press and release RESET (or plug USB in), release BOOT, and try again: " +
				'docs/build.md, "Boot mode".',
		);
	}
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) runAsProgram(flashFirmware);
