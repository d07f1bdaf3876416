// In the place of tsc during `npm run build:linux`: mcconfig starts the compiler once per module, which takes tsc minutes for
// types that were checked a moment before. This only takes the types away.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { transformSync } from "esbuild";

const projectFlag = process.argv.indexOf("-p");
const { compilerOptions, files } = JSON.parse(readFileSync(process.argv[projectFlag + 1], "utf8"));
for (const file of files) {
	const { code } = transformSync(readFileSync(file, "utf8"), {
		loader: "ts",
		target: "esnext",
		sourcefile: file,
		tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, useDefineForClassFields: true } },
	});
	const out = join(compilerOptions.outDir, file.slice(compilerOptions.rootDir.length)).replace(/\.ts$/, ".js");
	mkdirSync(dirname(out), { recursive: true });
	writeFileSync(out, code);
}
