// npm run build:linux: the firmware on XS as a program for this machine, in build/linux. With --instrument XS prints what it
// uses, once a second, when P1_INSTRUMENTS is set; that program is in build/linux-instrumented. With --probe it is the program
// that the contract tests drive, in build/linux-probe.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readPage } from "../../web/build.mjs";
import { makeCompiler } from "../tools/compiler.mjs";
import { writeVersionModule } from "../tools/version.mjs";
import { checkProject, checkTypes } from "./check-types.mjs";
import { fail, findSdk } from "./sdk.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const isInstrumented = process.argv.includes("--instrument");
const isProbe = process.argv.includes("--probe");
const app = join(root, isProbe ? "boards/linux/probe" : "boards/linux");

/** Runs a command; its output is shown when it fails. */
function run(command, args, env = process.env) {
	const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: app, encoding: "utf8", env });
	if (error !== undefined) fail(`${command}: ${error.message}`);
	// mcconfig says of some errors that they are none.
	if (status !== 0 || stdout.includes("### Error")) fail(`${stdout}${stderr}\n${command} failed`);
	return stdout;
}

function buildLibrary({ moddable, tools }) {
	const out = join(root, "build/moddable");
	const path = `${makeCompiler(root, isProbe ? undefined : "linux")}:${tools}:${process.env.PATH ?? ""}`;
	const flags = isInstrumented ? ["-i", "-m"] : ["-m"];
	const mode = join("lin/mc", isInstrumented ? "instrument" : "release", basename(app));
	// The program is one module of many files, of which make knows one.
	rmSync(join(out, "tmp", mode, "tsc/main"), { recursive: true, force: true });
	run("mcconfig", [...flags, "-p", "lin", "-o", out], { ...process.env, MODDABLE: moddable, PATH: path });
	return join(out, "bin", mode, "mc.so");
}

function buildLauncher(moddable, program, version) {
	const gio = run("pkg-config", ["--cflags", "--libs", "gio-2.0"]).trim().split(/\s+/);
	run(process.env.CC ?? "cc", [
		...["-O2", "-Wall", "-Wextra", `-DP1_VERSION="${version}"`, "-o", program, join(root, "boards/linux/launcher.c")],
		...[`-I${join(moddable, "build/simulators/modules")}`, ...gio, "-ldl"],
	]);
}

const sdk = findSdk();
const folder = join(root, `build/linux${isProbe ? "-probe" : ""}${isInstrumented ? "-instrumented" : ""}`);
mkdirSync(folder, { recursive: true });
if (!checkTypes(sdk.moddable)) fail("the types are wrong");
if (isProbe && !checkProject(app)) fail("the types of the probe are wrong");
process.stdout.write(`building with the Moddable SDK ${sdk.version}; the first time takes some minutes\n`);
// The manifest has the page among the resources, and the version among the modules.
await readPage();
const version = writeVersionModule(root);
const library = buildLibrary(sdk);
// In the place of the old files, not into them: a program that runs from them would die.
const made = mkdtempSync(join(folder, "new-"));
buildLauncher(sdk.moddable, join(made, "p1-dongle"), version);
copyFileSync(library, join(made, "p1-dongle.so"));
for (const file of ["p1-dongle.so", "p1-dongle"]) renameSync(join(made, file), join(folder, file));
rmdirSync(made);
process.stdout.write(`${join("build", basename(folder), "p1-dongle")} --settings FILE\n`);
