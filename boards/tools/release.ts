// `npm run release [-- BOARD...]` collects what `npm run build` made into build/release: images, a page that flashes them from a
// browser, and checksums. The same images make the same bytes.
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Board } from "./board.js";
import { firmwareFolder, readBoard, runAsProgram, type ToolContext } from "./build.js";
import { boardNames, CHIP_NAMES, imageName, judgeFirmware, partsOf, slotBytesOf, ToolError } from "./firmware.js";

/** The page's script: its major version is fixed, as its documentation asks (https://esphome.github.io/esp-web-tools/). */
const WEB_TOOLS = "https://unpkg.com/esp-web-tools@10/dist/web/install-button.js?module";
/** After the first flash, for the firmware to answer Improv over serial: ESP Web Tools' own default. */
const IMPROV_WAIT_S = 10;

type BoardRelease = { readonly board: Board; readonly version: string; readonly files: readonly string[] };

/** Name of a file of a board in the release: the app keeps its name, since that is what updates take. */
function releaseName(board: Board, file: string): string {
	return file === imageName(board.name) ? file : `p1-dongle-${board.name}-${file.replaceAll("_", "-")}`;
}

/** What ESP Web Tools reads; one for each board, since it tells boards by their chip only. */
export function webManifest(board: Board, version: string, partitions: string): object {
	return {
		name: `p1-dongle for ${board.title}`,
		version,
		new_install_prompt_erase: true,
		new_install_improv_wait_time: IMPROV_WAIT_S,
		builds: [
			{
				chipFamily: CHIP_NAMES[board.chip].family,
				parts: partsOf(board, partitions).map(({ file, offset }) => ({ path: releaseName(board, file), offset })),
			},
		],
	};
}

function escapeHtml(text: string): string {
	return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

/** A page with a button for each board. */
export function installPage(releases: readonly Pick<BoardRelease, "board" | "version">[]): string {
	const version = escapeHtml(releases[0]?.version ?? "");
	const items = releases.map(({ board: { name, title } }) => {
		const button = `<esp-web-install-button manifest="manifest-${name}.json"></esp-web-install-button>`;
		return `<li><h2>${escapeHtml(title)}</h2>${button}<p>For updates: <a href="${imageName(name)}">${imageName(name)}</a></li>`;
	});
	return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>Install p1-dongle ${version}</title>
<script type="module" src="${WEB_TOOLS}"></script>
<h1>Install p1-dongle ${version}</h1>
<p>Connect the board by USB, not to the meter, and choose it below. This needs Chrome or Edge on a computer. When no port is
found, hold BOOT while you plug the cable in.</p>
<ul>
${items.join("\n")}
</ul>
<p><a href="SHA256SUMS">SHA256SUMS</a></p>
</html>
`;
}

function collect(root: string, name: string, out: string): BoardRelease {
	const board = readBoard(root, name);
	const folder = firmwareFolder(root, name);
	const partitions = readFileSync(join(root, "boards", name, "partitions.csv"), "utf8");
	const parts = partsOf(board, partitions);
	for (const { file } of parts) {
		if (!existsSync(join(folder, file)))
			throw new ToolError(`build/firmware/${name} has no ${file}: npm run build -- ${name}`);
	}
	const version = judgeFirmware(board, readFileSync(join(folder, imageName(name))), slotBytesOf(partitions));
	for (const { file } of parts) copyFileSync(join(folder, file), join(out, releaseName(board, file)));
	const manifest = `manifest-${name}.json`;
	writeFileSync(join(out, manifest), `${JSON.stringify(webManifest(board, version, partitions), undefined, 2)}\n`);
	return { board, version, files: [...parts.map(({ file }) => releaseName(board, file)), manifest] };
}

/** Collects a release of the boards in `args`, by default of all that were built; throws {@link ToolError}. */
export function makeRelease(args: readonly string[], { root, write }: ToolContext): void {
	const isBuilt = (name: string): boolean => existsSync(firmwareFolder(root, name));
	const names = args.length > 0 ? [...args].sort() : boardNames(join(root, "boards")).filter(isBuilt);
	if (names.length === 0) throw new ToolError("Nothing was built: npm run build -- BOARD");
	const out = join(root, "build/release");
	rmSync(out, { recursive: true, force: true });
	mkdirSync(out, { recursive: true });
	const releases = names.map((name) => collect(root, name, out));
	const versions = new Set(releases.map(({ version }) => version));
	if (versions.size > 1)
		throw new ToolError(`The boards were built from ${[...versions].join(" and ")}: build all of them again.`);
	writeFileSync(join(out, "index.html"), installPage(releases));
	const files = [...releases.flatMap(({ files: each }) => each), "index.html"].sort();
	const lines = files.map((file) => {
		const digest = createHash("sha256")
			.update(readFileSync(join(out, file)))
			.digest("hex");
		return `${digest}  ${file}\n`;
	});
	writeFileSync(join(out, "SHA256SUMS"), lines.join(""));
	const [version = ""] = versions;
	if (version.includes("+"))
		write(`${version} is no release: tag a clean commit v${version.split("+")[0]}, and build again.\n`);
	write(`build/release: ${files.length + 1} files of ${version} for ${names.join(", ")}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) runAsProgram(makeRelease);
