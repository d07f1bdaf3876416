// Type check of the device's program. With an SDK its own declarations count, which are newer than those on npm.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const project = join(root, "src/platform/moddable");

/** Runs tsc on a folder or configuration; true when it finds nothing. */
export function checkProject(configuration) {
	const { status } = spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", configuration], {
		stdio: "inherit",
	});
	return status === 0;
}

/** The npm configuration with the SDK's folder in the place of @moddable/typings; written to build/. */
function configureForSdk(moddable) {
	const folder = join(root, "build/typings");
	const configuration = JSON.parse(readFileSync(join(project, "tsconfig.json"), "utf8"));
	const here = (path) => relative(folder, join(project, path));
	const { paths } = configuration.compilerOptions;
	for (const name of Object.keys(paths)) paths[name] = paths[name].map((path) => `./${here(path)}`);
	const npmTypings = "../../../node_modules/@moddable/typings/";
	const include = configuration.include.map((path) => {
		if (!path.startsWith(npmTypings)) return here(path);
		return path.endsWith("/xs.d.ts")
			? join(moddable, "xs/includes/xs.d.ts")
			: join(moddable, "typings", path.slice(npmTypings.length));
	});
	for (const name of ["crypt", "embedded/storage/flash", "embedded/storage/key-value", "embedded/update"]) {
		include.push(join(moddable, `typings/${name}.d.ts`));
	}
	include.push(join(moddable, "typings/embedded_provider/builtin.d.ts"));
	include.push(join(moddable, "typings/embedded_network/interface/wifi.d.ts"));
	for (const name of readdirSync(join(moddable, "typings/embedded_io"))) {
		if (name.endsWith(".d.ts")) include.push(join(moddable, "typings/embedded_io", name));
	}
	const exclude = [...configuration.exclude, "types/newer-than-npm.d.ts"].map(here);
	mkdirSync(folder, { recursive: true });
	const file = join(folder, "tsconfig.json");
	const extend = relative(folder, join(root, "tsconfig.base.json"));
	writeFileSync(
		file,
		`${JSON.stringify({ extends: extend, compilerOptions: configuration.compilerOptions, include, exclude }, undefined, 2)}\n`,
	);
	return file;
}

/** Checks with the SDK's declarations where there is an SDK, else with those of npm; says which. */
export function checkTypes(moddable) {
	const isSdk = moddable !== undefined && moddable !== "";
	process.stdout.write(`types: ${isSdk ? `declarations of ${moddable}` : "declarations of @moddable/typings"}\n`);
	return checkProject(isSdk ? configureForSdk(moddable) : project);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const isGood = checkTypes(undefined);
	if (!process.env.MODDABLE) process.stdout.write("skipped: the declarations of the SDK (MODDABLE is not set)\n");
	process.exit(isGood && (!process.env.MODDABLE || checkTypes(process.env.MODDABLE)) ? 0 : 1);
}
