import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { firmwareDateMs, programVersion, versionOf, writeVersionModule } from "../../boards/tools/version.mjs";
import { FIRMWARE_DATE_MS } from "../../src/version.js";

describe("versionOf", () => {
	test.each([
		["no tag yet", "e7d41fa", "0.1.0+ge7d41fa"],
		["files differ", "e7d41fa-dirty", "0.1.0+ge7d41fa.dirty"],
		["the release itself", "v0.1.0-0-ge7d41fa", "0.1.0"],
		["the release, changed", "v0.1.0-0-ge7d41fa-dirty", "0.1.0+ge7d41fa.dirty"],
		["after the release", "v0.1.0-12-ge7d41fa", "0.1.0+ge7d41fa"],
		["git needs more digits", "e7d41fa0b", "0.1.0+ge7d41fa"],
		["no git", "", "0.1.0"],
		["something else", "fatal: not a git repository", "0.1.0"],
	])("%s", (_name, description, expected) => {
		expect(versionOf("0.1.0", description)).toBe(expected);
	});

	test("is never longer than an app descriptor has room for", () => {
		expect(versionOf("10.200.3000-beta.1", "e7d41fa-dirty")).toBe("10.200.3000-beta.1");
	});
});

describe("programVersion", () => {
	let folder: string;
	const path = process.env["PATH"];

	const git = (...args: readonly string[]): string => {
		const identity = ["-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false"];
		const { status, stdout, stderr } = spawnSync("git", [...identity, ...args], { cwd: folder, encoding: "utf8" });
		if (status !== 0) throw new Error(stderr);
		return stdout.trim();
	};
	const commit = (): string => {
		git("init", "--quiet");
		git("add", ".");
		git("commit", "--quiet", "--message", "first");
		return git("rev-parse", "--short=7", "HEAD");
	};

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "p1-version-"));
		writeFileSync(join(folder, "package.json"), '{"version":"1.2.3"}');
	});
	afterEach(() => {
		process.env["PATH"] = path;
		for (const name of ["GIT_DIR", "GIT_COMMITTER_DATE", "SOURCE_DATE_EPOCH"]) delete process.env[name];
		rmSync(folder, { recursive: true });
	});

	test("names the commit, and says when files differ from it", () => {
		const hash = commit();
		expect(programVersion(folder)).toBe(`1.2.3+g${hash}`);
		writeFileSync(join(folder, "new.txt"), "nobody has added this");
		expect(programVersion(folder)).toBe(`1.2.3+g${hash}`);
		writeFileSync(join(folder, "package.json"), '{"version":"1.2.3" }');
		expect(programVersion(folder)).toBe(`1.2.3+g${hash}.dirty`);
	});

	test("is plain for the tag of a release", () => {
		commit();
		git("tag", "v1.2.3");
		expect(programVersion(folder)).toBe("1.2.3");
	});

	test("ignores other tags", () => {
		const hash = commit();
		git("tag", "v1.2.2");
		git("tag", "-a", "nightly", "-m", "nightly");
		expect(programVersion(folder)).toBe(`1.2.3+g${hash}`);
	});

	test("is plain without a history, also inside the repository of something else", () => {
		expect(programVersion(folder)).toBe("1.2.3");
		commit();
		const inner = join(folder, "unpacked");
		mkdirSync(inner);
		writeFileSync(join(inner, "package.json"), '{"version":"4.5.6"}');
		expect(programVersion(inner)).toBe("4.5.6");
	});

	test("is plain where there is no git, or a history that it cannot read", () => {
		commit();
		process.env["PATH"] = "/nonexistent";
		expect(programVersion(folder)).toBe("1.2.3");
		process.env["PATH"] = path;
		writeFileSync(join(folder, ".git/HEAD"), "damaged");
		expect(programVersion(folder)).toBe("1.2.3");
	});

	test("is not misled by a git hook's environment", () => {
		const hash = commit();
		process.env["GIT_DIR"] = "/nonexistent/.git";
		expect(programVersion(folder)).toBe(`1.2.3+g${hash}`);
	});

	test("goes into the module that is built, which stays untouched while it is right", () => {
		expect(writeVersionModule(folder)).toBe("1.2.3");
		const file = join(folder, "build/version/version.ts");
		expect(readFileSync(file, "utf8")).toContain('export const VERSION = "1.2.3";\n');
		const { mtimeMs } = statSync(file, { bigint: false });
		writeVersionModule(folder);
		expect(statSync(file).mtimeMs).toBe(mtimeMs);
		writeVersionModule(folder, "1.2.4");
		expect(readFileSync(file, "utf8")).toContain('"1.2.4"');
	});

	test.each([
		["the midnight a day before the commit", "2027-03-09T23:30:00+00:00", "2027-03-08T00:00:00.000Z"],
		["in UTC, wherever the commit was made", "2027-03-10T00:30:00+02:00", "2027-03-08T00:00:00.000Z"],
		["never before the first version", "2026-10-03T12:00:00+00:00", "2026-11-01T00:00:00.000Z"],
	])("the firmware's date is %s", (_name, committed, expected) => {
		process.env["GIT_COMMITTER_DATE"] = committed;
		commit();
		expect(new Date(firmwareDateMs(folder)).toISOString()).toBe(expected);
		// Of the commit, not of the day on which it is built.
		writeFileSync(join(folder, "new.txt"), "nobody has added this");
		expect(new Date(firmwareDateMs(folder)).toISOString()).toBe(expected);
		writeVersionModule(folder);
		const text = readFileSync(join(folder, "build/version/version.ts"), "utf8");
		expect(text).toContain(`export const FIRMWARE_DATE_MS = ${Date.parse(expected)};\n`);
	});

	test("without git the firmware's date is the one of the source, and a packager may say another", () => {
		expect(firmwareDateMs(folder)).toBe(FIRMWARE_DATE_MS);
		process.env["SOURCE_DATE_EPOCH"] = String(Date.UTC(2028, 0, 2, 15) / 1000);
		expect(new Date(firmwareDateMs(folder)).toISOString()).toBe("2028-01-01T00:00:00.000Z");
		process.env["SOURCE_DATE_EPOCH"] = "soon";
		expect(firmwareDateMs(folder)).toBe(FIRMWARE_DATE_MS);
	});
});
