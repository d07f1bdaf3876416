import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Releases that the sources were written for and tried with. */
const SDK_VERSION = "8.2.";

/** Ends the program with a message for people. */
export function fail(message) {
	process.stderr.write(`${message}\n`);
	process.exit(1);
}

/**
 * The Moddable SDK of the environment: its folder, and the folder of its tools. Ends the program, saying what to do, when there
 * is none or it is not the one that the sources need. */
export function findSdk() {
	const moddable = process.env.MODDABLE;
	if (moddable === undefined || moddable === "") {
		fail(
			`This needs the Moddable SDK ${SDK_VERSION}x, and MODDABLE is not set.\n` +
				"Install it (https://github.com/Moddable-OpenSource/moddable, or: npx xs-dev setup) and set MODDABLE to its folder.",
		);
	}
	const versionFile = join(moddable, "tools/VERSION");
	const version = existsSync(versionFile) ? readFileSync(versionFile, "utf8").trim() : undefined;
	if (version === undefined) fail(`MODDABLE is ${moddable}, but no Moddable SDK is there.`);
	if (!version.startsWith(SDK_VERSION)) {
		fail(
			`MODDABLE holds SDK ${version}; this needs ${SDK_VERSION}x: git -C "$MODDABLE" checkout ${SDK_VERSION}3, then build its tools.`,
		);
	}
	const tools = join(moddable, "build/bin/lin/release");
	if (!existsSync(join(tools, "mcconfig"))) {
		fail(`The SDK's tools are not built: make -C ${join(moddable, "build/makefiles/lin")} release`);
	}
	return { moddable, tools, version };
}
