import type { Log } from "../../../ports/log.js";
import { type PageFile, parsePageFile } from "../../../publishers/page/page-file.js";

/** What web/build.mjs has; it is loaded when it is needed, because it wants what only `npm ci` installs. */
type PageBuild = { readPage(): Promise<Uint8Array> };

const BUILD = new URL("../../../../web/build.mjs", import.meta.url).href;

/**
 * The page for browsers: the one that was built before, or built now if its sources are newer, which takes about a second.
 * @returns undefined when it cannot be built, which is warned of: everything else works without it. */
export async function loadPage(log: Log): Promise<PageFile | undefined> {
	try {
		const build = (await import(BUILD)) as PageBuild;
		return parsePageFile(await build.readPage());
	} catch (error) {
		const detail = error instanceof Error ? error.message : String(error);
		log.warn(`the page for browsers is missing (${detail.split("\n", 1)[0]}): run npm ci, then start this again`);
		return undefined;
	}
}
