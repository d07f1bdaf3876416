import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A folder for PATH with a `tsc` that only takes types away, which mcconfig starts once per module. With a platform, `esp32` or
 * `linux`, it makes the main module the whole program for that.
 */
export function makeCompiler(root, platform, hasTls = false) {
	const name = ["compiler", platform, hasTls && "tls"].filter(Boolean).join("-");
	const folder = join(root, "build/moddable", name);
	mkdirSync(folder, { recursive: true });
	const script = join(folder, "tsc");
	const flags = [platform && `--program=${platform}`, hasTls && "--tls"].filter(Boolean);
	const call = [`"${process.execPath}"`, `"${join(root, "boards/linux/transpile.mjs")}"`, ...flags, '"$@"'];
	writeFileSync(script, `#!/bin/sh\nexec ${call.join(" ")}\n`);
	chmodSync(script, 0o755);
	return folder;
}
