// `npm run check:native`: compilers and static analysis over the C modules. A tool that is absent is named in one line
// ("skipped: no cppcheck"); any finding ends with exit code 1. With IDF_PATH and MODDABLE set, the modules are also compiled
// for the ESP32-C3 and the ESP32-C6 against the real headers.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const native = join(root, "src/platform/moddable/native");
const work = mkdtempSync(join(tmpdir(), "p1-check-native-"));
const WARNINGS = ["-std=gnu17", "-Wall", "-Wextra", "-Werror"];
const RISCV = "riscv64-unknown-elf-gcc";
const PICOLIBC = "/usr/lib/picolibc/riscv64-unknown-elf/include";
const RV32 = ["-Os", "-march=rv32imc_zicsr_zifencei", "-mabi=ilp32", "-isystem", PICOLIBC];
let failed = 0;

const has = (command) => spawnSync(command, ["--version"]).error === undefined;

function run(what, command, args) {
	const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", cwd: root });
	const ok = status === 0;
	process.stdout.write(`${ok ? "ok" : "FAILED"}: ${what}\n`);
	if (ok) return;
	failed += 1;
	process.stdout.write(`${stdout}${stderr}`);
}

// ESP-IDF keeps headers in <component>/include, .../<chip>/include, .../register and a few platform folders.
function idfIncludes(idf, chip) {
	const components = join(idf, "components");
	const folders = [components];
	const inner = [
		"include",
		`${chip}/include`,
		`${chip}/register`,
		"platform_port/include",
		"platform_include",
		"local",
	];
	for (const component of readdirSync(components)) {
		if (component === "lwip" || component === "mbedtls" || component === "linux") continue;
		for (const folder of inner) folders.push(join(components, component, folder));
	}
	const freertos = join(components, "freertos");
	folders.push(
		join(components, `esp_rom/${chip}/include/${chip}`),
		join(freertos, "config/include"),
		join(freertos, "config/include/freertos"),
		join(freertos, "config/riscv/include"),
		join(freertos, "FreeRTOS-Kernel/include"),
		join(freertos, "FreeRTOS-Kernel/portable/riscv/include"),
		join(freertos, "FreeRTOS-Kernel/portable/riscv/include/freertos"),
		join(freertos, "esp_additions/include"),
		join(components, "wpa_supplicant/esp_supplicant/include"),
	);
	return folders.filter((folder) => existsSync(folder)).flatMap((folder) => ["-isystem", folder]);
}

function checkAgainstIdf(name, source) {
	const { IDF_PATH: idf, MODDABLE: moddable } = process.env;
	if (!idf || !moddable || !existsSync(join(idf, "components/esp_driver_uart"))) {
		process.stdout.write(`skipped: no IDF_PATH with MODDABLE, so ${name} meets our fakes only\n`);
		return;
	}
	const sdk = [
		"xs/includes",
		"xs/platforms/esp",
		"modules/io/common",
		"modules/base/timer",
		"modules/base/instrumentation",
		"modules/crypt/digest/kcl",
	];
	for (const chip of ["esp32c3", "esp32c6"]) {
		const upper = chip.toUpperCase();
		run(`${name}: RISC-V gcc against ESP-IDF's headers for the ${chip}`, RISCV, [
			...["-c", ...WARNINGS, ...RV32, "-D__ets__", "-DESP32=4", "-DESP_PLATFORM", `-DkCPU${upper}=1`],
			...[`-DCONFIG_IDF_TARGET_${upper}=1`, "-DRVHAL_EXCM_LEVEL_CLIC=0"],
			...["-I", join(root, "host-tests/native/idf-stubs")],
			...sdk.flatMap((folder) => ["-isystem", join(moddable, folder)]),
			...idfIncludes(idf, chip),
			...[source, "-o", join(work, `${name}-${chip}.o`)],
		]);
	}
}

for (const folder of readdirSync(native)) {
	const fake = join(root, "host-tests/native", folder, "fake");
	if (!existsSync(fake)) continue;
	const fakes = ["-I", fake, "-I", join(root, "host-tests/native/fake")];
	for (const file of readdirSync(join(native, folder)).filter((file) => file.endsWith(".c"))) {
		const name = basename(file, ".c");
		const source = join(native, folder, file);
		if (has("gcc")) {
			const analyzer = ["-c", "-O1", "-fanalyzer", ...WARNINGS, ...fakes];
			run(`${name}: gcc -fanalyzer`, "gcc", [...analyzer, source, "-o", join(work, `${name}.o`)]);
		} else process.stdout.write("skipped: no gcc\n");
		if (has("cppcheck"))
			run(`${name}: cppcheck`, "cppcheck", [
				...["--quiet", "--std=c11", "--enable=warning,performance,portability", "--error-exitcode=1", "--inline-suppr"],
				...["--suppress=missingIncludeSystem", "-D__GNUC__=12", ...fakes, source],
			]);
		else process.stdout.write("skipped: no cppcheck\n");
		if (has(RISCV) && existsSync(PICOLIBC)) {
			run(`${name}: RISC-V gcc`, RISCV, ["-c", ...WARNINGS, ...RV32, ...fakes, source, "-o", join(work, `${name}.o`)]);
			checkAgainstIdf(name, source);
		} else process.stdout.write(`skipped: no ${RISCV} with picolibc\n`);
	}
}
rmSync(work, { recursive: true });
process.exitCode = failed > 0 ? 1 : 0;
