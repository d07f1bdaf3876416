import { describe, expect, test } from "vitest";
import {
	compactProgram,
	exposePrivateNames,
	inlineConstants,
	keepFunctions,
	moveFields,
	useArrows,
} from "../../boards/tools/compact.mjs";

/** What the program puts into `result`. */
async function run(code: string): Promise<unknown> {
	const module: { result: unknown } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
	return module.result;
}

const PROGRAMS: Readonly<Record<string, string>> = {
	"private members of every kind": `
		class Counter {
			#count = 1;
			static #made = 0;
			constructor() { Counter.#made++; }
			get #twice() { return this.#count * 2; }
			#add(by) { this.#count += by; return this; }
			run() { return [this.#add(4).#twice, Counter.#made, other?.#count]; }
		}
		const other = undefined;
		export const result = new Counter().run();`,
	"a class that extends another keeps its own private members": `
		class Base { #name = "base"; baseName() { return this.#name; } }
		class Derived extends Base { #name = "derived"; constructor() { super(); this.extra = 1; } names() { return [this.#name, this.baseName(), this.extra]; } }
		class Third extends Derived { #name = "third"; all() { return [this.#name, ...this.names()]; } }
		export const result = new Third().all();`,
	"a class in a class reaches the outer one's members": `
		class Outer {
			#secret = 7;
			inner() { const outer = this; return new (class Inner { #own = 1; sum() { return this.#own + outer.#secret; } })().sum(); }
		}
		export const result = new Outer().inner();`,
	"fields that use what the constructor hides": `
		const size = 3;
		class Box { list = new Array(size).fill(0); constructor(size) { this.size = size; } }
		export const result = [new Box(9).list.length, new Box(9).size];`,
	"fields in the order in which they stand, before the constructor's own statements": `
		const seen = [];
		const note = (what) => { seen.push(what); return what; };
		class Base { first = note("first"); constructor() { note("base"); } }
		class Derived extends Base { second = note("second"); third; constructor() { note("before"); super(); note("after"); } }
		const made = new Derived();
		export const result = [seen, "third" in made, made.first, made.second];`,
	"fields whose values are functions of the object": `
		class Button { presses = 0; press = () => ++this.presses; }
		const { press } = new Button();
		press();
		export const result = press();`,
	"functions that are called before they stand, and call each other": `
		export const result = [even(10), nested()];
		function even(n) { return n === 0 || odd(n - 1); }
		function odd(n) { return n !== 0 && even(n - 1); }
		function nested() { return inner(); function inner() { return "inner"; } }`,
	"numbers and texts with names, some of them hidden or in places where a name is none": `
		const LIMIT = 60 * 1000, TOP = -5;
		const DEPTH = -3;
		const WIDTH = 2;
		const hidden = 4;
		const TITLE = "a title";
		const WORD = "word";
		const use = (hidden) => hidden + WIDTH ** 2;
		class Size { WIDTH = WIDTH; [WORD] = WORD; DEPTH() { return 2 - DEPTH; } }
		const { WIDTH: given = DEPTH, ...rest } = { WIDTH, DEPTH, TOP };
		export const result = [LIMIT, TITLE, use(1), hidden, { ...new Size() }, new Size().DEPTH(), given, rest, { WIDTH: 1 }.WIDTH];`,
	"functions with a this, arguments or objects of their own": `
		function Point(x) { this.x = x; }
		function count() { return arguments.length; }
		function outer() { return [1, 2].map(function () { return count(1, 2); }); }
		function* steps() { yield 1; yield 2; }
		export const result = [new Point(4).x, outer(), [...steps()]];`,
};

describe.each([
	["keepFunctions", (code: string) => keepFunctions(code)],
	["exposePrivateNames", exposePrivateNames],
	["moveFields", moveFields],
	["useArrows", useArrows],
	["inlineConstants", inlineConstants],
	["compactProgram", (code: string) => compactProgram(code)],
] as const)("%s changes nothing that a program does:", (_, rewrite) => {
	test.each(Object.entries(PROGRAMS))("%s", async (_name, code) => {
		expect(await run(await rewrite(code))).toEqual(await run(code));
	});
});

describe("compactProgram", () => {
	const program = Object.values(PROGRAMS)[0] ?? "";

	test("leaves no private name", async () => {
		expect(await compactProgram(program)).not.toContain("#");
	});

	test("leaves no function of a class's fields", async () => {
		expect(await compactProgram("export class Box { width = 1; constructor() { this.height = 2; } }")).toMatch(
			/constructor\(\)\{this\.width=1[,;]this\.height=2;?\}/,
		);
	});

	test("leaves no function that needs none", async () => {
		expect(await compactProgram("export const f = twice; function twice(x) { return 2 * x; }")).not.toContain(
			"function",
		);
	});

	test("makes no function at each call of another, but in the places that are run rarely", async () => {
		const code =
			"const total = (list) => { let sum = 0; for (const x of list) sum += x; return sum; }; export const f = (list) => total(list) + 1;";
		const functionsIn = (text: string): number => text.split("=>").length - 1;
		expect(await compactProgram(code)).not.toMatch(/=>\s*\(?\(/);
		expect(functionsIn(await compactProgram(code))).toBe(2);
		expect(await compactProgram(code, [{ start: 0, end: code.length }])).toMatch(/=>\s*\(?\(/);
	});

	test("refuses a question for a private name, which it could not answer", async () => {
		const question = "export class Box { #lid; static is(thing) { return #lid in thing; } }";
		await expect(compactProgram(question)).rejects.toThrow("#lid in");
	});

	test("refuses a class that has private members and extends what it does not see", async () => {
		const another =
			'import { Base } from "elsewhere"; export class Box extends Base { #lid = 1; open() { return this.#lid; } }';
		await expect(compactProgram(another)).rejects.toThrow("Box extends Base, which is no class above it");
	});

	test("refuses a text that is no program", async () => {
		await expect(compactProgram("const = 1;")).rejects.toThrow();
	});
});
