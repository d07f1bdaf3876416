// In the place of tsc: mcconfig starts the compiler once per module, which takes tsc minutes for types that were checked a moment
// before. This only takes the types away; with --program=PLATFORM the main module becomes the whole program, with --tls a board's
// that has TLS.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const platform = process.argv.find((argument) => argument.startsWith("--program="))?.slice(10);

function transpile(file) {
	return transformSync(readFileSync(file, "utf8"), {
		loader: "ts",
		target: "esnext",
		sourcefile: file,
		tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, useDefineForClassFields: true } },
	}).code;
}

const projectFlag = process.argv.indexOf("-p");
const { compilerOptions, files } = JSON.parse(readFileSync(process.argv[projectFlag + 1], "utf8"));
for (const file of files) {
	const isProgram = platform !== undefined && file === join(root, "src/main.ts");
	const code = isProgram
		? await (await import("../tools/bundle.mjs")).bundleProgram(root, platform, process.argv.includes("--tls"))
		: transpile(file);
	const out = join(compilerOptions.outDir, file.slice(compilerOptions.rootDir.length)).replace(/\.ts$/, ".js");
	mkdirSync(dirname(out), { recursive: true });
	writeFileSync(out, code);
}
