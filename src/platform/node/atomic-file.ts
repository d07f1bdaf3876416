import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Readable for its owner alone: settings hold passwords. */
const PRIVATE_MODE = 0o600;

function syncDirectory(path: string): void {
	const directory = openSync(dirname(path), "r");
	try {
		fsyncSync(directory);
	} catch {
		// Not every file system can; the rename is still atomic.
	} finally {
		closeSync(directory);
	}
}

/**
 * Replaces a file as a whole: whenever the power goes, the old or the new content is there.
 * @throws the system's error when it cannot be written; the old file then stands. */
export function writeFileAtomically(path: string, content: string): void {
	const temporary = `${path}.${process.pid}.tmp`;
	try {
		const file = openSync(temporary, "w", PRIVATE_MODE);
		try {
			writeFileSync(file, content);
			fsyncSync(file);
		} finally {
			closeSync(file);
		}
		renameSync(temporary, path);
	} catch (error) {
		rmSync(temporary, { force: true });
		throw error;
	}
	syncDirectory(path);
}
