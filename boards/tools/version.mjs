// The version of what is here: package.json's, and with git also which commit it is, as SemVer's build metadata
// (semver.org §10): 0.1.0+g1234abc, with .dirty when files differ from it. A clean checkout of the tag v0.1.0 is 0.1.0, and so is
// a copy without git, such as an unpacked archive.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const HERE = fileURLToPath(new URL("../..", import.meta.url));
const GIT_TIMEOUT_MS = 5000;
/** An app descriptor of ESP-IDF has 32 bytes for it, with a zero at the end. */
const MAX_CHARACTERS = 31;

/**
 * @param packageVersion - as in package.json.
 * @param description - what `git describe --always --long --dirty --match vVERSION` says.
 */
export function versionOf(packageVersion, description) {
	const [, commits, hash, dirty] = /^(?:v\S+-(\d+)-g)?([0-9a-f]{7,40})(-dirty)?$/.exec(description) ?? [];
	if (hash === undefined || (commits === "0" && dirty === undefined)) return packageVersion;
	const version = `${packageVersion}+g${hash.slice(0, 7)}${dirty === undefined ? "" : ".dirty"}`;
	return version.length > MAX_CHARACTERS ? packageVersion : version;
}

function describe(root, packageVersion) {
	// A file in a worktree. Without it git would look in the folders above, whose history is not ours.
	if (!existsSync(join(root, ".git"))) return "";
	// Of a hook, they name another repository.
	const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")));
	const match = ["--tags", "--match", `v${packageVersion}`];
	const { status, stdout } = spawnSync(
		"git",
		["--no-optional-locks", "describe", "--always", "--long", "--dirty", "--abbrev=7", ...match],
		{ cwd: root, env, encoding: "utf8", timeout: GIT_TIMEOUT_MS, stdio: ["ignore", "pipe", "ignore"] },
	);
	return status === 0 ? stdout.trim() : "";
}

/** The version of the program in the folder `root`; never fails for want of git. */
export function programVersion(root = HERE) {
	const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
	return versionOf(version, describe(root, version));
}

/** Writes build/version/version.ts, which is the module "version" of what mcconfig builds. Returns the version. */
export function writeVersionModule(root = HERE, version = programVersion(root)) {
	const path = join(root, "build/version/version.ts");
	const text = `/** Made by boards/tools/version.mjs. */\nexport const VERSION = ${JSON.stringify(version)};\n`;
	// Untouched when it is right: make would build it again.
	if (!existsSync(path) || readFileSync(path, "utf8") !== text) {
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, text);
	}
	return version;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) process.stdout.write(`${writeVersionModule()}\n`);
