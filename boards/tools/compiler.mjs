import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A folder for PATH with a `tsc` that only takes types away, which mcconfig starts once per module. With a platform, `esp32` or
 * `linux`, it makes the main module the whole program for that.
 */
export function makeCompiler(root, platform) {
	const folder = join(root, "build/moddable", platform === undefined ? "compiler" : `compiler-${platform}`);
	mkdirSync(folder, { recursive: true });
	const script = join(folder, "tsc");
	writeFileSync(
		script,
		`#!/bin/sh\nexec "${process.execPath}" "${join(root, "boards/linux/transpile.mjs")}" ${platform === undefined ? "" : `--program=${platform} `}"$@"\n`,
	);
	chmodSync(script, 0o755);
	return folder;
}
