import Resource from "Resource";
import { type PageFile, parsePageFile } from "../../publishers/page/page-file.js";

/** As the manifest has it; npm run build:web makes it. */
const NAME = "page.http";

/** The page for browsers, as it lies in flash: nothing of its body is copied. */
export function openPage(): PageFile {
	return parsePageFile(new Uint8Array(new Resource(NAME)));
}
