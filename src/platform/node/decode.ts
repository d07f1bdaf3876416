import { runDecode } from "./decode/decode-command.js";

const BROKEN_PIPE = "EPIPE";

// The reader has seen enough, as with `| head -1`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === BROKEN_PIPE ? 0 : 1));

process.exitCode = await runDecode(process.argv.slice(2), {
	stdin: process.stdin,
	writeOut: (text) =>
		new Promise((resolve) => {
			process.stdout.write(text, () => resolve());
		}),
	writeError: (text) => process.stderr.write(text),
});
