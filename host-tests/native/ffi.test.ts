import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const native = new URL("../../src/platform/moddable/native/", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, native), "utf8");

interface FfiManifest {
	readonly ffi?: { readonly functions: Record<string, { arguments?: string[]; returns: string }> };
}

const functions = ["device-control", "wifi-control", "password-hash", "console"].flatMap((name) => {
	const manifest: FfiManifest = JSON.parse(read(`${name}/manifest.json`));
	return Object.entries(manifest.ffi?.functions ?? {}).map(([symbol, signature]) => ({ name, symbol, signature }));
});
const tsType = (type: string) => {
	if (type.endsWith("*")) return type.includes("char") ? "string" : "ArrayBuffer";
	return type === "void" ? "void" : "number";
};

test.each(functions)("$symbol has one signature in C, manifest and declaration", ({ name, symbol, signature }) => {
	const parameters = signature.arguments ?? [];
	const inC = parameters.map((type) => type.replace("*", " \\*")).join(" \\w+, ");
	const result = signature.returns.replace("*", " \\*");
	const space = signature.returns.endsWith("*") ? "" : " ";
	const list = parameters.length === 0 ? "void" : `${inC}${inC.endsWith("*") ? "" : " "}\\w+`.replaceAll("\\* ", "\\*");
	expect(read(`${name}/${name}.c`)).toMatch(new RegExp(`^${result}${space}${symbol}\\(${list}\\);$`, "m"));
	const inTs = parameters.map((type, index) => `arg${index}: ${tsType(type)}`).join(", ");
	expect(read("mc-ffi.d.ts")).toContain(`\t\t${symbol}(${inTs}): ${tsType(signature.returns)};\n`);
});

test("the declaration holds nothing that no manifest exports", () => {
	const declared = read("mc-ffi.d.ts").match(/p1_\w+/g) ?? [];
	expect(declared.sort()).toEqual(functions.map(({ symbol }) => symbol).sort());
	expect(readdirSync(native)).toContain("mc-ffi.d.ts");
});
