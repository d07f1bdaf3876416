import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Bundles a driver and all it imports into one script for the XS host: no modules, no minifying, no syntax lowered beyond
 * ES2022, so that what is counted is the code as written.
 * @param driverSource - TypeScript; its relative imports start at the project's root (`./src/core/crc16.js`).
 * @returns the script as text, one immediately called function.
 * Throws when an import cannot be resolved or the source does not parse, with esbuild's list of places.
 */
export async function bundleForXs(driverSource: string): Promise<string> {
	const result = await build({
		stdin: { contents: driverSource, resolveDir: ROOT, sourcefile: "driver.ts", loader: "ts" },
		bundle: true,
		format: "iife",
		target: "es2022",
		platform: "neutral",
		write: false,
		logLevel: "silent",
	});
	const [output] = result.outputFiles;
	if (output === undefined) throw new Error("esbuild gave no output");
	return output.text;
}
