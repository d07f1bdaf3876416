import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { buildXs, type XsTarget } from "../../host-tests/xs/build-xs-host.js";
import { runDriver, type XsRunOptions, type XsRunResult } from "../../host-tests/xs/run.js";

const INSTALL =
	"install the RISC-V tools (Debian: apt-get install --no-install-recommends " +
	"gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf qemu-system-misc)";

const EMULATOR = "qemu-system-riscv32";

/** Where code and data lie in the memory of QEMU's "virt" machine, which begins at 0x80000000 and has 128 MiB. */
const MEMORY = {
	__flash: "0x80000000",
	__flash_size: "0x00400000",
	__ram: "0x80400000",
	__ram_size: "0x07000000",
	__stack_size: "0x00040000",
};

/**
 * The engine for the instruction set of an ESP32-C3 (rv32imc), without an operating system. `-misa-spec=2.2`, because gcc 12
 * otherwise wants `_zicsr` in -march, which matches no library of Debian's picolibc, and takes the 64-bit one without a word.
 */
export const RISCV_TARGET: XsTarget = {
	name: "xs-riscv",
	compiler: "riscv64-unknown-elf-gcc",
	installHint: INSTALL,
	platformDirectory: fileURLToPath(new URL("./", import.meta.url)),
	compileFlags: ["-O1", "-march=rv32imc", "-mabi=ilp32", "-misa-spec=2.2", "--specs=picolibc.specs"],
	linkFlags: [
		"--oslib=semihost",
		"--crt0=semihost",
		"-lm",
		...Object.entries(MEMORY).map(([symbol, value]) => `-Wl,--defsym=${symbol}=${value}`),
	],
};

/**
 * Runs a driver (as `runOnXs` does) on the emulated chip. `now()` gives instructions retired, the same in every run.
 * @throws as `runOnXs`; when a tool is missing, with a message that says what to install.
 */
export async function runOnRiscv(driverSource: string, options: XsRunOptions = {}): Promise<XsRunResult> {
	requireTools();
	const kernel = await buildXs(RISCV_TARGET);
	return runDriver(driverSource, options, (args) => ({ program: EMULATOR, args: emulatorArguments(kernel, args) }));
}

function emulatorArguments(kernel: string, args: readonly string[]): string[] {
	const escaped = args.map((arg) => `,arg=${arg.replaceAll(",", ",,")}`).join("");
	return [
		...["-machine", "virt", "-bios", "none", "-display", "none", "-monitor", "none", "-serial", "none"],
		...["-icount", "shift=0"], // one instruction per nanosecond of virtual time: makes the instruction counter exact
		// The machine's one console, which carries what it says on stderr too.
		...["-chardev", "stdio,id=console", "-semihosting-config", `enable=on,target=native,chardev=console${escaped}`],
		...["-kernel", kernel],
	];
}

function requireTools(): void {
	const compiler = [RISCV_TARGET.compiler, "--specs=picolibc.specs", "-print-multi-directory"] as const;
	const emulator = [EMULATOR, "--version"] as const;
	for (const [program, ...args] of [compiler, emulator]) {
		const { error, status } = spawnSync(program, args);
		if (error !== undefined || status !== 0) {
			throw new Error(`"${program} ${args.join(" ")}" does not work on this machine. To run this, ${INSTALL}.`);
		}
	}
}
