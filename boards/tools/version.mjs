// The version of what is here: package.json's, and with git also which commit it is, as SemVer's build metadata
// (semver.org §10): 0.1.0+g1234abc, with .dirty when files differ from it. A clean checkout of the tag v0.1.0 is 0.1.0, and so is
// a copy without git, such as an unpacked archive. And the day before which no clock that is right can be, from the same commit:
// what is built from a commit is the same whenever it is built.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const HERE = fileURLToPath(new URL("../..", import.meta.url));
const GIT_TIMEOUT_MS = 5000;
/** An app descriptor of ESP-IDF has 32 bytes for it, with a zero at the end. */
const MAX_CHARACTERS = 31;
const DAY_MS = 86_400_000;
/** Without git, and for a commit that says less: the day of src/version.ts. */
const EARLIEST_MS = Date.UTC(2026, 10, 1);

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

/** What git says of the folder `root`; "" where there is no git, or no history. */
function git(root, ...args) {
	// A file in a worktree. Without it git would look in the folders above, whose history is not ours.
	if (!existsSync(join(root, ".git"))) return "";
	// Of a hook, they name another repository.
	const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")));
	const { status, stdout } = spawnSync("git", ["--no-optional-locks", ...args], {
		cwd: root,
		env,
		encoding: "utf8",
		timeout: GIT_TIMEOUT_MS,
		stdio: ["ignore", "pipe", "ignore"],
	});
	return status === 0 ? stdout.trim() : "";
}

/** The version of the program in the folder `root`; never fails for want of git. */
export function programVersion(root = HERE) {
	const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
	const describe = ["describe", "--always", "--long", "--dirty", "--abbrev=7", "--tags", "--match", `v${version}`];
	return versionOf(version, git(root, ...describe));
}

/**
 * The midnight (UTC) a day before the commit that `root` is at, as milliseconds since 1970: no clock that is right shows less, also
 * where that of whoever made the commit was ahead by some hours. SOURCE_DATE_EPOCH (reproducible-builds.org) goes before git.
 */
export function firmwareDateMs(root = HERE) {
	const seconds = Number(process.env.SOURCE_DATE_EPOCH || git(root, "log", "-1", "--format=%ct"));
	const days = Math.floor((seconds * 1000) / DAY_MS) - 1;
	return Math.max(EARLIEST_MS, Number.isSafeInteger(days) ? days * DAY_MS : 0);
}

/** Writes build/version/version.ts, which stands in for src/version.ts in what mcconfig builds. Returns the version. */
export function writeVersionModule(root = HERE, version = programVersion(root)) {
	const path = join(root, "build/version/version.ts");
	const text = [
		"/** Made by boards/tools/version.mjs. */",
		`export const VERSION = ${JSON.stringify(version)};`,
		`export const FIRMWARE_DATE_MS = ${firmwareDateMs(root)};`,
		"",
	].join("\n");
	// Untouched when it is right: make would build it again.
	if (!existsSync(path) || readFileSync(path, "utf8") !== text) {
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, text);
	}
	return version;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) process.stdout.write(`${writeVersionModule()}\n`);
