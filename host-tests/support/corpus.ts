import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Folder of the telegrams; see its README.md. */
export const TELEGRAMS = join(import.meta.dirname, "../telegrams");

/** An independent reading as it stands beside a telegram; see host-tests/telegrams/README.md. */
export type ExpectedTelegram = {
	readonly identification: string;
	readonly crc: { readonly printed: string | null; readonly computed: string; readonly ok: boolean | null };
	readonly objects: Readonly<Record<string, readonly string[]>>;
};

export type CorpusTelegram = {
	/** Folder and name, such as `se/aidon-6534-a`. */
	readonly name: string;
	readonly folder: string;
	readonly path: string;
	readonly bytes: Uint8Array;
	readonly expected: ExpectedTelegram;
};

/** Every file of the corpus that is one telegram; `malformed/stream-*` are not. */
export function readCorpus(): CorpusTelegram[] {
	const telegrams: CorpusTelegram[] = [];
	for (const entry of readdirSync(TELEGRAMS, { withFileTypes: true })) {
		if (!entry.isDirectory()) continue;
		for (const file of readdirSync(join(TELEGRAMS, entry.name))) {
			if (!file.endsWith(".txt") || file.startsWith("stream-")) continue;
			const path = join(TELEGRAMS, entry.name, file);
			const expectedPath = path.replace(/\.txt$/, ".expected.json");
			telegrams.push({
				name: `${entry.name}/${file.slice(0, -4)}`,
				folder: entry.name,
				path,
				bytes: readFileSync(path),
				expected: JSON.parse(readFileSync(expectedPath, "utf8")) as ExpectedTelegram,
			});
		}
	}
	return telegrams;
}
