import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const MANIFEST = JSON.parse(readFileSync(join(ROOT, "manifest.json"), "utf8")) as {
	readonly modules: Readonly<Record<string, string | readonly string[]>>;
	readonly preload: readonly string[];
	readonly strip: readonly string[];
	readonly platforms: { readonly "esp32/*": { readonly modules: { readonly "~": readonly string[] } } };
};
interface Excluding {
	readonly modules: { readonly "~": readonly string[] };
}
const ONE_MODULE: Excluding = JSON.parse(readFileSync(join(ROOT, "one-module.json"), "utf8"));
const LINUX: Excluding = JSON.parse(readFileSync(join(ROOT, "boards/linux/manifest.json"), "utf8"));
/** Folders with a manifest of their own name their modules themselves. */
const hasOwnManifest = (path: string): boolean => existsSync(join(ROOT, dirname(path), "manifest.json"));

/** Every source file that the program on this chip needs; what the SDK brings is left out. */
async function reachable(chip: "linux" | "esp32"): Promise<string[]> {
	const { metafile } = await build({
		absWorkingDir: ROOT,
		entryPoints: ["src/main.ts"],
		bundle: true,
		write: false,
		metafile: true,
		format: "esm",
		logLevel: "silent",
		external: ["embedded:*", "Resource", "crypt", "timer", "time", "net", "mc/*"],
		plugins: [
			{
				name: "chip",
				setup({ onResolve }) {
					onResolve({ filter: /^platform\/moddable\/chip\// }, ({ path }) => ({
						path: join(ROOT, "src", `${path.replace("/chip/", `/${chip}/`)}.ts`),
					}));
				},
			},
		],
	});
	return Object.keys(metafile.inputs);
}

/** The specifier that XS finds a source file by: its path in src, with one name for either chip. */
function specifierOf(path: string, chip: string): string {
	return path
		.replace(/^src\//, "")
		.replace(/\.ts$/, "")
		.replace(`platform/moddable/${chip}/`, "platform/moddable/chip/");
}

describe("manifest.json", () => {
	const listed = MANIFEST.modules;
	const excluded = [listed["~"] ?? []].flat();

	test.each(["linux", "esp32"] as const)("names every module that the program on %s imports", async (chip) => {
		const missing = (await reachable(chip)).filter((path) => {
			const specifier = specifierOf(path, chip);
			if (specifier.startsWith("platform/moddable/chip/") || hasOwnManifest(path)) return false;
			const isExcluded = excluded.includes(`./${path.replace(/\.ts$/, "")}`);
			return isExcluded || !(specifier in listed || `${dirname(specifier)}/*` in listed);
		});
		expect(missing, "add their folders to modules in manifest.json").toEqual([]);
	});

	test("leaves out only what is there", () => {
		const isThere = (path: string): boolean => [".ts", ".json"].some((ending) => existsSync(join(ROOT, path + ending)));
		expect(excluded.filter((path) => !isThere(path))).toEqual([]);
	});

	test("every folder that it names is there and mirrors the specifier", () => {
		for (const [specifier, source] of Object.entries(listed)) {
			if (!specifier.endsWith("/*") || typeof source !== "string") continue;
			expect(source).toBe(`./src/${specifier}`);
			expect(existsSync(join(ROOT, dirname(source)))).toBe(true);
		}
	});

	test("preloads the program itself, and everything with it", () => {
		expect(MANIFEST.preload).toEqual(["main"]);
	});

	describe("strip", () => {
		// Whoever calls what was stripped ends the program, at run time.
		const callers = async (call: RegExp): Promise<string[]> =>
			(await reachable("esp32")).filter((path) => call.test(readFileSync(join(ROOT, path), "utf8"))).sort();

		test("names iterator helpers, which the types of the device's code do not have, and what is looked for below", () => {
			const [unused, ...named] = MANIFEST.strip;
			expect(unused).toBe("*");
			expect(named.filter((name) => !name.startsWith("Iterator"))).toEqual([
				"Array.of",
				"Array.prototype.copyWithin",
				"Array.prototype.lastIndexOf",
				"String.raw",
				"TypedArray.prototype.lastIndexOf",
			]);
			const base = JSON.parse(readFileSync(join(ROOT, "tsconfig.base.json"), "utf8")) as {
				compilerOptions: { lib: string[] };
			};
			expect(base.compilerOptions.lib, "es2025 and esnext have iterator helpers").toEqual(["es2022"]);
		});

		test.each([
			["Array.of and String.raw, which nothing calls", /\b(?:Array\.of|String\.raw)\b/, []],
			[
				"lastIndexOf of texts",
				/\.lastIndexOf\(/,
				["src/services/access/host-names.ts", "src/services/settings/source.ts"],
			],
			[
				"copyWithin of typed arrays",
				/\.copyWithin\(/,
				[
					"src/core/decoder.ts",
					"src/http/output-buffer.ts",
					"src/http/request-receiver.ts",
					"src/platform/moddable/mqtt-socket.ts",
					"src/publishers/mqtt/reading-source.ts",
					"src/services/improv/packets.ts",
				],
			],
		])("leaves %s", async (_, call, files) => {
			expect(await callers(call), "look at a new caller, then add it here").toEqual(files);
		});
	});

	const native = (name: string): string => `src/platform/moddable/native/${name}/${name}.ts`;
	test.each([
		[
			"esp32",
			MANIFEST.platforms["esp32/*"].modules["~"],
			["console", "device-control", "password-hash", "wifi-control", "xs-heap"].map(native),
		],
		[
			"linux",
			LINUX.modules["~"].map((path) => path.replace("../../", "./")),
			["src/platform/moddable/linux/native.ts", ...["password-hash", "xs-heap"].map(native)],
		],
	] as const)(
		"%s: the main module is the whole program, beside it only what has C of its own",
		async (chip, own, withC) => {
			const excludedThere = [...ONE_MODULE.modules["~"], ...own];
			const kept = (await reachable(chip)).filter((path) => {
				const file = `./${path.replace(/\.ts$/, "")}`;
				return (
					path.startsWith("src/") &&
					path !== "src/version.ts" &&
					!excludedThere.includes(file) &&
					!excludedThere.includes(`${dirname(file)}/*`)
				);
			});
			expect(kept.sort()).toEqual(["src/main.ts", ...withC]);
		},
	);
});
