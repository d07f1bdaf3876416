import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type PasswordInput, setPassword } from "../../../../src/platform/node/app/set-password.js";
import { nodeCrypto } from "../../../../src/platform/node/crypto.js";
import { FileKeyValueStore } from "../../../../src/platform/node/key-value-store.js";
import { Password } from "../../../../src/services/access/password.js";
import { waitUntil } from "../../../support/wait-until.js";

/** Standard input that is a terminal: it notes when it shows what is typed. */
class FakeTerminal extends PassThrough {
	readonly isTTY = true;
	isRaw = false;

	setRawMode(isRaw: boolean): void {
		this.isRaw = isRaw;
	}
}

let directory: string;
let path: string;

beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), "p1-password-"));
	path = join(directory, "access.json");
});

afterEach(() => rmSync(directory, { recursive: true }));

function start(stdin: PasswordInput) {
	const run = { output: "", errors: "", status: -1 };
	const done = setPassword({
		path,
		iterations: 10,
		stdin,
		write: (text) => {
			run.output += text;
		},
		writeError: (text) => {
			run.errors += text;
		},
	}).then((status) => {
		run.status = status;
		return run;
	});
	return { run, done };
}

async function given(input: string, isTerminal = false) {
	const stdin = isTerminal ? new FakeTerminal() : new PassThrough();
	stdin.end(input);
	return start(stdin).done;
}

function isRight(password: string): Promise<boolean> {
	const it = new Password({ crypto: nodeCrypto, store: new FileKeyValueStore(path), iterations: 10 });
	return new Promise((resolve) => it.check(new TextEncoder().encode(password), () => true, resolve));
}

describe("--set-password, from a pipe", () => {
	test.each([
		["correct horse\n", "correct horse"],
		["correct horse\r\nmore\n", "correct horse"],
		["correct horse", "correct horse"],
		["pässwörd 🔌\n", "pässwörd 🔌"],
	])("%j: its hash is kept, for its owner alone", async (input, password) => {
		const { status, output, errors } = await given(input);
		expect({ status, errors }).toEqual({ status: 0, errors: "" });
		expect(output).toContain(path);
		expect(await isRight(password)).toBe(true);
		expect(readFileSync(path, "utf8")).not.toContain(password);
		expect(statSync(path).mode & 0o777).toBe(0o600);
	});

	test.each([
		["", /no password was given/],
		["\n", /8 to 64/],
		["short\n", /8 to 64/],
		["with a tab\t in it\n", /control/],
	])("%j: refused, nothing is written", async (input, says) => {
		const { status, errors } = await given(input);
		expect(status).toBe(1);
		expect(errors).toMatch(says);
		expect(errors).toMatch(/[Nn]othing has changed/);
		expect(() => readFileSync(path)).toThrow();
	});

	test("tokens stay, and a file that is not understood is left alone", async () => {
		writeFileSync(path, '{"tokens": "[]"}');
		expect((await given("correct horse\n")).status).toBe(0);
		expect(JSON.parse(readFileSync(path, "utf8"))).toHaveProperty("tokens", "[]");
		writeFileSync(path, "not JSON");
		const { status, errors } = await given("correct horse\n");
		expect([status, readFileSync(path, "utf8")]).toEqual([1, "not JSON"]);
		expect(errors).toMatch(/is not JSON/);
	});
});

describe("--set-password, on a terminal", () => {
	test("is asked for twice, unseen, and what is typed can be erased", async () => {
		const stdin = new FakeTerminal();
		const { run, done } = start(stdin);
		await waitUntil(() => stdin.isRaw);
		for (const key of "correct horzz\u007f\u007fse\r") stdin.write(key);
		await waitUntil(() => run.errors.includes("again"));
		await waitUntil(() => stdin.isRaw);
		stdin.write("correct horse\r");
		await done;
		expect(run.status).toBe(0);
		expect(run.output + run.errors).not.toContain("horse");
		expect(stdin.isRaw).toBe(false);
		expect(await isRight("correct horse")).toBe(true);
	});

	test.each([
		["correct horse\ranother one\r", /not the same/],
		["correct\u0003", /no password/],
		["\u0004", /no password/],
		["correct horse\r\u0003", /not the same/],
	])("%j: nothing is written", async (input, says) => {
		const { status, errors } = await given(input, true);
		expect(status).toBe(1);
		expect(errors).toMatch(says);
		expect(() => readFileSync(path)).toThrow();
	});
});
