import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ToolContext } from "../../boards/tools/build.js";
import { type FirmwareImageOptions, firmwareImage } from "./firmware-image.js";

const PROJECT = join(import.meta.dirname, "../..");

/** A project of two boards, an SDK and an ESP-IDF that only write down what they were asked. */
export class FirmwareTools {
	readonly folder = mkdtempSync(join(tmpdir(), "p1-firmware-"));
	readonly root = join(this.folder, "project");
	readonly sdk = join(this.folder, "sdk");
	readonly idf = join(this.folder, "idf");
	readonly bin = join(this.folder, "bin");
	readonly env: NodeJS.ProcessEnv;
	output = "";

	constructor() {
		this.write("project/package.json", '{"version":"1.2.3"}');
		this.write("project/boards/linux/check-types.mjs", "");
		this.write("project/web/build.mjs", "");
		for (const board of ["xiao-esp32c3", "esp32-devkit"]) {
			cpSync(join(PROJECT, "boards", board), join(this.root, "boards", board), { recursive: true });
		}
		const host = process.platform === "darwin" ? "mac" : "lin";
		this.write("sdk/tools/VERSION", "8.2.3\n");
		this.script(join("sdk/build/bin", host, "release/mcconfig"), this.#mcconfig());
		this.script("bin/idf.py", "");
		this.script("bin/esptool", `for each in "$@"; do echo "$each"; done > "${this.folder}/esptool.txt"\n`);
		this.tagIdf("v6.0");
		const env = { MODDABLE: this.sdk, IDF_PATH: this.idf, PATH: `${this.bin}:${process.env["PATH"] ?? ""}` };
		this.env = { ...process.env, ...env };
	}

	/** For a tool; with other values of the environment, undefined for none. */
	context(env: Readonly<Record<string, string | undefined>> = {}): ToolContext {
		return {
			root: this.root,
			env: { ...this.env, ...env },
			write: (text) => {
				this.output += text;
			},
		};
	}

	write(path: string, content: string | Uint8Array): void {
		mkdirSync(dirname(join(this.folder, path)), { recursive: true });
		writeFileSync(join(this.folder, path), content);
	}

	script(path: string, text: string): void {
		this.write(path, "");
		writeFileSync(join(this.folder, path), `#!/bin/sh\n${text}`, { mode: 0o755 });
		spawnSync("chmod", ["755", join(this.folder, path)]);
	}

	read(path: string): string {
		return readFileSync(join(this.folder, path), "utf8");
	}

	has(path: string): boolean {
		return existsSync(join(this.folder, path));
	}

	/** Lines of arguments that a stand-in was called with. */
	arguments(tool: "mcconfig" | "esptool"): string[] {
		return this.read(`${tool}.txt`).trim().split("\n");
	}

	/** The repository of ESP-IDF, at another version. */
	tagIdf(tag: string): void {
		rmSync(this.idf, { recursive: true, force: true });
		mkdirSync(this.idf);
		const identity = ["-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false"];
		for (const args of [
			["init", "-q"],
			["commit", "-q", "--allow-empty", "-m", tag],
			["tag", tag],
		]) {
			spawnSync("git", [...identity, ...args], { cwd: this.idf });
		}
	}

	/** What the next build makes. */
	image(options: FirmwareImageOptions = {}): void {
		this.write("next.bin", firmwareImage({ version: "1.2.3", ...options }));
	}

	/** What a build of a board leaves, without a build. */
	built(board: string, options: FirmwareImageOptions = {}): void {
		const folder = `project/build/firmware/${board}`;
		this.write(`${folder}/p1-dongle-${board}.bin`, firmwareImage({ version: "1.2.3", board, ...options }));
		for (const file of ["bootloader", "partition-table", "ota_data_initial"]) {
			this.write(`${folder}/${file}.bin`, `${file} of ${board}`);
		}
	}

	close(): void {
		rmSync(this.folder, { recursive: true });
	}

	/** Makes what ESP-IDF would, of next.bin; fails or makes nothing where that is missing. */
	#mcconfig(): string {
		return `for each in "$@"; do echo "$each"; done > "${this.folder}/mcconfig.txt"
board=$(basename "$(echo "$3" | cut -d: -f2)")
out="$7/bin/esp32/$board/release/project"
mkdir -p "$out"
for each in bootloader partition-table ota_data_initial; do echo "$each" > "$out/$each.bin"; done
test -f "${this.folder}/fail" && exit 1
test -f "${this.folder}/next.bin" && cp "${this.folder}/next.bin" "$out/xs_esp32.bin"
exit 0
`;
	}
}
