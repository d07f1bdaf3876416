import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ToolError } from "./firmware.js";

/** Releases that the sources were written for and tried with. */
const SDK_VERSION = "8.2.";
const SDK_TAG = "8.2.3";
/** EXPECTED_ESP_IDF in the SDK's build/devices/esp32/manifest.json. */
const IDF_VERSION = "v6.0";
const DOCS = "docs/build.md has every step.";

export type Toolchain = {
	readonly moddable: string;
	/** Folder of mcconfig. */
	readonly tools: string;
	readonly idf: string;
	readonly idfVersion: string;
};

function findSdk(env: NodeJS.ProcessEnv): Pick<Toolchain, "moddable" | "tools"> {
	const moddable = env["MODDABLE"] ?? "";
	if (moddable === "") {
		throw new ToolError(
			`MODDABLE is not set: install the Moddable SDK ${SDK_TAG}, and set MODDABLE to its folder. ${DOCS}`,
		);
	}
	const file = join(moddable, "tools/VERSION");
	if (!existsSync(file)) throw new ToolError(`MODDABLE is ${moddable}, but no Moddable SDK is there. ${DOCS}`);
	const version = readFileSync(file, "utf8").trim();
	if (!version.startsWith(SDK_VERSION)) {
		throw new ToolError(
			`MODDABLE holds SDK ${version}; this needs ${SDK_VERSION}x: git -C "$MODDABLE" checkout ${SDK_TAG}, and build its ` +
				`tools anew. ${DOCS}`,
		);
	}
	const host = process.platform === "darwin" ? "mac" : "lin";
	const tools = join(moddable, `build/bin/${host}/release`);
	if (!existsSync(join(tools, "mcconfig"))) {
		throw new ToolError(`The SDK's tools are not built: make -C "$MODDABLE/build/makefiles/${host}" release. ${DOCS}`);
	}
	return { moddable, tools };
}

/** A tag or version.txt; "" when neither says it. */
function idfVersionOf(idf: string): string {
	const { status, stdout } = spawnSync("git", ["describe", "--tags", "--abbrev=0"], { cwd: idf, encoding: "utf8" });
	const described = status === 0 ? stdout.trim() : "";
	const file = join(idf, "version.txt");
	return described !== "" || !existsSync(file) ? described : readFileSync(file, "utf8").trim();
}

function findIdf(env: NodeJS.ProcessEnv): Pick<Toolchain, "idf" | "idfVersion"> {
	const idf = env["IDF_PATH"] ?? "";
	if (idf === "") {
		throw new ToolError(
			`IDF_PATH is not set: install ESP-IDF ${IDF_VERSION}, and run: . ~/esp/esp-idf/export.sh. ${DOCS}`,
		);
	}
	if (!existsSync(idf)) throw new ToolError(`IDF_PATH is ${idf}, but nothing is there. ${DOCS}`);
	const idfVersion = idfVersionOf(idf);
	const [major = "", minor = ""] = idfVersion.replace(/^v/, "").split(/[.-]/);
	if (`v${major}.${minor}` !== IDF_VERSION) {
		const found = idfVersion === "" ? "no version that can be told" : idfVersion;
		throw new ToolError(
			`IDF_PATH holds ${found}; SDK ${SDK_TAG} needs ESP-IDF ${IDF_VERSION}. xs-dev installs an older one: ` +
				`git -C "$IDF_PATH" checkout ${IDF_VERSION}, then its install.sh. ${DOCS}`,
		);
	}
	const { error } = spawnSync("idf.py", ["--version"], { env, stdio: "ignore" });
	if (error !== undefined)
		throw new ToolError(`idf.py is not in PATH: run . "$IDF_PATH/export.sh" in this shell. ${DOCS}`);
	return { idf, idfVersion };
}

/** The tools that build a firmware; throws {@link ToolError}, which says what is missing and what to do. */
export function findToolchain(env: NodeJS.ProcessEnv): Toolchain {
	return { ...findSdk(env), ...findIdf(env) };
}

/** Name of Espressif's esptool in PATH; throws {@link ToolError} when there is none. */
export function findEsptool(env: NodeJS.ProcessEnv): string {
	for (const name of ["esptool", "esptool.py"]) {
		if (spawnSync(name, ["version"], { env, stdio: "ignore" }).error === undefined) return name;
	}
	throw new ToolError(`esptool is not in PATH: run . "$IDF_PATH/export.sh", or pip install "esptool>=5". ${DOCS}`);
}
