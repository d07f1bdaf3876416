import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Child } from "../../support/child.js";
import { observeMqtt } from "../../support/mqtt-observer.js";
import { powerTelegram } from "../../support/telegram.js";
import { waitUntil } from "../../support/wait-until.js";

const ROOT = join(import.meta.dirname, "../../..");
const NODE = ["--import", "tsx"];
const CLI = "src/platform/node/cli.ts";
/** A machine that runs everything else at the same time needs a while to start a program. */
const TIMEOUT_MS = 60_000;

describe("npm start, as a program", { timeout: TIMEOUT_MS }, () => {
	let directory: string;
	let settings: string;
	const children: Child[] = [];
	beforeAll(() => {
		directory = mkdtempSync(join(tmpdir(), "p1-cli-"));
		settings = join(directory, "settings.json");
		writeFileSync(settings, '{"modbus":false}');
	});
	afterEach(async () => {
		for (const child of children.splice(0)) await child.end("SIGKILL");
	});
	afterAll(() => rmSync(directory, { recursive: true }));

	const run = (command: string, ...args: readonly string[]): Child => {
		const child = new Child(command, args, { cwd: ROOT });
		children.push(child);
		return child;
	};
	const start = (...args: readonly string[]): Child =>
		run(process.execPath, ...NODE, CLI, "--settings", settings, "--http-port", "0", ...args);
	const started = async (child: Child): Promise<Child> => {
		await child.waitForOutput(/stop +Ctrl-C\n/, TIMEOUT_MS);
		return child;
	};

	test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s: offline is published, exit status 0", async (signal) => {
		const child = await started(start("--mqtt-port", "0"));
		const port = Number((await child.waitForOutput(/mosquitto_sub -h 127\.0\.0\.1 -p (\d+)/))[1]);
		const observer = await observeMqtt(port, "p1/status");
		await observer.waitFor("p1/status", "online");
		expect(await child.end(signal)).toBe(0);
		await observer.waitFor("p1/status", "offline");
		await observer.close();
		expect(child.stderr).toBe("");
		expect(child.stdout).toMatch(/stopping\n$/);
	});

	test("the command of the package: a signal to npm ends the program, which ends cleanly", async () => {
		const child = await started(
			run("npm", "start", "--", "--settings", settings, "--http-port", "0", "--mqtt-port", "0"),
		);
		const port = Number((await child.waitForOutput(/mosquitto_sub -h 127\.0\.0\.1 -p (\d+)/))[1]);
		const observer = await observeMqtt(port, "p1/status");
		await observer.waitFor("p1/status", "online");
		expect(await child.end("SIGTERM")).toBe(0);
		await observer.waitFor("p1/status", "offline");
		await observer.close();
	});

	test("standard input: telegrams through a pipe; its end is not the program's", async () => {
		const child = await started(start("--mqtt", "off", "--source", "-"));
		const url = (await child.waitForOutput(/curl (http:\S+)/))[1] ?? "";
		child.stdin.end(powerTelegram(123));
		await child.waitForOutput(/No more telegrams will come/);
		expect(await (await fetch(url)).json()).toMatchObject({ powerImportW: 123 });
		expect(await child.end("SIGTERM")).toBe(0);
	});

	test("whoever read the output has gone: a clean end", async () => {
		const child = await started(start("--mqtt", "off", "--source", "-"));
		child.closeOutput();
		// The next line that it prints finds nobody.
		child.stdin.end(powerTelegram(1));
		expect(await child.ended()).toBe(0);
	});

	test("a wrong option: exit status 2, nothing on standard output", async () => {
		const child = start("--interval", "often");
		expect(await child.ended()).toBe(2);
		expect(child.stdout).toBe("");
		expect(child.stderr).toMatch(/^error: --interval must be .*\n\(--help lists the options\)\n$/);
	});

	test("--version: exit status 0", async () => {
		const child = start("--version");
		expect(await child.ended()).toBe(0);
		expect(child.stdout).toMatch(/^\d+\.\d+\.\d+(\+g[0-9a-f]{7}(\.dirty)?)?\n$/);
	});

	test.each([
		{ what: "an exception that nobody caught", code: "throw new Error('boom')" },
		{ what: "a promise that nobody handled", code: "Promise.reject(new Error('boom'))" },
	])("$what: one line and exit status 1", async ({ code }) => {
		// As soon as the program listens for it.
		const once = `process.listenerCount("uncaughtException") > 0 && (clearInterval(timer), (() => { ${code} })())`;
		const preload = `data:text/javascript,${encodeURIComponent(`const timer = setInterval(() => { ${once} }, 20)`)}`;
		const args = ["--settings", settings, "--http-port", "0", "--mqtt", "off"];
		const child = run(process.execPath, ...NODE, "--import", preload, CLI, ...args);
		expect(await child.ended()).toBe(1);
		expect(child.stderr).toBe("p1-dongle has stopped: boom (a fault of the program: please report it)\n");
	});

	test("without a terminal there is no control character in the output", async () => {
		const child = await started(start("--mqtt", "off", "--speed", "100"));
		await waitUntil(() => child.stdout.includes("P1: simulated meter"), TIMEOUT_MS);
		await child.end("SIGTERM");
		expect(child.stdout).toMatch(/^[\n\x20-\x7e]*$/);
	});
});
