import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A C harness compiled with AddressSanitizer and UBSan; each scenario runs in a process of its own. */
export interface NativeHarness {
	/** Empty when there is no C compiler. */
	readonly scenarios: readonly string[];
	/** Returns what the scenario wrote to standard error, "" when it passed. */
	run(scenario: string): string;
	close(): void;
}

/**
 * Compiles `host-tests/native/<name>/harness.c`, which includes the C source of `src/platform/moddable/native/<name>`.
 * Throws with the compiler's output when it does not compile without a warning.
 * @param defines - Of the preprocessor, each with its -D.
 */
export function compileHarness(name: string, defines: readonly string[] = []): NativeHarness {
	if (spawnSync("cc", ["--version"]).error !== undefined) {
		process.stdout.write(`skipped: no cc, so the harness of ${name} does not run\n`);
		return { scenarios: [], run: () => "", close: () => undefined };
	}
	const directory = mkdtempSync(join(tmpdir(), "p1-native-"));
	const program = join(directory, "harness");
	const folder = join(root, "host-tests/native", name);
	execFileSync(
		"cc",
		[
			...["-std=gnu17", "-g", "-O1", "-Wall", "-Wextra", "-Werror"],
			...["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"],
			...[
				"-I",
				join(folder, "fake"),
				"-I",
				join(root, "host-tests/native/fake"),
				"-I",
				join(root, "host-tests/native"),
				"-I",
				join(root, "src/platform/moddable/native", name),
			],
			...[...defines, join(folder, "harness.c"), "-o", program],
		],
		{ stdio: ["ignore", "inherit", "inherit"] },
	);
	return {
		scenarios: execFileSync(program, { encoding: "utf8" }).trim().split("\n"),
		run(scenario) {
			const { status, signal, stderr } = spawnSync(program, [scenario], { encoding: "utf8" });
			return status === 0 ? stderr : `${stderr}\nstatus ${status}, signal ${signal}`;
		},
		close: () => rmSync(directory, { recursive: true }),
	};
}
