import { createReadStream } from "node:fs";
import { Command, CommanderError, Option } from "commander";
import { PROFILE_IDS, type ProfileId } from "../../../core/profile.js";
import { explainFileError } from "../file-error.js";
import { decodeStream } from "./decode-stream.js";

/** What the command reads and writes; tests give their own. */
export interface DecodeIo {
	readonly stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean };
	writeOut(text: string): Promise<void>;
	writeError(text: string): void;
}

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

const AFTER_HELP = `
Prints one line of JSON per telegram:
  {"ok":true,"profile":"se","identification":"...","reading":{...}}
  {"ok":false,"error":{"code":"crc-mismatch","offset":691,"expected":"3F8B","actual":"1C02"}}
The exit status is 1 if any telegram or file failed, 2 for a wrong option.

Examples:
  npm run -s decode -- capture.txt
  npm run -s decode -- --obis capture.txt
  cat capture.txt | npm run -s decode`;

/**
 * Runs `decode [--obis] [--profile ID] [FILE...]`.
 * @param args - without the program's name.
 * @returns the exit status: 0, 1 if a telegram was rejected or a file cannot be read, 2 for wrong usage. */
export async function runDecode(args: readonly string[], io: DecodeIo): Promise<number> {
	let help = "";
	const command = new Command("decode")
		.description("Decodes captured P1 telegrams.")
		.argument("[FILE...]", "captures; - or none: standard input")
		.option("--obis", "also list the rows of each telegram by OBIS code", false)
		.addOption(new Option("--profile <id>", "kind of P1 port").choices(["auto", ...PROFILE_IDS]).default("auto"))
		.addHelpText("after", AFTER_HELP)
		.exitOverride()
		.configureOutput({
			writeOut: (text) => {
				help += text;
			},
			writeErr: (text) => io.writeError(text),
		});
	try {
		command.parse(args, { from: "user" });
	} catch (error) {
		if (!(error instanceof CommanderError)) throw error;
		if (help !== "") await io.writeOut(help);
		return error.exitCode === 0 ? 0 : EXIT_USAGE;
	}
	const { obis, profile } = command.opts<{ obis: boolean; profile: ProfileId | "auto" }>();
	const files = command.args.length === 0 ? ["-"] : command.args;
	let hasFailed = false;
	for (const file of files) {
		if (file === "-" && io.stdin.isTTY === true) io.writeError("reading from the terminal: end with Ctrl-D\n");
		try {
			const input = file === "-" ? io.stdin : createReadStream(file);
			const { bad } = await decodeStream(input, { profile, withObis: obis }, io.writeOut);
			if (bad > 0) hasFailed = true;
		} catch (error) {
			hasFailed = true;
			io.writeError(`decode: ${explainFileError(file === "-" ? "standard input" : file, error)}\n`);
		}
	}
	return hasFailed ? EXIT_FAILED : 0;
}
