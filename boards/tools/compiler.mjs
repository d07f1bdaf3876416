import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A folder for PATH with a `tsc` that only takes types away, which mcconfig starts once per module. For a board it makes the
 * main module the whole program.
 */
export function makeCompiler(root, isBoard = false) {
	const folder = join(root, "build/moddable", isBoard ? "board-compiler" : "compiler");
	mkdirSync(folder, { recursive: true });
	const script = join(folder, "tsc");
	writeFileSync(
		script,
		`#!/bin/sh\nexec "${process.execPath}" "${join(root, "boards/linux/transpile.mjs")}" ${isBoard ? "--board " : ""}"$@"\n`,
	);
	chmodSync(script, 0o755);
	return folder;
}
