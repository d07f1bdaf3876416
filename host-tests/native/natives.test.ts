import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../src/platform/moddable");
const files = readdirSync(root, { recursive: true, encoding: "utf8" });
const textOf = (ending: string): string =>
	files.flatMap((path) => (path.endsWith(ending) ? [readFileSync(join(root, path), "utf8")] : [])).join("\n");

/** What TypeScript binds, by the name in C, with the parameters of its type. */
const bound = new Map(
	[...textOf(".ts").matchAll(/^export const \w+: \((.*)\) => [^;=]+ =\s+native\(\s*"(xs_\w+)",?\s*\);$/gm)].map(
		([, parameters = "", name = ""]) => [name, parameters],
	),
);
/** The functions for it in C, with their bodies. */
const inC = new Map(
	[...textOf(".c").matchAll(/^void (xs_(?:p1|linux|heap)_\w+)\(xsMachine \*the\)\n\{\n(.*?)^\}$/gms)].map(
		([, name = "", body = ""]) => [name, body],
	),
);

test("every binding is understood", () => {
	expect(bound.size).toBeGreaterThan(40);
	expect(bound.size).toBe(textOf(".ts").match(/native\(\s*"/g)?.length);
});

// Of a board only the linker would tell, which no check here has.
test("what TypeScript binds is in C, and the other way round", () => {
	expect([...bound.keys()].sort()).toEqual([...inC.keys()].sort());
});

/** The last argument that a call of C looks at, by what it says of one. */
const LAST = [
	{ pattern: /xsArg\((\d)\)/g, more: 0 },
	{ pattern: /stateOf\(the, (\d)/g, more: 0 },
	{ pattern: /xsPiece\(the, (\d)/g, more: 2 },
	{ pattern: /strings(Of)\(the/g, more: 1 },
] as const;

// XS lets a function in C read past the last argument.
test.each([...bound].filter(([name]) => name.startsWith("xs_p1_")))(
	"%s(%s): C looks at all arguments, and at no more",
	(name, parameters) => {
		const body = inC.get(name) ?? "";
		const counts = LAST.flatMap(({ pattern, more }) =>
			[...body.matchAll(pattern)].map(([, at]) => (Number(at) || 0) + more + 1),
		);
		expect(Math.max(0, ...counts)).toBe(parameters.match(/\w+: /g)?.length ?? 0);
	},
);
