// A board's program as one module. Modules of their own cost flash: each of their imports and exports is a slot of 16 bytes, the
// code that made their tables stays beside the tables, and XS keeps the names of all local variables and private fields. In one
// module, with short names and without what nobody uses, the program takes a quarter less (docs/memory.md).
import { existsSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";

const HEAP = "native/xs-heap/xs-heap";

/** What has a file in src/: relative imports, and the names that the manifest gives to ours. */
function fileOf(root, specifier) {
	if (specifier === "platform/moddable/chip/host") return join(root, "src/platform/moddable/esp32/host.ts");
	if (!specifier.startsWith("platform/")) return undefined;
	const file = join(root, "src", `${specifier}.ts`);
	return existsSync(file) ? file : undefined;
}

/** The JavaScript of src/main.ts with all of ours that it imports; what the SDK has stays an import. */
export async function bundleProgram(root) {
	const bundle = await rolldown({
		input: join(root, "src/main.ts"),
		logLevel: "warn",
		tsconfig: false,
		optimization: { inlineConst: true },
		transform: { target: "esnext" },
		plugins: [
			{
				name: "p1-dongle",
				resolveId(specifier, importer) {
					if (importer === undefined) return null;
					const file = fileOf(root, specifier);
					if (file !== undefined) return file;
					// Its C functions belong to a module of its own.
					if (specifier.endsWith(`/${HEAP}.js`)) return { id: `platform/moddable/${HEAP}`, external: true };
					// The version that this build made.
					if (specifier.endsWith("/version.js")) return join(root, "build/version/version.ts");
					if (specifier.startsWith(".")) return join(importer, "..", specifier.replace(/\.js$/, ".ts"));
					return { id: specifier, external: true };
				},
			},
		],
	});
	const { output } = await bundle.generate({
		format: "esm",
		minify: { mangle: { toplevel: true }, compress: { target: "esnext" }, codegen: { removeWhitespace: true } },
	});
	return output[0].code;
}
