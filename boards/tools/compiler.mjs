import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A folder for PATH with a `tsc` that only takes types away, which mcconfig starts once per module. */
export function makeCompiler(root) {
	const folder = join(root, "build/moddable/compiler");
	mkdirSync(folder, { recursive: true });
	const script = join(folder, "tsc");
	writeFileSync(script, `#!/bin/sh\nexec "${process.execPath}" "${join(root, "boards/linux/transpile.mjs")}" "$@"\n`);
	chmodSync(script, 0o755);
	return folder;
}
