// `npm run check:boards` checks every board, or those named: `npm run check:boards -- xiao-esp32c3`.
// `npm run boards` first writes what derives from each board.json.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Board, Finding } from "./board.js";
import { generateBoard } from "./generate.js";
import { checkPartitions, parsePartitions } from "./partitions.js";
import { checkPins, parseBoard } from "./rules.js";
import { checkBuilds, unknownOptions } from "./sdk.js";

const readIfThere = (path: string) => (existsSync(path) ? readFileSync(path, "utf8") : undefined);

/** The board of a folder, or why there is none. */
export function loadBoard(directory: string, name: string): ReturnType<typeof parseBoard> {
	try {
		return parseBoard(JSON.parse(readFileSync(join(directory, name, "board.json"), "utf8")), name);
	} catch (error) {
		return { ok: false, findings: [{ rule: "schema", message: `board.json: ${String(error)}` }] };
	}
}

/** Writes every derived file of a board. */
export function writeBoard(directory: string, board: Board): void {
	const folder = join(directory, board.name);
	for (const [path, content] of generateBoard(board, readIfThere(join(folder, "README.md")))) {
		mkdirSync(dirname(join(folder, path)), { recursive: true });
		writeFileSync(join(folder, path), content);
	}
}

/** Everything that is wrong with a board and can be seen without the SDK. */
export function checkBoard(directory: string, board: Board): Finding[] {
	const folder = join(directory, board.name);
	const findings = checkPins(board);
	for (const [path, content] of generateBoard(board, readIfThere(join(folder, "README.md"))))
		if (readIfThere(join(folder, path)) !== content)
			findings.push({ rule: "stale", message: `${path} is not what board.json makes: npm run boards` });
	try {
		const table = parsePartitions(readFileSync(join(folder, "partitions.csv"), "utf8"));
		findings.push(...checkPartitions(table, board.flashBytes));
	} catch (error) {
		findings.push({ rule: "partition-syntax", message: String(error) });
	}
	return findings;
}

function main(): void {
	const directory = fileURLToPath(new URL("..", import.meta.url));
	const chosen = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));
	const names = readdirSync(directory)
		.filter((name) => existsSync(join(directory, name, "board.json")))
		.filter((name) => chosen.length === 0 || chosen.includes(name));
	if (names.length === 0) throw new Error(`no board is called ${chosen.join(" or ")}`);
	const boards: Board[] = [];
	let failed = false;
	for (const name of names) {
		const loaded = loadBoard(directory, name);
		if (loaded.ok && process.argv.includes("--write")) writeBoard(directory, loaded.board);
		const findings = loaded.ok ? checkBoard(directory, loaded.board) : loaded.findings;
		for (const { rule, message } of findings) process.stdout.write(`${name}: ${rule}: ${message}\n`);
		if (findings.length === 0) process.stdout.write(`${name}: ok\n`);
		failed ||= findings.length > 0;
		if (loaded.ok) boards.push(loaded.board);
	}
	if (!failed && !process.argv.includes("--write")) {
		const unknown = unknownOptions(directory, boards);
		for (const line of unknown) process.stdout.write(`${line}\n`);
		failed = !checkBuilds(directory, boards) || unknown.length > 0;
	}
	process.exitCode = failed ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main();
